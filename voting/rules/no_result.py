"""Why no result can be computed, as a code that whoever tells people can put into words."""


class NoResult(ValueError):
    """What is declared, given and disqualified makes no result.

    code: what is wrong. about: the components, strata or quotas concerned, as they are declared.
    """

    def __init__(self, code: str, text: str, *about: str) -> None:
        super().__init__(text)
        self.code, self.about = code, about

"""What the rules of notices and objections do not allow."""

from voting.seasons.services import RuleBroken


class NoticeRuleBroken(RuleBroken):
    """Something about a notice or an objection that is not allowed; the text is for people."""


class NoticeOver(NoticeRuleBroken):
    """The notice has ended, or there is none yet: no objection can be made."""


class AlreadySettled(NoticeRuleBroken):
    """Somebody was quicker: the objection is in another state by now."""


class NotYours(NoticeRuleBroken):
    """Somebody else handles the objection."""


class MustRecuse(NoticeRuleBroken):
    """Whoever is tied to the matter must not handle it. ``ground``: of ``Recusal.Ground``."""

    def __init__(self, text: str, ground: str) -> None:
        super().__init__(text)
        self.ground = ground

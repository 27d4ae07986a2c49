"""What a judge declares before the first file is shown; the words are kept with the seat."""

from django.utils.translation import gettext as _


def declaration() -> list[str]:
    """Return the declaration in the reader's language, sentence by sentence."""
    return [
        _("I mark independently, by the published rules and what is in the files."),
        _(
            "I keep files, marks and what is said on the panel to myself, during the judging and "
            "afterwards, and pass on no copies."
        ),
        _("I take nothing from nominees or those close to them, and nobody tells me how to mark."),
        _(
            "Where I belong to the nominee's unit, have put the nominee forward, or am related or "
            "close to the nominee, I say so and keep out."
        ),
    ]


def declaration_text() -> str:
    """Return the declaration as it is kept."""
    return "\n".join(declaration())

"""The words that the scripts of the judges' pages need."""

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    """Return texts by key; names in braces are filled in by the script."""
    return {
        "saved": _("Saved {time}"),
        "saving": _("Saving"),
        "offline": _("Offline: {n} changes are on this device and will be sent"),
        "offline_none": _("Offline. What you enter is kept on this device and will be sent."),
        "signed_out": _(
            "You have been signed out. {n} changes are on this device and will be sent once you "
            "sign in again."
        ),
        "shut": _(
            "The server lets nothing in from here. {n} changes are on this device and will be "
            "tried again; tell the organisers if this stays."
        ),
        "gone": _(
            "This seat is not yours any more, so nothing more is sent. {n} changes stay on this "
            "device. Ask the organisers if you did not expect it."
        ),
        "sign_in": _("Sign in again"),
        "conflict": _("Changed on another device at {time}: {a} there, {b} here. Choose one."),
        "conflict_text": _("Another device has written something else here at {time}. Choose one."),
        "keep_there": _("Keep {a}"),
        "keep_here": _("Take {b}"),
        "keep_there_text": _("Keep what is there"),
        "keep_here_text": _("Take what is here"),
        "some_entry": _("An entry"),
        "unreadable": _("This entry could not be read. Enter it once more."),
        "discard": _("Discard this entry"),
        "none": _("not marked"),
        "marked": _("{n} of {max} marked; the weighted sum shows when all are"),
        "weighted": _("Weighted sum {n}"),
        "submit_offline": _("Offline: cannot submit yet; your marks are on this device."),
        "submit_waiting": _("{n} changes are not sent yet. You can submit once they are."),
        "not_loaded": _(
            "Offline: this nominee has not been loaded yet. What you have marked is on this device."
        ),
        "range": _("Marks here go from {lowest} to {highest}."),
        "choose_level": _("Choose points; what they stand for shows here"),
        "not_number": _("This is not a number of points."),
        "steps": _("Marks here go in steps of {step}."),
    }

"""What the voter pages' scripts say, in the reader's language.

Scripts hold no words of their own. A page carries these texts as JSON (``page-texts``); names in
braces are filled in by the script. A text with several wordings has one key per wording.
"""

from django.utils.translation import gettext as _


def page_texts() -> dict[str, str]:
    """Return all texts of the season and nominee pages by key."""
    return {**_choosing(), **_reviewing(), **_casting(), **_refusals(), **_times()}


def _choosing() -> dict[str, str]:
    return {
        "count": _("{n} of {max} chosen"),
        "count.open": _("{n} chosen"),
        "count.category": _("{name} {n}/{max}"),
        "count.category.open": _("{name} {n}"),
        "tray.none": _("Choose {min}–{max}"),
        "tray.none.exact": _("Choose exactly {min}"),
        "tray.none.open": _("Choose at least {min}"),
        "tray.short": _("Choose {k} more to cast"),
        "tray.ready": _("Ready to review"),
        "tray.over": _("{k} too many: at most {max}"),
        "tray.over.category": _("{category}: at most {max}, remove {k}"),
        "tray.cast.day": _("Today's ballot is cast"),
        "tray.cast.once": _("Your ballot is cast"),
        "tray.cast.next": _("Next ballot from {time}"),
        "tray.cast.saved": _("{n} saved for the next ballot, from {time}"),
        "tray.not_open": _("Voting opens {date}; choices stay on this device"),
        "tray.paused": _("Voting is paused; your choices are saved"),
        "tray.review": _("Review ballot"),
        "tray.receipt": _("View receipt"),
        "tray.checking": _("Checking whether your last ballot was received"),
        "said.chosen": _("Chosen {no} {name}. {count}"),
        "said.removed": _("Removed {no} {name}. {count}"),
        "said.used": _("Already chosen to the limit: {names}"),
        "used.day": _("Chosen today"),
        "used.once": _("Already chosen"),
        "search.found": _("{n} found"),
        "search.none": _("Nothing found for “{text}”. Try the ballot number."),
        "withdrawn": _("{names}: withdrawn and taken off your ballot; the other {n} remain."),
        "unknown": _("{names}: not on this ballot and taken off yours; the other {n} remain."),
    }


def _reviewing() -> dict[str, str]:
    return {
        "review.empty": _("Nobody is chosen yet."),
        "review.group": _("{category}: {n}"),
        "review.group.max": _("{category}: {n} (at most {max})"),
        "review.remove": _("Remove {no} {name}"),
        "review.ok": _("Meets the voting rules"),
        "review.too_few": _("{k} more needed: at least {min}."),
        "review.exact": _("Choose exactly {n}; you have {m}."),
        "review.too_many": _("{k} too many: at most {max}."),
        "review.category": _("{category}: at most {max}, remove {k}."),
        "review.used": _("{names}: already chosen to the limit. Please remove them to cast."),
        "review.used.day": _(
            "{names}: you have voted for them today. Please remove them; you can choose them "
            "again from {time}."
        ),
        "review.note.day": _(
            "Final for today; you can cast another from {time}. "
            "The ledger holds choices, not names."
        ),
        "review.note.day.more": _(
            "A cast ballot is final. You can cast more today. The ledger holds choices, not names."
        ),
        "review.note.window": _(
            "Final for this voting window; the next one brings a new ballot. "
            "The ledger holds choices, not names."
        ),
        "review.note.once": _("A cast ballot is final. The ledger holds choices, not names."),
        "review.cast": _("Cast this ballot"),
        "review.waiting": _("Waiting; it is sent by itself"),
        "review.retry": _("Try again"),
        "review.retry_now": _("Try now"),
        "review.cancel": _("Stop waiting"),
        "review.sign_in": _("Verify and return to this ballot"),
    }


def _casting() -> dict[str, str]:
    return {
        "sending": _("Casting, please keep this page open"),
        "sending.slow": _("Still working. Your choices are saved."),
        "receipt.next": _("You can cast another from {time}"),
        "receipt.more": _("You can cast another ballot now"),
        "receipt.last": _("Thank you. One ballot per person in this award."),
        "receipt.ends": _("Voting closes {date}"),
        "receipt.ledger": _("Written to the ledger"),
        "receipt.ledger.wait": _("Being written to the ledger"),
        "receipt.earlier": _(
            "This is the receipt of the ballot that this device cast before. It had been "
            "received; nothing was counted twice."
        ),
        "receipt.earlier.title": _("Your earlier ballot was received"),
        "receipt.title": _("Ballot received"),
        "receipt.picture": _("Receipt"),
    }


def _refusals() -> dict[str, str]:
    return {
        "not-open.title": _("Voting has not opened yet"),
        "not-open": _(
            "Voting opens {date} (Beijing time). You can read and choose now; "
            "choices stay on this device."
        ),
        "not-open.elsewhere": _(
            "Voting opens {date}. You can read and choose now; choices stay on this device."
        ),
        "paused.title": _("Voting is paused"),
        "paused": _("Voting is paused: {reason}. Expected back {date}. Your choices are saved."),
        "paused.open": _("Voting is paused: {reason}. Your choices are saved."),
        "paused.plain": _("Voting is paused. Your choices are saved."),
        "closed.title": _("Voting has closed"),
        "closed": _("Voting closed {date}; this ballot was not counted."),
        "already.title.day": _("Today's ballot is already cast"),
        "already.title.once": _("Your ballot is already cast"),
        "already.day": _("This device cast a ballot at {time}. You can vote again from {next}."),
        "already.day.plain": _("You can vote again from {next}."),
        "already.once": _("One ballot per person in this award; yours was cast {date}."),
        "already.once.plain": _("One ballot per person in this award."),
        "already.receipt": _("View the receipt of {time}"),
        "already.kept": _("Your choices are kept: {n}"),
        "already.kept.next": _("They stay on this device; review them again from {time}."),
        "already.kept.plain": _("They stay on this device."),
        "rate-limited": _(
            "Many people are voting on this network. Yours is sent in about {s} seconds; "
            "no need to tap again."
        ),
        "rate-limited.title": _("Many people are voting on this network"),
        "rate-limited.again": _(
            "Schools, offices and mobile networks often share one address. "
            "Your choices are saved; please try again."
        ),
        "busy.title": _("Ballots cannot be taken right now"),
        "busy": _(
            "We cannot take ballots safely right now, so we take none. "
            "Choices saved; retrying in {s} seconds."
        ),
        "busy.again": _("Your choices are saved. Please try again in a moment."),
        "offline.title": _("You are offline"),
        "offline": _(
            "You are offline. The ballot is not confirmed; retrying sends the same one and "
            "cannot count twice."
        ),
        "offline.before": _("You are offline. Nothing has been sent; your choices are saved."),
        "no-answer": _(
            "No answer came. The ballot is not confirmed; retrying sends the same one and "
            "cannot count twice."
        ),
        "no-answer.title": _("The site does not answer"),
        "no-answer.before": _("Nothing has been sent; your choices are saved."),
        "unknown-outcome.title": _("Not known yet whether it was received"),
        "unknown-outcome": _(
            "Retrying sends the same ballot and cannot count twice. Trying again in {s} seconds."
        ),
        "unknown-outcome.again": _("Retrying sends the same ballot and cannot count twice."),
        "expired": _("The page was open too long and was refreshed; please cast again."),
        "verification-required.title": _("Please verify first"),
        "verification-required": _(
            "This award asks for a phone or e-mail code, only to ensure one ballot per person."
        ),
        "no-cookie.title": _("This browser does not keep cookies"),
        "no-cookie": _(
            "Without a cookie a ballot cannot be told from a second one. Allow cookies for this "
            "site. In WeChat: tap “use full service” at the bottom of the page, then cast again."
        ),
        "other.title": _("This ballot could not be cast"),
        "other": _("Nothing was counted. Your choices are saved. Code for support: {code}"),
    }


def _times() -> dict[str, str]:
    return {
        "state.not_open": _("Voting has not opened yet"),
        "state.open": _("Voting is open"),
        "state.paused": _("Voting is paused"),
        "state.closed": _("Voting has closed"),
        "time.opens": _("opens {date}"),
        "time.closes": _("closes {date}"),
        "time.closed": "{date}",  # "Voting has closed" stands before it
        "time.tomorrow": _("tomorrow {time}"),
        "time.today": _("today {time}"),
        "left.seconds": _("About {s} seconds left"),
        "left.days": _("{d} d {h} h"),
        "left.hours": _("{h} h {m} min"),
        "left.minutes": _("{m} min"),
        "elder.read": _("Read aloud"),
        "elder.stop": _("Stop reading"),
    }

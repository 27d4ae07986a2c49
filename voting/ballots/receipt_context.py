"""What a receipt page says of a ballot: that it is there, never what it holds."""

from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from voting.ballots.rules_text import shape
from voting.seasons.models import RuleSheet, Season
from voting.seasons.page_context import frame_context, full_moment, standing_context

ReceiptState = Literal["recorded", "received", "unknown"]


def receipt_context(
    season: Season,
    *,
    code: str,
    state: ReceiptState,
    accepted_ms: int | None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Return the context of ``ballots/receipt.html``.

    code: 12 characters, in their one spelling.
    state: ``received`` means accepted, but not yet in the ledger.
    accepted_ms: Unix time in milliseconds; None if unknown.
    """
    zone = season.time_zone
    accepted = None if accepted_ms is None else datetime.fromtimestamp(accepted_ms / 1000, UTC)
    return {
        **frame_context(season),
        **standing_context(season, now or timezone.now()),
        "nav_current": "receipt",
        "code": code,
        "code_groups": code_groups(code),
        "receipt_state": state,
        "accepted_text": full_moment(accepted, zone) if accepted else "",
        "accepted_clock": f"{accepted.astimezone(ZoneInfo(zone)):%H:%M:%S}" if accepted else "",
        "accepted_iso": accepted.isoformat() if accepted else "",
        "qr_url": f"/r/{season.slug}/{code}.svg",
        "next_text": next_ballot(season),
    }


def check_context(season: Season, *, typed: str = "", refused: bool = False) -> dict[str, Any]:
    """Return the context of ``ballots/receipt_check.html``.

    typed: what was entered, to be shown again as it was.
    refused: it cannot be a code, whatever its spelling.
    """
    return {
        **frame_context(season),
        "nav_current": "receipt",
        "typed": typed,
        "refused": refused,
    }


def code_groups(code: str) -> list[str]:
    """Return a receipt code in groups of four, as it is read out."""
    return [code[start : start + 4] for start in range(0, len(code), 4)]


def next_ballot(season: Season) -> str:
    """Say when another ballot can be cast, by the rules and whoever asks."""
    try:
        ballot = shape(season)
    except RuleSheet.DoesNotExist:
        return ""
    if ballot["ballots"] == 1 and ballot["ballots_per"]:
        return {
            "day": _("One ballot a day: another one from 0:00 the next day"),
            "window": _("One ballot in each voting window"),
            "season": _("One ballot per person in this award"),
        }[ballot["ballots_per"]]
    return _("Further ballots as the rules allow")

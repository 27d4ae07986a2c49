"""Reminding units by mail: whoever recommends for them, once a day at most."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from voting.audit.services import record
from voting.roles import queries
from voting.roles.models import Reminder, Role
from voting.seasons.models import Season
from voting.units.models import Unit


class Letter(NamedTuple):
    """What a unit's recommenders are told."""

    subject: str
    text: str


class Reminded(NamedTuple):
    """What became of it: units whose people were written to, and units left out."""

    sent: int
    today_already: int
    nobody: int  # that nobody recommends for, or nobody with an address


def recommenders(season: Season) -> dict[int, list[tuple[str, str]]]:
    """Return by unit who may recommend for it in a season: name and address. One query."""
    found: dict[int, list[tuple[str, str]]] = {}
    grants = queries.active_grants().filter(queries.in_season(season), role=Role.RECOMMENDER)
    for unit, name, email in grants.order_by("pk").values_list(
        "unit_id", "user__name", "user__email"
    ):
        if unit is not None:
            found.setdefault(unit, []).append((name, email or ""))
    return found


@transaction.atomic
def remind(*, season_id: int, letters: Mapping[int, Letter], day: date, actor: str) -> Reminded:
    """Write to the recommenders of these units, except those that were reminded on this day.

    letters: by unit. day: today on the season's clock. Mails go out after the commit, all over
    one connection; that one could not be sent is logged and does not undo the reminder.
    """
    # Locked, so that two organisers at once do not write to the same unit twice.
    season = Season.objects.select_for_update().get(pk=season_id)
    known = set(
        Reminder.objects.filter(season=season, day=day, unit__in=letters).values_list(
            "unit_id", flat=True
        )
    )
    people = recommenders(season)
    units = Unit.objects.in_bulk([unit for unit in letters if unit not in known])
    mails: list[EmailMessage] = []
    rows: list[Reminder] = []
    for pk, unit in units.items():
        letter = letters[pk]
        to = [email for _name, email in people.get(pk, []) if email]
        if not to:
            continue
        mails += [EmailMessage(letter.subject, letter.text, None, [email]) for email in to]
        rows.append(Reminder(season=season, unit=unit, day=day, sent_by=actor))
        record(
            actor=actor, action="quota.remind", season=season.slug, unit=unit.code,
            target=unit.name,
        )  # fmt: skip
    Reminder.objects.bulk_create(rows)
    if mails:
        transaction.on_commit(lambda: _send(mails), robust=True)
    return Reminded(len(rows), len(known), len(units) - len(rows))


def _send(mails: list[EmailMessage]) -> None:
    get_connection().send_messages(mails)

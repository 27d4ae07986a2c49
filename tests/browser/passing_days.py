"""What takes weeks, in a moment: the clock cannot be turned, so all dates of a season move back."""

from typing import Final

from tests.browser.conftest import manage
from tests.running.test_serve_all import Site

# The database refuses to change a notice that was published: its guard is lifted meanwhile.
PROGRAM: Final = """
from datetime import timedelta
from django.db import connection, transaction
from voting.notices.models import Objection, PublicNotice
from voting.seasons.models import Season, Stage

def back(rows, *names):
    for row in rows:
        known = {name: getattr(row, name) for name in names}
        moved = {name: at - timedelta(days=DAYS) for name, at in known.items() if at is not None}
        type(row).objects.filter(pk=row.pk).update(**moved)

season = Season.objects.get(slug=SLUG)
notices = PublicNotice.objects.filter(season=season)
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                   [PublicNotice._meta.db_table])
    guards = cursor.fetchall()
    assert guards
    for name, _sql in guards:
        cursor.execute(f'DROP TRIGGER "{name}"')
    if WHOLE:
        back([season], "opens_at", "closes_at")
    back(Stage.objects.filter(season=season), "starts_at", "ends_at")
    back(notices, "published_at", "starts_on", "last_day", "ends_at")
    back(Objection.objects.filter(notice__in=notices), "received_at", "decide_by",
         "decided_at")
    for _name, sql in guards:
        cursor.execute(sql)
"""


def days_go_by(running: Site, slug: str, days: int, *, whole: bool = True) -> None:
    """Let days pass for a season. Whoever acts in it does so in a browser.

    whole: whether its voting time moves too; it is a part of the rules that a result was sealed by.
    """
    names = f"SLUG, DAYS, WHOLE = {slug!r}, {days}, {whole}"
    manage(running, "shell", "-c", f"{names}\n{PROGRAM}")

"""The pages about what counts, as a browser sends them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.forms import BaseFormSet
from django.test import Client
from django.utils import timezone

from voting.console.part_form.keeping import code_of
from voting.seasons import drafting
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import import_season

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def begun(key: str) -> Season:
    """Make a draft of a preset."""
    now = timezone.now()
    return drafting.create_season(
        preset=key, slug=f"of-{key}", name="n", organiser="o", opens_at=now + timedelta(days=3),
        closes_at=now + timedelta(days=30), actor="a",
    )  # fmt: skip


def example(name: str) -> Season:
    """Make a draft of a season that stands in docs/examples."""
    raw = (EXAMPLES / name / "season.yaml").read_bytes()
    return import_season(raw=raw, file_name=name)


def examples() -> list[str]:
    """Return the names of all seasons in docs/examples."""
    return sorted(path.parent.name for path in EXAMPLES.glob("*/season.yaml"))


def address(season: Season, *rest: str) -> str:
    """Return the page What counts, or one behind it: a component's key, "criteria"."""
    parts = [code_of(rest[0]), *rest[1:]] if rest else []
    return "/".join([f"/en/console/seasons/{season.slug}/parts", *parts, ""])


def adding(season: Season, kind: str = "") -> str:
    """Return the page on which a component is added."""
    return address(season) + "new/" + (f"?kind={kind}" if kind else "")


def filled(*forms: Any) -> dict[str, Any]:
    """Return what a browser would send of forms that nobody has touched."""
    found: dict[str, Any] = {}
    for form in forms:
        if isinstance(form, BaseFormSet):
            found |= filled(form.management_form, *form.forms)
            continue
        for field in form or ():
            value = field.value()
            if value is None or value is False or value == []:
                continue
            # As browsers send the ends of lines.
            found[field.html_name] = (
                value.replace("\n", "\r\n") if isinstance(value, str) else value
            )
    return found


def sent(client: Client, page: str, **changes: Any) -> Any:
    """Open a page, change some answers, save; return what comes back. None: not sent at all."""
    context = client.get(page).context
    values = filled(context["form"], context.get("rows")) | {"reason": "会议决定"} | changes
    values = {name: value for name, value in values.items() if value is not None}
    return client.post(page, values)


def pages_of(season: Season) -> list[str]:
    """Return all pages about what counts in a season."""
    found = [address(season)]
    for one in declared_components(season_by_slug(season.slug)).components:
        found.append(address(season, one.key))
        if one.panel:
            found.append(address(season, one.key, "criteria"))
    return found

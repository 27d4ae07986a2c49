"""When nominations are reviewed, in words: for pages that can be read at any time."""

from django.utils.translation import gettext as _

from voting.roles.permissions import Permission
from voting.roles.stages import shut
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment, stage_text


def not_now(season: Season) -> str:
    """Say why nothing is reviewed now, and from when or since when; "" while reviewing goes on."""
    found = shut(season, Permission.NOMINATIONS_REVIEW)
    if found is None:
        return ""
    said = {
        "begins": _(
            "Reviewing begins with the stage “%(stage)s”, %(moment)s. Until then everything can "
            "be read here."
        ),
        "after": _(
            "Reviewing begins once the stage “%(stage)s” has ended, %(moment)s. Until then "
            "everything can be read here."
        ),
        "over": _(
            "Reviewing ended when the stage “%(stage)s” began, %(moment)s. Everything can still be "
            "read here."
        ),
    }[found.how]
    return said % {
        "stage": stage_text(found.kind), "moment": full_moment(found.at, season.time_zone)
    }  # fmt: skip

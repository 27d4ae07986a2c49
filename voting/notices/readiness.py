"""What the notice asks before voting can open: it has been read, and nothing is undecided."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.notices import queries
from voting.notices.models import NoticeKind
from voting.seasons.models import Season
from voting.seasons.readiness import Item

_STAGE = "candidate_notice"


def readiness(season: Season) -> list[Item]:
    """Return the list for a season that has a candidate notice; nothing for one without.

    A notice that may run beside the vote does not hold it up: it is advised to wait. What blocks
    is a notice that was never published, objections that are undecided, and a list that is not
    the one that was published, or on which somebody stands again who was taken off it.
    """
    notice = queries.latest(season, NoticeKind.CANDIDATE)
    stage = season.stages.filter(kind=_STAGE).first()
    if notice is None:
        if stage is None:
            return []
        return [Item("notices", False, _("The candidate notice has not been published."))]
    overlaps = stage is not None and stage.ends_at > season.opens_at
    over = timezone.now() >= notice.ends_at
    items = [
        Item(
            "notices", over,
            _("The candidate notice has ended")
            if over
            else _("The candidate notice still stands; objections can come in."),
            blocks=not overlaps,
        )
    ]  # fmt: skip
    waiting = queries.open_objections(season, NoticeKind.CANDIDATE).count()
    undecided = ngettext(
        "%(n)d objection is undecided.", "%(n)d objections are undecided.", waiting
    ) % {"n": waiting}
    items.append(
        Item("objections", not waiting, undecided if waiting else _("No objection is undecided"))
    )
    listed = queries.proposed(season, NoticeKind.CANDIDATE, notice)
    names = [
        *(line.name for line in listed.added),
        *(entry.name for entry in listed.removed),
        *(line.name for _entry, line in listed.changed),
    ]
    items.append(
        Item(
            "notices", not names,
            _("The list is the one that was published")
            if not names
            else _(
                "The list has changed since the notice: %(names)s. Publish another version."
            ) % {"names": _(", ").join(names[:5])},
        )
    )  # fmt: skip
    if listed.back:
        # A ballot lists all who have a nominee's row, and these got one again.
        text = _(
            "An upheld objection took these off the list, and they were accepted again since: "
            "%(names)s. Take that decision back under Nominations."
        ) % {"names": _(", ").join(line.name for line in listed.back[:5])}
        items.append(Item("objections", False, text))
    return items

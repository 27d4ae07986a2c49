"""Results: figures from outside, consolidation, publication."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    """The topic ``results``."""

    name = "voting.results"
    label = "results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say whom the notice of a result names, what goes with a rehearsal, and what is public."""
        from voting.ballots.services.rehearsing import on_wipe  # noqa: PLC0415 -- needs the tables
        from voting.judging.queries.ending import on_rulings  # noqa: PLC0415 -- likewise
        from voting.notices.lists import LISTS, ListOf  # noqa: PLC0415 -- needs the tables
        from voting.notices.models import NoticeKind  # noqa: PLC0415 -- likewise
        from voting.results.page_context import headlines  # noqa: PLC0415 -- likewise
        from voting.results.queries import ruled_out, was_sealed  # noqa: PLC0415 -- likewise
        from voting.results.services import sealing, wiping  # noqa: PLC0415 -- likewise
        from voting.seasons import headlines as public_headlines  # noqa: PLC0415 -- likewise
        from voting.seasons.happening import on_stage  # noqa: PLC0415 -- likewise

        on_wipe("results", wiping.wipe)
        on_rulings("results", ruled_out)
        LISTS[NoticeKind.RESULT] = ListOf(
            sealing.listed, sealing.listed_state, sealing.published,
            _("Version of the result"), sealing.next_version, sealing.version_of,
        )  # fmt: skip
        on_stage("consolidation", was_sealed)
        public_headlines.register("results", headlines)

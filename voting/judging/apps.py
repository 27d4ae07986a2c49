"""Judging: panels, seats, score sheets."""

from django.apps import AppConfig


class JudgingConfig(AppConfig):
    """The topic ``judging``."""

    name = "voting.judging"
    label = "judging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept of people, goes with a rehearsal, is public, held, and ready or not."""
        from django.db.models.signals import pre_delete  # noqa: PLC0415 -- likewise

        from voting.ballots.services.readiness import on_readiness  # noqa: PLC0415 -- needs tables
        from voting.ballots.services.rehearsing import on_wipe  # noqa: PLC0415 -- likewise
        from voting.judging import draw_page, personal_data, readiness  # noqa: PLC0415 -- likewise
        from voting.judging.queries import holding  # noqa: PLC0415 -- likewise
        from voting.judging.queries.ending import nobody_marks  # noqa: PLC0415 -- likewise
        from voting.judging.queries.sharing import keep_marked  # noqa: PLC0415 -- likewise
        from voting.judging.services.pool import not_for  # noqa: PLC0415 -- likewise
        from voting.judging.services.wiping import wipe  # noqa: PLC0415 -- likewise
        from voting.roles import invitees  # noqa: PLC0415 -- likewise
        from voting.seasons import public_pages  # noqa: PLC0415 -- likewise
        from voting.seasons.happening import on_stage  # noqa: PLC0415 -- likewise
        from voting.seasons.holding import on_count_change, on_hiding  # noqa: PLC0415 -- likewise

        personal_data.register()
        pre_delete.connect(keep_marked, sender="seasons.Category", dispatch_uid="judging")
        on_wipe("judging", wipe)
        on_readiness("judging", readiness.readiness)
        on_count_change("judging", holding.rules_held_because)
        on_hiding("judging", holding.public_because)
        invitees.register("judging", not_for)
        public_pages.register("judging", draw_page.link)
        on_stage("judging", nobody_marks)

"""Draws that a panel kept in its own row, and the seasons of events, move to where they stand now."""

from django.db import migrations

from voting.rules.draws import announcement, fingerprint


def move(apps, editor):
    for event in apps.get_model("judging", "SeatEvent").objects.select_related("seat__panel"):
        event.season_id = event.seat.panel.season_id
        event.save(update_fields=["season"])
    draws, ends = apps.get_model("judging", "PanelDraw"), apps.get_model("judging", "DrawEnd")
    panels = apps.get_model("judging", "Panel").objects
    # Nothing is drawn in a rehearsal any more, and what cannot be deleted would keep it.
    announced = panels.filter(draw_announced_at__isnull=False, season__rehearsal_of=None)
    for panel in announced:
        said = {
            "pool": panel.draw_pool, "seats": panel.draw_seats, "source": panel.draw_source,
            "announced_at": panel.draw_announced_at,
            # No moment was named then: the seed could be entered at any time.
            "seed_at": panel.draw_announced_at,
        }  # fmt: skip
        mark = fingerprint(announcement(panel=panel.pk, **said))
        draw = draws.objects.create(panel=panel, number=1, fingerprint=mark, **said)
        if panel.drawn_at is not None:
            # Those who sat before the draw; whoever was named afterwards was not passed over.
            named = panel.seats.filter(
                how__in=["fixed", "imported"], invited_at__lt=panel.drawn_at
            )
            keys = set(named.values_list("judge__key", flat=True))
            ends.objects.create(
                draw=draw, kind="drawn", at=panel.drawn_at, seed=panel.draw_seed,
                order=panel.draw_order, passed=[key for key in panel.draw_order if key in keys],
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("judging", "0002_public_draws")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]

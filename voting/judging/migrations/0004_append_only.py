"""What was announced and drawn, and what was done to score sheets, stays on record."""

import django.db.models.deletion
from django.db import migrations, models

from voting.audit import append_only
from voting.seasons import rehearsal_guard

DRAWS = ("judging_paneldraw", "judging_drawend")
EVENTS = "judging_seatevent"
MOVED = (
    "draw_announced_at", "draw_order", "draw_pool", "draw_seats", "draw_seed", "draw_source",
    "drawn_at",
)  # fmt: skip


def keep(apps, editor):
    append_only.install(editor.connection, *DRAWS, EVENTS)
    # Events of a rehearsal go with it.
    rehearsal_guard.install(editor.connection)


def let_go(apps, editor):
    rehearsal_guard.remove(editor.connection)
    append_only.remove(editor.connection, *DRAWS, EVENTS)
    rehearsal_guard.install(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("judging", "0003_draws_moved"), ("ballots", "0004_rehearsals")]

    operations = [
        *(migrations.RemoveField(model_name="panel", name=name) for name in MOVED),
        migrations.AlterField(
            model_name="seatevent",
            name="season",
            field=models.ForeignKey(
                db_constraint=False,
                db_comment="The panel's: by it the database knows the rows of a rehearsal",
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="seasons.season",
            ),
        ),
        migrations.RunPython(keep, let_go),
    ]

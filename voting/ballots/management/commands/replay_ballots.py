"""``replay_ballots``."""

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from voting.ballots.replaying import BadRecording, Progress, Replay, read_recording


class Command(BaseCommand):
    """Resumes by itself: what has a definite answer is not sent again."""

    help = "Send recorded ballots through HTTP, one browser a voter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="CSV: voter, nominee and, optional, time, ballot"
        )
        parser.add_argument("--season", required=True, help="the season's short name")
        parser.add_argument("--url", required=True, help="the site, such as http://127.0.0.1:8000")
        parser.add_argument(
            "--speed",
            type=float,
            default=None,
            help="times the recorded speed (1 = as recorded); by default as fast as it goes",
        )
        parser.add_argument("--voters-at-once", type=int, default=32)
        parser.add_argument(
            "--patience", type=float, default=120.0, help="seconds to go on asking for one ballot"
        )
        parser.add_argument(
            "--progress", type=Path, default=None, help="where to note what has been sent"
        )
        parser.add_argument("--anew", action="store_true", help="forget an earlier replay")

    def handle(self, *, file: Path, season: str, url: str, **options: Any) -> None:
        try:
            ballots = read_recording(file)
        except (BadRecording, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        path = options["progress"] or file.with_suffix(f".{season}.progress")
        if options["anew"]:
            for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                name.unlink(missing_ok=True)
        progress = Progress(path)
        try:
            with tqdm(total=len(ballots), unit=" ballots", file=sys.stderr) as bar:
                replay = Replay(
                    ballots,
                    url=url,
                    season=season,
                    progress=progress,
                    speed=options["speed"],
                    voters_at_once=options["voters_at_once"],
                    patience_seconds=options["patience"],
                    told=lambda _outcome: bar.update(),
                )
                report = asyncio.run(replay.run())
        finally:
            progress.close()
        self.stdout.write(
            f"sent {report.sent}, accepted {report.accepted}, refused {report.refused.total()}, "
            f"without an answer {report.unanswered}, repeated requests {report.retries}, "
            f"choices tallied {report.choices.total()} for {len(report.choices)} nominees"
        )
        for reason, count in report.refused.most_common():
            self.stdout.write(f"  refused: {reason} {count}")
        if report.unanswered:
            self.stderr.write("Run the same command again to ask for what had no answer.")
            sys.exit(1)

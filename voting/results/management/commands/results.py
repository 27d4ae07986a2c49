"""``results``."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from voting.results import as_json
from voting.results.computing import compute, inputs_of, robustness_of
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken, fingerprint


class Command(BaseCommand):
    """Computes and shows; nothing is written, sealed or published."""

    help = "Compute the result of a season from the ballots, sheets and figures that count."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the season")
        parser.add_argument("--json", action="store_true", help="every step, as JSON")
        parser.add_argument(
            "--robustness", action="store_true", help="which places are firm, and which are not"
        )
        parser.add_argument("--seed", default="", help="the published seed of a drawn lot")

    @no_translations
    def handle(self, *, slug: str, seed: str, **options: Any) -> None:
        try:
            # One moment for everything that is read.
            with transaction.atomic():
                season = season_by_slug(slug)
                inputs = inputs_of(season, seed=seed)
                names = dict(season.nominees.values_list("ballot_number", "name"))
                rules = fingerprint(season)
            found = compute(inputs)
            firm = robustness_of(inputs) if options["robustness"] else None
        except Season.DoesNotExist as error:
            raise CommandError(f"There is no season {slug}.") from error
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        rankings = as_json.rankings(found, names, firm)
        if options["json"]:
            whole = {
                "format": as_json.FORMAT, "season": slug, "rules": rules, "rankings": rankings,
            }  # fmt: skip
            self.stdout.write(json.dumps(whole, ensure_ascii=False, indent=1))
            return
        self.stdout.write("\n".join(line for one in rankings for line in _lines(one)))
        if "lot" in inputs.ties.chain and not inputs.seed:
            self.stderr.write(
                "The rules divide equals by a lot, and a draft has no seed for it yet: they share "
                "a place above. Give one to try it: --seed TEXT"
            )


def _lines(ranking: dict[str, Any]) -> list[str]:
    lines = [f"{ranking['category'] or 'All categories'} (out of {ranking['out_of'] or '–'})"]
    firm = ranking.get("robustness", {}).get("nominees", {})
    for one in ranking["nominees"]:
        parts = ", ".join(f"{key} {part['added'] or '–'}" for key, part in one["parts"].items())
        state = {True: "*", False: " ", None: "?"}[one.get("honoured", False)]
        said = [f"{state} {one['rank'] or '–':>4}  {one['number']:<8} {one['name']}"]
        said.append(one["total"] or f"no total: {one['without_total']}")
        said.append(f"({parts})")
        if one["decided_by"]:
            said.append(f"tie: {', '.join(one['decided_by'])}")
        if "because" in one:
            said.append(f"[{one['because']['reason']}]")
        own = firm.get(one["number"])
        if own and not own["firm"]:
            said.append(f"fragile, {own['best']} to {own['worst']}")
        lines.append("  ".join(said))
    return [*lines, ""]

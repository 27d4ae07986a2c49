"""Whether a ballot costs more when there are more nominees, ballots counted, or choices."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from loadtests import machine, runs
from loadtests.ballots_made import ballot_request, make, numbers
from loadtests.figures import Gate, no_growth, ratios, slope, spread, table
from loadtests.generator import Load, NotMeasured, Result, write_requests
from loadtests.machine import Placement
from loadtests.runs import say
from loadtests.site import Site, server_pid

LIMIT, SURE = 1.15, 1.05
SLUG = "measured"


@dataclass(frozen=True, slots=True)
class Case:
    """One season to vote in."""

    name: str
    nominees: int
    ballots: int  # counted before
    choices: int = 3


@dataclass(slots=True)
class Measured:
    """A season that is open, and what its ballots have cost."""

    case: Case
    site: Site
    web: int
    results: list[Result] = field(default_factory=list)

    def column(self, part: str) -> list[float]:
        """Return the processor time per ballot of all rounds."""
        return [result.cpu_us(part) for result in self.results]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    pairs: int
    seconds: float
    few: int
    many: int


class Growth:
    """Pairs of sites, measured in turns; every case has a store and a web process of its own."""

    def __init__(self, size: Size, folder: Path, placement: Placement) -> None:
        self.size = size
        self.folder = folder
        self.placement = placement
        self.gates: list[Gate] = []
        self.rows: list[tuple[str, ...]] = [("CPU µs per ballot", "web", "store", "ballots/s")]
        self.figures: dict[str, Any] = {}

    def run(self) -> None:
        """Measure all questions one after the other."""
        size = self.size
        self._pair("nominees", Case("10 nominees", 10, 0), Case("10,000 nominees", 10_000, 0))
        self._pair(
            "ballots counted",
            Case(f"{size.few:,} ballots counted", 48, size.few),
            Case(f"{size.many:,} ballots counted", 48, size.many),
        )
        self._choices()

    def _pair(self, what: str, small: Case, large: Case) -> None:
        say(f"· {what}: {small.name}, {large.name}")
        with ExitStack() as stack:
            measured = [self._open(case, stack) for case in (small, large)]
            self._in_turns(measured)
        for part in ("web", "store"):
            grown = ratios(measured[1].column(part), measured[0].column(part))
            name = f"{part} CPU, {large.name} ÷ {small.name}"
            self.gates.append(no_growth(name, grown, limit=LIMIT, sure=SURE))
        self._report(measured)

    def _choices(self) -> None:
        say("· choices: 1, 10, 40")
        with ExitStack() as stack:
            first = self._open(Case("1 choice", 64, 0, 1), stack)
            measured = [first] + [
                Measured(Case(f"{count} choices", 64, 0, count), first.site, first.web)
                for count in (10, 40)
            ]
            self._in_turns(measured)
        self._report(measured)
        for part in ("web", "store"):
            points = [
                (float(one.case.choices), spread(one.column(part)).middle) for one in measured
            ]
            self.figures[f"{part} µs per further choice"] = round(slope(points), 2)

    def _open(self, case: Case, stack: ExitStack) -> Measured:
        folder = self.folder / case.name.replace(" ", "-")
        folder.mkdir()
        database = ""
        if case.ballots:
            postgres: Any = import_module("tests.postgres").Postgres()
            stack.callback(postgres.stop)
            postgres.start()
            machine.pin(server_pid(postgres), self.placement.stores)
            database = postgres.url
        site = stack.enter_context(Site(folder / "site", self.placement, database=database))
        site.start_store()
        worker = site.start_worker()
        worker.ask(command="open_season", slug=SLUG, nominees=case.nominees, most=64)
        if case.ballots:
            filled = worker.ask(command="prefill", slug=SLUG, ballots=case.ballots)
            loaded = worker.ask(command="rebuild", slug=SLUG)
            seconds = {"ledger filled": filled["seconds"], "store rebuilt": loaded["seconds"]}
            self.figures[case.name] = {name: round(took, 1) for name, took in seconds.items()}
            say(f"  {case.name}: {self.figures[case.name]} (seconds)")
        worker.ask(command="no_rewrites")
        worker.stop()
        return Measured(case, site, site.start_web().pid)

    def _in_turns(self, measured: list[Measured]) -> None:
        for number in range(self.size.pairs + 1):
            # Whoever goes first finds the machine in another state: so each goes first in turn.
            turn = measured if number % 2 else measured[::-1]
            for one in turn:
                result = self._load(one)
                if number:
                    one.results.append(result)

    def _load(self, one: Measured) -> Result:
        case, site, size = one.case, one.site, self.size
        file = self.folder / "requests"
        made = make(
            site.keyring, slug=SLUG, names=numbers(case.nominees), choices=case.choices,
            count=int(15_000 * (size.seconds + 0.5)),
        )  # fmt: skip
        write_requests(file, (ballot_request(each, port=site.port, slug=SLUG) for each in made))
        watch = {"web": one.web, "store": site.store.pid}
        load = Load(site.port, str(file), seconds=size.seconds, watch=watch)
        result = runs.apply_load(load, self.folder, self.placement)
        if set(result.statuses) != {"201"}:
            raise NotMeasured(f"{case.name}: {result.statuses}")
        return result

    def _report(self, measured: list[Measured]) -> None:
        rate: Callable[[Measured], list[float]] = lambda one: [r.per_second for r in one.results]  # noqa: E731 -- one figure
        for one in measured:
            web, store = (spread(one.column(part)).text(1) for part in ("web", "store"))
            self.rows.append((one.case.name, web, store, spread(rate(one)).text()))

    def text(self) -> str:
        """Return all figures for a person."""
        further = "\n".join(f"{name}: {value}" for name, value in self.figures.items())
        return f"{table(self.rows)}\n\n{further}"

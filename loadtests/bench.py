"""How fast the ballot endpoint is, beside references measured in the same minutes.

    python -m loadtests.bench            about five minutes
    python -m loadtests.bench --quick    about one minute, with wide spreads

Everything runs in turns, A B C A B C ..., so that what else the machine does meets all alike.
Exit code 1 when a gate fails. Method and meaning: docs/performance.md.
"""

import argparse
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from loadtests import machine, runs
from loadtests.ballots_made import ballot_request, make, numbers, request
from loadtests.figures import Gate, at_least, at_most, ratios, spread, table
from loadtests.generator import Load, NotMeasured, Result, write_requests
from loadtests.machine import Placement
from loadtests.processes import Broken, Process, environment, free_port, python, run
from loadtests.runs import say
from loadtests.site import Site, server_pid

SLUG = "measured"
NOMINEES, CHOICES = 48, 3
CONNECTIONS = 64
DATABASES = ("postgresql", "sqlite")
EXPECTED = {"endpoint": "201", "token": "200", "bare": "200", "script": "200", "django": "201"}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    pairs: int
    seconds: float
    warm_seconds: float
    ledger_ballots: int
    ledger_before: int
    django_voters: int  # in each round


FULL = Size(7, 2.5, 0.5, 20_000, 1_000_000, 3_000)
QUICK = Size(2, 1.0, 0.3, 6_000, 20_000, 1_500)


@dataclass(slots=True)
class Target:
    """One variant: where to send what, and whose processor time counts as what."""

    port: int
    file: Path
    web: int
    store: int
    forever: bool
    results: list[Result] = field(default_factory=list)

    def column(self, name: str) -> list[float]:
        """Return one figure of all rounds."""
        figures = {
            "rate": lambda one: one.per_second,
            "p50": lambda one: one.p50_ms,
            "p99": lambda one: one.p99_ms,
            "web": lambda one: one.cpu_us("web"),
            "store": lambda one: one.cpu_us("store"),
            "both": lambda one: one.cpu_us("web", "store"),
            "generator": lambda one: one.generator_us,
        }
        return [figures[name](one) for one in self.results]


class Bench:
    """The run: starts everything once, then measures in turns."""

    def __init__(self, size: Size, folder: Path, stack: ExitStack, placement: Placement) -> None:
        self.size = size
        self.folder = folder
        self.placement = placement
        self.stack = stack
        self.site = stack.enter_context(Site(folder / "site", placement))
        # By name: what it starts and how is the tests' own business.
        self.postgres: Any = import_module("tests.postgres").Postgres()
        self.targets: dict[str, Target] = {}
        self.workers: dict[str, Process] = {}
        self.ledger: dict[str, list[dict[str, float]]] = {name: [] for name in DATABASES}
        self.names = numbers(NOMINEES)
        self.most_per_second = 14_000.0  # of ballots made beforehand; rises with what is seen

    def start(self) -> None:
        """Start store, database and all servers."""
        say("· starting store, database and servers")
        site = self.site.start_store()
        worker = site.start_worker(name="seasons")
        worker.ask(command="open_season", slug=SLUG, nominees=NOMINEES)
        web, store = site.start_web(), site.store.pid
        self.stack.callback(self.postgres.stop)
        self.postgres.start()
        machine.pin(server_pid(self.postgres), self.placement.stores)
        self.targets["endpoint"] = Target(
            site.port, self.folder / "endpoint", web.pid, store, forever=False
        )
        script, port = site.start_reference("script", SLUG, "1", str(NOMINEES), str(CHOICES))
        self.targets["script"] = Target(port, self.folder / "once", script.pid, store, forever=True)
        bare, port = site.start_reference("bare")
        self.targets["bare"] = Target(port, self.folder / "once", bare.pid, store, forever=True)
        self.targets["token"] = Target(
            site.port, self.folder / "token", web.pid, store, forever=True
        )
        self._write(self.folder / "once", 1)
        token = request(port=site.port, slug=SLUG, action="token", body={})
        write_requests(self.folder / "token", [token])
        self._start_django()
        self._start_ledgers()

    def _start_django(self) -> None:
        import psycopg  # noqa: PLC0415 -- of the run set, and only needed here

        name, port = "conventional", free_port()
        with psycopg.connect(
            host=str(self.postgres.folder), dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = f"postgresql:///{self.postgres.folder}/{name}"
        env = environment(self.folder / name, CONVENTIONAL_DATABASE_URL=url)
        rounds = self.size.pairs + 1
        files = [self.folder / f"django-{number}" for number in range(rounds)]
        run(
            python(
                "-m", "loadtests.conventional.prepare", str(NOMINEES),
                str(self.size.django_voters * rounds), str(CHOICES), str(port), *map(str, files),
            ),
            env=env,
            log=self.folder / "prepare.log",
        )  # fmt: skip
        server = Process(
            "gunicorn",
            python(
                "-m", "gunicorn", "--worker-class=gthread", "--workers=1", "--threads=8",
                "--keep-alive=75", f"--bind=127.0.0.1:{port}", "--log-level=warning",
                "loadtests.conventional.wsgi:application",
            ),
            env=env,
            log=self.folder / "gunicorn.log",
            cpus=self.placement.web,
        )  # fmt: skip
        self.stack.callback(server.stop)
        server.wait_for(port, "/healthz")
        self.targets["django"] = Target(
            port, files[0], server.pid, server_pid(self.postgres), forever=False
        )

    def _start_ledgers(self) -> None:
        before = self.size.ledger_before
        say(f"· filling the PostgreSQL ledger with {before:,} ballots")
        urls = {
            "postgresql": self.postgres.url,
            "sqlite": f"sqlite:///{self.folder / 'ledger.sqlite3'}",
        }
        for name, url in urls.items():
            worker = self.site.start_worker(database=url, name=f"ledger {name}")
            worker.ask(command="open_season", slug=f"ledger-{name}", nominees=NOMINEES)
            self.workers[name] = worker
        took = self.workers["postgresql"].ask(
            command="prefill", slug="ledger-postgresql", ballots=before
        )
        say(f"  in {took['seconds']:.0f} s")
        for worker in self.workers.values():
            worker.ask(command="pin", cpus=sorted(self.placement.web))

    def _write(self, path: Path, count: int) -> None:
        made = make(self.site.keyring, slug=SLUG, names=self.names, choices=CHOICES, count=count)
        port = self.site.port
        write_requests(path, (ballot_request(one, port=port, slug=SLUG) for one in made))

    def measure(self) -> None:
        """Measure all variants in turns; the first round only warms up."""
        for number in range(self.size.pairs + 1):
            began = time.monotonic()
            for name in EXPECTED:
                self._measure(name, number)
            for name in DATABASES:
                self._measure_ledger(name, counted=number > 0)
            took = time.monotonic() - began
            label = f"round {number} of {self.size.pairs}" if number else "warm-up"
            say(f"· {label}: {self._line(number)}, {took:.0f} s")

    def _line(self, number: int) -> str:
        if not number:
            return "not counted"
        rates = [f"{name} {one.results[-1].per_second:,.0f}/s" for name, one in self._counted()]
        return ", ".join(rates)

    def _counted(self) -> list[tuple[str, Target]]:
        return [(name, target) for name, target in self.targets.items() if target.results]

    def _measure(self, name: str, number: int) -> None:
        size, target = self.size, self.targets[name]
        enough = int(self.most_per_second * 1.5 * (size.seconds + size.warm_seconds))
        if name == "endpoint":
            self._write(target.file, enough)
        elif name == "script":
            _get(target.port, f"/make/{enough}")
        elif name == "django":
            target.file = self.folder / f"django-{number}"
        load = Load(
            port=target.port,
            file=str(target.file),
            forever=target.forever,
            connections=CONNECTIONS,
            warm_seconds=size.warm_seconds,
            seconds=size.seconds,
            watch={"web": target.web, "store": target.store},
        )
        try:
            result = runs.apply_load(load, self.folder, self.placement)
        except NotMeasured as error:
            raise NotMeasured(f"{name}: {error}") from error
        wrong = {code: n for code, n in result.statuses.items() if code != EXPECTED[name]}
        if wrong:
            raise NotMeasured(f"{name}: answers that are not {EXPECTED[name]}: {wrong}")
        if name in {"endpoint", "script"}:
            self.most_per_second = max(self.most_per_second, result.per_second)
        if number:
            target.results.append(result)

    def _measure_ledger(self, name: str, *, counted: bool) -> None:
        worker, slug = self.workers[name], f"ledger-{name}"
        worker.ask(command="fill", slug=slug, ballots=self.size.ledger_ballots)
        database = server_pid(self.postgres)
        before = machine.cpu_seconds(database)
        done = worker.ask(command="copy")
        used = machine.cpu_seconds(database) - before if name == "postgresql" else 0.0
        if done["ballots"] != self.size.ledger_ballots:
            raise NotMeasured(f"ledger {name}: {done['ballots']} ballots copied")
        if counted:
            self.ledger[name].append(
                {
                    "rate": done["ballots"] / done["seconds"],
                    "worker_us": done["cpu"] / done["ballots"] * 1e6,
                    "database_us": used / done["ballots"] * 1e6,
                }
            )

    def gates(self) -> list[Gate]:
        """Return what the run must keep to."""
        column = {name: target.column for name, target in self.targets.items()}
        endpoint, django = column["endpoint"], column["django"]
        faster = ratios(endpoint("rate"), django("rate"))
        cheaper = ratios(django("both"), endpoint("both"))
        times = at_least("ballots/s, endpoint ÷ conventional Django", faster, 15, goal="30")
        saved = at_least("web + store CPU, conventional ÷ endpoint", cheaper, 20, goal="30")
        if times.passed or saved.passed:  # one of the two is asked for
            times, saved = replace(times, passed=True), replace(saved, passed=True)
        ledger = [one["rate"] for one in self.ledger["postgresql"]]
        dearer = ratios(endpoint("web"), column["script"]("web"))
        ahead = ratios(ledger, endpoint("rate"))
        return [
            at_most("web CPU, endpoint ÷ script", dearer, 1.7),
            times,
            saved,
            at_least("ballots/s, PostgreSQL ledger ÷ endpoint", ahead, 2, goal="3"),
        ]

    def tables(self) -> str:
        """Return all figures for a person."""
        heads = ("requests/s", "p50 ms", "p99 ms", "web µs", "store µs", "generator µs")
        keys = ("rate", "p50", "p99", "web", "store", "generator")
        rows: list[tuple[str, ...]] = [("median [quartiles]", *heads)]
        for name in EXPECTED:
            column = self.targets[name].column
            digits = (0, 1, 1, 0, 0, 0)
            rows.append(
                (name, *(spread(column(key)).text(d) for key, d in zip(keys, digits, strict=True)))
            )
        ledger: list[tuple[str, ...]] = [("ledger", "ballots/s", "writer µs", "database µs")]
        for name in DATABASES:
            values = self.ledger[name]
            ledger.append(
                (
                    name,
                    *(
                        spread([one[key] for one in values]).text()
                        for key in ("rate", "worker_us", "database_us")
                    ),
                )
            )
        return f"{table(rows)}\n\n{table(ledger)}"


def _get(port: int, path: str) -> None:
    import http.client  # noqa: PLC0415 -- one call

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    if connection.getresponse().status != 200:
        raise Broken(f"{path} is not answered")
    connection.close()


def main() -> int:
    """Measure, report, judge."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a minute instead of five")
    size = QUICK if parser.parse_args().quick else FULL
    placement = machine.placement()
    began, stolen = time.monotonic(), machine.steal_seconds()
    with runs.measuring() as (folder, stack):
        bench = Bench(size, folder, stack, placement)
        bench.start()
        bench.measure()
        postgres = import_module("tests.postgres").find_binaries() / "postgres"
        facts = machine.describe(
            store=machine.store_version(),
            postgresql=machine.program_version(postgres),
            placement=placement.text(),
        )
    facts["run"] = (
        f"{size.pairs} rounds of {size.seconds} s, {CONNECTIONS} connections, {CHOICES} choices of "
        f"{NOMINEES} nominees, appendfsync always, {time.monotonic() - began:.0f} s in all, "
        f"{machine.steal_seconds() - stolen:.0f} s stolen by the hypervisor"
    )
    gates = bench.gates()
    say(f"\n{bench.tables()}\n\n" + "\n".join(gate.text() for gate in gates))
    say("\n" + "\n".join(f"{name}: {text}" for name, text in facts.items()))
    file = runs.save(
        "bench-quick" if size is QUICK else "bench",
        {
            "facts": facts,
            "variants": {
                name: [asdict(one) for one in target.results]
                for name, target in bench.targets.items()
            },
            "ledger": bench.ledger,
            "gates": [asdict(gate) for gate in gates],
        },
    )
    say(f"\nwritten to {file}")
    return 0 if all(gate.passed for gate in gates) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Broken, NotMeasured) as error:
        print(f"not measured: {error}", file=sys.stderr)
        sys.exit(2)

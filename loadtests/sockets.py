"""What a tick costs for each viewer: through the hub, and through a group of consumers."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadtests import machine
from loadtests.figures import Gate, at_most, ratios, spread, table
from loadtests.generator import NotMeasured
from loadtests.machine import Placement
from loadtests.processes import Process
from loadtests.runs import say
from loadtests.site import Site

SLUG = "measured"
NOMINEES = 48
SOCKETS = 1000
PER_SECOND = 2
SOON_MS = 250
MOST_KB = 45
FIRST = 50  # sockets opened before the memory is looked at, so that only sockets are counted


@dataclass(slots=True)
class Side:
    """One of the two servers."""

    name: str
    group: str
    port: int
    path: str
    web: int
    kb_per_socket: float = 0.0
    cpu_us: list[float] = field(default_factory=list)  # per tick and socket
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    missing: int = 0
    closed: int = 0


class Viewers:
    """The measurement."""

    def __init__(self, pairs: int, ticks: int, folder: Path, placement: Placement) -> None:
        self.pairs = pairs
        self.ticks = ticks
        self.folder = folder
        self.placement = placement
        self.sides: list[Side] = []
        self.client_cpu = 0.0

    def run(self) -> None:
        """Open all sockets, then let both servers tick in turns."""
        say(f"· {SOCKETS} sockets on one web process, {PER_SECOND} ticks a second")
        with ExitStack() as stack:
            site = stack.enter_context(Site(self.folder / "viewers", self.placement))
            site.start_store()
            worker = site.start_worker()
            worker.ask(command="open_season", slug=SLUG, nominees=NOMINEES)
            worker.ask(command="pin", cpus=sorted(self.placement.stores))
            site.manage("tick_tallies", "--once")
            web = site.start_web()
            group, port = site.start_reference("group")
            self.sides = [
                Side("hub", "tallies", site.port, f"/ws/seasons/{SLUG}/tallies", web.pid),
                Side("group of consumers", "viewers", port, "/ws/group", group.pid),
            ]
            client = site.start(
                "viewers", "-m", "loadtests.socket_client",
                cpus=self.placement.generator, talks=True,
            )  # fmt: skip
            for side in self.sides:
                self._open(side, client, site.origin)
            for number in range(self.pairs + 1):
                for side in self.sides:
                    self._tick(side, client, worker, counted=number > 0)
            for side in self.sides:
                client.ask(command="close", name=side.name)

    def _open(self, side: Side, client: Process, origin: str) -> None:
        wanted: dict[str, Any] = {
            "command": "open", "name": side.name, "port": side.port, "path": side.path,
            "origin": origin,
        }  # fmt: skip
        client.ask(**wanted, count=FIRST)
        before = machine.resident_kb(side.web)
        done = client.ask(**wanted, count=SOCKETS - FIRST)
        side.kb_per_socket = (machine.resident_kb(side.web) - before) / (SOCKETS - FIRST)
        say(f"  {side.name}: {done['open']} sockets open after {done['seconds']:.1f} s")

    def _tick(self, side: Side, client: Process, worker: Process, *, counted: bool) -> None:
        client.ask(command="take", name=side.name)
        before = machine.cpu_seconds(side.web)
        told = worker.ask(
            command="publish", slug=SLUG, group=side.group, ticks=self.ticks, per_second=PER_SECOND
        )
        used = machine.cpu_seconds(side.web) - before
        got = client.ask(command="take", name=side.name)
        if not got["frames"]:
            raise NotMeasured(f"{side.name}: no frame arrived")
        if not counted:
            return
        self.client_cpu = got["cpu"]
        frames = {int(version): count for version, count in got["frames"].items()}
        side.missing += sum(SOCKETS - frames.get(version, 0) for version in told["versions"])
        side.closed = got["closed"]
        side.cpu_us.append(used / (self.ticks * SOCKETS) * 1e6)
        side.p50_ms.append(got["p50_ms"])
        side.p99_ms.append(got["p99_ms"])

    def gates(self) -> list[Gate]:
        """Return what the run must keep to."""
        hub, group = self.sides
        cost = ratios(hub.cpu_us, group.cpu_us)
        return [
            at_most("frames missing at any of the hub's sockets", [hub.missing + hub.closed], 0),
            at_most("ms within which 99 % of the hub's frames arrive", hub.p99_ms, SOON_MS),
            at_most("KB of memory per socket of the hub", [hub.kb_per_socket], MOST_KB),
            at_most("CPU per tick and socket, hub ÷ group", cost, 1 / 3),
        ]

    def text(self) -> str:
        """Return all figures for a person."""
        rows = [("median [quartiles]", "CPU µs/tick/socket", "p50 ms", "p99 ms", "KB", "missing")]
        rows += [
            (
                side.name,
                spread(side.cpu_us).text(1),
                spread(side.p50_ms).text(),
                spread(side.p99_ms).text(),
                f"{side.kb_per_socket:.0f}",
                str(side.missing + side.closed),
            )
            for side in self.sides
        ]
        return table(rows)

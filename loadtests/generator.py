"""A closed-loop HTTP load: every connection sends its next request when it has its answer.

Requests are whole byte strings made beforehand, and answers are looked at no further than their
length and status: so one process makes more load than the servers measured here can take. It
reads the processor time of the watched processes itself, at the first and last moment of the
measured time.

    python -m loadtests.generator load.json      prints the result as one line of JSON
"""

import asyncio
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import repeat
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, cast

import uvloop

from loadtests.figures import percentile
from loadtests.machine import cpu_seconds

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
SHORTEST: Final = 0.3  # seconds; less than that says nothing


class NotMeasured(Exception):
    """The run gave no figures; says why."""


@dataclass(slots=True)
class Load:
    """What to send where, and whom to watch."""

    port: int
    file: str
    forever: bool = False  # the file's requests again and again, else each one once
    connections: int = 64
    warm_seconds: float = 0.5
    seconds: float = 2.0
    watch: dict[str, int] = field(default_factory=dict)  # name -> root of a process tree
    cpus: list[int] = field(default_factory=list)  # where this process is to stay


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. Processor time in seconds; ``generator`` is this process's own."""

    requests: int
    seconds: float
    statuses: dict[str, int]
    p50_ms: float
    p99_ms: float
    cpu: dict[str, float]
    generator: float
    reconnects: int

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    def cpu_us(self, *names: str) -> float:
        """Return the processor time that some of the watched used per request."""
        return sum(self.cpu[name] for name in names) / self.requests * 1e6

    @property
    def generator_us(self) -> float:
        """Processor time of the generator per request."""
        return self.generator / self.requests * 1e6


def write_requests(path: Path, requests: Iterator[bytes] | list[bytes]) -> None:
    """Write requests to a file, each after its length."""
    with path.open("wb") as file:
        for request in requests:
            file.write(len(request).to_bytes(4, "big") + request)


def read_requests(path: Path) -> list[bytes]:
    """Return the requests of a file."""
    raw, at, found = path.read_bytes(), 0, []
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 4], "big")
        found.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def answer_size(data: bytes) -> int:
    """Return how long the answer is that ``data`` begins with; 0 as long as that is not known.

    Raises NotMeasured when its length is not given: nothing here speaks chunked.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return 0
    length = _LENGTH.search(data, 0, end + 2)
    if length is None:
        raise NotMeasured(f"an answer without a length: {data[:200]!r}")
    return end + 4 + int(length[1])


class Measurement:
    """Counts answers while it is on."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.running = True
        self.counting = False
        self.latencies: list[float] = []
        self.statuses: Counter[bytes] = Counter()
        self.reconnects = 0
        self.failure: Exception | None = None
        self.over = asyncio.Event()

    def end(self, failure: Exception | None = None) -> None:
        """Send nothing more."""
        self.running = False
        self.failure = self.failure or failure
        self.over.set()


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    transport: asyncio.Transport

    def __init__(self, measurement: Measurement, port: int) -> None:
        self.measurement = measurement
        self.port = port
        self.buffer = b""
        self.sent = 0.0
        self.closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = cast("asyncio.Transport", transport)
        self.send()

    def send(self) -> None:
        """Send the next request, if there is one and the time is not over."""
        measurement = self.measurement
        request = next(measurement.requests, None) if measurement.running else None
        if request is None:
            measurement.end()
            return
        self.sent = perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take an answer, or a part of one."""
        if self.buffer:
            data = self.buffer + data
        measurement = self.measurement
        try:
            size = answer_size(data)
        except NotMeasured as error:
            measurement.end(error)
            return
        if not size or len(data) < size:
            self.buffer = data
            return
        self.buffer = b""
        if measurement.counting:
            measurement.latencies.append(perf_counter() - self.sent)
            measurement.statuses[data[9:12]] += 1
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Open another connection, as a browser would."""
        if self.closing or not self.measurement.running:
            return
        self.measurement.reconnects += 1
        if self.measurement.reconnects > 1000:
            self.measurement.end(NotMeasured(f"the server hangs up again and again: {exc}"))
            return
        task = asyncio.ensure_future(connect(self.measurement, self.port))
        task.add_done_callback(self._connected)

    def _connected(self, task: "asyncio.Future[Connection]") -> None:
        if error := task.exception():
            self.measurement.end(NotMeasured(str(error)))


async def connect(measurement: Measurement, port: int) -> Connection:
    """Open one more connection."""
    _transport, connection = await asyncio.get_running_loop().create_connection(
        lambda: Connection(measurement, port), "127.0.0.1", port
    )
    return connection


async def measure(load: Load) -> Result:
    """Run the load. Raises NotMeasured."""
    found = read_requests(Path(load.file))
    measurement = Measurement(
        (request for again in repeat(found) for request in again) if load.forever else iter(found)
    )
    connections = [await connect(measurement, load.port) for _ in range(load.connections)]
    await _wait(measurement, load.warm_seconds)
    before = {name: cpu_seconds(pid) for name, pid in load.watch.items()}
    own, began = process_time(), perf_counter()
    measurement.counting = True
    await _wait(measurement, load.seconds)
    measurement.counting = False
    seconds, own = perf_counter() - began, process_time() - own
    cpu = {name: cpu_seconds(pid) - before[name] for name, pid in load.watch.items()}
    measurement.end()
    for connection in connections:
        connection.closing = True
        connection.transport.close()
    if measurement.failure:
        raise measurement.failure
    if seconds < min(SHORTEST, load.seconds / 2):
        raise NotMeasured(f"all requests were gone after {seconds:.2f} s")
    if not measurement.latencies:
        raise NotMeasured("no answers")
    ordered = sorted(measurement.latencies)
    return Result(
        requests=len(ordered),
        seconds=seconds,
        statuses={status.decode(): count for status, count in measurement.statuses.items()},
        p50_ms=percentile(ordered, 0.5) * 1000,
        p99_ms=percentile(ordered, 0.99) * 1000,
        cpu=cpu,
        generator=own,
        reconnects=measurement.reconnects,
    )


async def _wait(measurement: Measurement, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await measurement.over.wait()
    except TimeoutError:
        return


def main() -> None:
    """Run the load that a file describes."""
    load = Load(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    if load.cpus:
        os.sched_setaffinity(0, load.cpus)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            result = runner.run(measure(load))
    except (NotMeasured, OSError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()

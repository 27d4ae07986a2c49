"""A whole site of its own for a measurement: temporary folder, keys, store, database, port."""

import os
from pathlib import Path
from typing import Any, Self

from config.embedded_store import EmbeddedStore
from loadtests import machine
from loadtests.machine import Placement
from loadtests.processes import Process, environment, free_port, python, run
from voting.hotpath.keyring import Keyring

LIMITS = {
    # One generator is one network: what guards against floods must not stop it.
    "FLOOD_PER_SECOND": "100000000",
    "FLOOD_BURST": "100000000",
    "LONGEST_BACKLOG": "50000000",
}


class Site:
    """One site. Its processes are ended with ``stop``; the folder is the caller's."""

    def __init__(
        self, folder: Path, placement: Placement, *, database: str = "", **changes: str
    ) -> None:
        self.folder = folder
        self.placement = placement
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True)
        self.store = EmbeddedStore(folder / "valkey")
        self.env = environment(
            folder,
            PORT=str(self.port),
            SITE_ORIGIN=self.origin,
            DATABASE_URL=database or f"sqlite:///{folder / 'site.sqlite3'}",
            **{**LIMITS, **changes},
        )
        self.processes: list[Process] = []

    @property
    def keyring(self) -> Keyring:
        """The site's keys."""
        return Keyring(Path(self.env["KEY_DIR"]))

    def start_store(self) -> Self:
        """Start the vote store and make the tables."""
        self.env["REDIS_URL"] = self.store.start()
        self.env["CACHE_REDIS_URL"] = f"{self.store.url}?db=1"
        machine.pin(self.store.pid, self.placement.stores)
        self.keyring.make()
        self.manage("migrate", "--verbosity=0")
        return self

    def manage(self, *words: str) -> None:
        """Run a management command. Raises Broken."""
        run(python("manage.py", *words), env=self.env, log=self.log("manage"))

    def start(self, name: str, *words: str, cpus: frozenset[int], talks: bool = False) -> Process:
        """Start a process in this site's environment."""
        process = Process(
            name, python(*words), env=self.env, log=self.log(name), cpus=cpus, talks=talks
        )
        self.processes.append(process)
        return process

    def start_web(self) -> Process:
        """Start the web process as ``serve_all`` does, and wait until it answers."""
        web = self.start("web", "manage.py", "serve_web", cpus=self.placement.web)
        web.wait_for(self.port, "/healthz")
        return web

    def start_reference(self, kind: str, *words: str) -> tuple[Process, int]:
        """Start one of the references on a port of its own."""
        port = free_port()
        process = self.start(
            kind, "-m", "loadtests.reference_server", kind, str(port), *words,
            cpus=self.placement.web,
        )  # fmt: skip
        process.wait_for(port, "/healthz")
        return process, port

    def start_worker(self, *, database: str = "", name: str = "worker") -> Process:
        """Start a worker that prepares seasons and writes the ledger."""
        env = {**self.env, **({"DATABASE_URL": database} if database else {})}
        worker = Process(
            name,
            python("-m", "loadtests.season_work"),
            env=env,
            log=self.log(name),
            cpus=frozenset(os.sched_getaffinity(0)),
            talks=True,
        )
        self.processes.append(worker)
        return worker

    def log(self, name: str) -> Path:
        """Return where the output of a process goes."""
        return self.folder / f"{name}.log"

    def stop(self) -> None:
        """End everything of the site."""
        for process in reversed(self.processes):
            process.stop()
        self.processes.clear()
        if self.store.is_running:
            self.store.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def server_pid(postgres: Any) -> int:
    """Return the process of a PostgreSQL server that ``tests.postgres`` has started."""
    text = (Path(postgres.folder) / "data" / "postmaster.pid").read_text("ascii")
    return int(text.split("\n", 1)[0])

"""A crowd on a whole site, and afterwards the count: ``python -m loadtests.run_load``.

Starts a site of its own with the demonstration season (``serve_all``: store, ledger writer,
ticker, web), lets Locust's crowd in, and then compares what the crowd was told with the ledger.
Locust runs in an environment of its own, because gevent changes the process that it is in.
Exit code 1 when a request failed, or when the ledger holds anything else than was accepted.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from config.embedded_store import EmbeddedStore
from loadtests import runs
from loadtests.figures import table
from loadtests.processes import ROOT, Broken, Process, environment, free_port, python
from loadtests.runs import say

SEASON = "longhui-2026"
PYTHON = ROOT / ".venv-load" / "bin" / "python"


def main() -> int:
    """Start, load, count, judge."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--people", type=int, default=80, help="three voters for each watcher")
    options = parser.parse_args()
    if subprocess.run(python(str(ROOT / "bootstrap.py"), "setup", "load"), check=False).returncode:
        raise Broken("the environment for Locust cannot be made")
    with runs.measuring() as (folder, stack):
        port = free_port()
        env = environment(
            folder / "site",
            PORT=str(port),
            FLOOD_PER_SECOND="100000",  # the whole crowd is one network
            FLOOD_BURST="100000",
            DATABASE_URL=f"sqlite:///{folder / 'ledger.sqlite3'}",
            **dict.fromkeys(("REDIS_URL", "CACHE_REDIS_URL", "SITE_ORIGIN"), ""),
        )
        say(f"· starting a site with the demonstration season on port {port}")
        site = Process(
            "site",
            python("manage.py", "serve_all"),
            env=env,
            log=folder / "site.log",
            cpus=frozenset(os.sched_getaffinity(0)),
        )
        stack.callback(site.stop, seconds=30)
        site.wait_for(port, "/readyz", seconds=120)
        say(f"· {options.people} people for {options.seconds} s")
        statistics, told = crowd(folder, port, options.people, options.seconds)
        env["REDIS_URL"] = EmbeddedStore(folder / "site" / "valkey").url
        reconciled, in_ledger, report = count(env)
    failures = sum(int(row["Failure Count"]) for row in statistics if row["Name"] == "Aggregated")
    say("\n" + table_of(statistics))
    accepted = told.get("ballots", 0)
    say(
        f"\n{report}\n"
        f"accepted {accepted} ballots with {told.get('choices', 0)} choices; "
        f"in the ledger {in_ledger[0]} with {in_ledger[1]}; failures {failures}"
    )
    passed = (
        not failures
        and accepted > 0
        and reconciled
        and in_ledger == (accepted, told.get("choices", 0))
    )
    say("PASSED" if passed else "FAILED")
    return 0 if passed else 1


def crowd(
    folder: Path, port: int, people: int, seconds: int
) -> tuple[list[dict[str, str]], dict[str, int]]:
    """Run Locust; return its statistics and what the voters were told."""
    outcome = folder / "outcome.json"
    command = [
        str(PYTHON), "-m", "locust", "-f", "loadtests/locustfile.py", "--headless",
        "--host", f"http://127.0.0.1:{port}", "--users", str(people),
        "--spawn-rate", str(max(1, people // 5)), "--run-time", f"{seconds}s",
        "--stop-timeout", "15", "--csv", str(folder / "load"), "--only-summary",
    ]  # fmt: skip
    env = {**os.environ, "SEASON": SEASON, "OUTCOME": str(outcome)}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True,
        timeout=seconds + 90, check=False,
    )  # fmt: skip
    if not outcome.exists():
        raise Broken(f"Locust did not come to an end:\n{done.stderr[-3000:]}")
    if done.returncode:
        say(done.stderr[-2000:])
    with (folder / "load_stats.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), json.loads(outcome.read_text(encoding="utf-8"))


def count(env: dict[str, str]) -> tuple[bool, tuple[int, int], str]:
    """Let ``reconcile`` compare store, ledger and stream; return ballots and choices."""
    done = subprocess.run(
        python("manage.py", "reconcile", SEASON), cwd=ROOT, env=env, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    report = (done.stdout + done.stderr).strip()
    found = re.search(r"(\d+) ballots with (\d+) choices", report)
    return done.returncode == 0, (int(found[1]), int(found[2])) if found else (-1, -1), report


def table_of(statistics: list[dict[str, str]]) -> str:
    """Return Locust's figures for a person."""
    rows = [("request", "count", "failed", "a second", "median ms", "99 % ms")]
    rows += [
        (
            f"{row['Type']} {row['Name']}".strip(),
            row["Request Count"],
            row["Failure Count"],
            f"{float(row['Requests/s']):.1f}",
            row["Median Response Time"],
            row["99%"],
        )
        for row in statistics
    ]
    return table(rows)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as error:
        print(error, file=sys.stderr)
        sys.exit(2)

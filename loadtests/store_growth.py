"""What one ballot costs the vote store while it fills: a series, 50,000 ballots a step.

python -m loadtests.store_growth [STEPS]; two to three minutes for 24 steps. The store runs with
``appendfsync no`` here, so that the series shows memory and not the disk.
"""

import secrets
import sys
import tempfile
import time
from pathlib import Path

from config.embedded_store import EmbeddedStore
from loadtests.machine import cpu_seconds
from voting.hotpath import epoch, gate
from voting.hotpath.keys import slice_keys
from voting.hotpath.stores import connect

STEP = 50_000
BATCH = 16
FAR_MS = 2_000_000_000_000
DAILY = (("sbc", "s", "b", "c", 10), ("sdb", "s", "d", "b", 1))


def main(steps: int) -> None:
    """Print microseconds of the store's processor time per ballot, step by step."""
    with (
        tempfile.TemporaryDirectory() as name,
        EmbeddedStore(Path(name) / "store", fsync="no") as store,
        connect(store.url, read_seconds=30) as client,
    ):
        keys = slice_keys("growth", 0, 1)
        tomorrow = int(time.time() * 1000) + 86_400_000
        epoch.put_slice(
            client,
            keys,
            plan=epoch.Plan(1, DAILY, 1, 5, 2000.0, 60, 1 << 40),
            periods=[epoch.Period(0, "d1", "w1", tomorrow, None)],
            nominees={str(number): "1" for number in range(48)},
            tallies={},
            ballots=0,
            opening={"epoch": 1},
        )
        run = gate.run_id(client)
        epoch.put_meta(client, keys, phase="open", opens_ms=1, closes_ms=FAR_MS, run=run)
        client.script_load(gate.CAST.source)
        for step in range(1, steps + 1):
            before = cpu_seconds(store.pid)
            for _batch in range(STEP // BATCH):
                pipeline = client.pipeline(transaction=False)
                for number in range(BATCH):
                    arguments = gate.cast_arguments(
                        keys,
                        run=run,
                        vote=secrets.token_hex(16),
                        expires_ms=FAR_MS,
                        voter=secrets.token_hex(16),
                        prefix="00" * 16,
                        fresh=False,
                        evidence="none",
                        choices=[str(number)],
                    )
                    pipeline.evalsha(gate.CAST.sha, *arguments)
                if any(answer[0] != 1 for answer in pipeline.execute()):
                    raise RuntimeError("a ballot was refused")
            cost = (cpu_seconds(store.pid) - before) / STEP * 1e6
            print(f"{step * STEP:>10,} ballots  {cost:5.1f} µs", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)

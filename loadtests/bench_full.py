"""What size costs: more nominees, more ballots, more choices, a thousand viewers.

    python -m loadtests.bench_full           about fifteen minutes
    python -m loadtests.bench_full --quick   a few minutes, small sizes

Exit code 1 when a gate fails. Method and meaning: docs/performance.md.
"""

import argparse
import sys
import time
from dataclasses import asdict

from loadtests import growth, machine, runs
from loadtests.generator import NotMeasured
from loadtests.growth import Growth
from loadtests.processes import Broken
from loadtests.runs import say
from loadtests.sockets import Viewers

FULL = growth.Size(pairs=8, seconds=2.5, few=1_000, many=1_000_000)
QUICK = growth.Size(pairs=2, seconds=1.0, few=1_000, many=20_000)


def main() -> int:
    """Measure, report, judge."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a few minutes, small sizes")
    parser.add_argument("--only", choices=["growth", "sockets"], help="one part alone")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    placement = machine.placement()
    began = time.monotonic()
    with runs.measuring() as (folder, _stack):
        grown = Growth(size, folder, placement)
        viewers = Viewers(2 if options.quick else 5, 12, folder, placement)
        parts = [
            part
            for name, part in (("sockets", viewers), ("growth", grown))
            if options.only in {None, name}
        ]
        for part in parts:
            part.run()
    gates = [gate for part in parts for gate in (part.gates() if part is viewers else grown.gates)]
    facts = machine.describe(store=machine.store_version(), placement=placement.text())
    facts["run"] = (
        f"{size.pairs} pairs of {size.seconds} s, {time.monotonic() - began:.0f} s in all"
    )
    say("\n" + "\n\n".join(part.text() for part in parts))
    say("\n" + "\n".join(gate.text() for gate in gates))
    say("\n" + "\n".join(f"{name}: {text}" for name, text in facts.items()))
    file = runs.save(
        f"bench-{options.only or 'full'}{'-quick' if options.quick else ''}",
        {
            "facts": facts,
            "growth": {"rows": grown.rows, "figures": grown.figures},
            "sockets": [asdict(side) for side in viewers.sides],
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

"""``make bench``: every figure of docs/benchmarks.md, measured in one run.

python -m benchmarks [assignment] [certificates] [pages] [scoring] [scoring-speed] [skating]
"""

from __future__ import annotations

import sys

from benchmarks import assignment, certificates, pages, scoring, scoring_speed, skating
from benchmarks.measuring import machine

PARTS = {
    "assignment": assignment.report,
    "certificates": certificates.report,
    "pages": pages.report,
    "scoring": scoring.report,
    "scoring-speed": scoring_speed.report,
    "skating": skating.report,
}


def main(names: list[str]) -> int:
    """Print the named parts, all where none is named; 2 where one is unknown."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"No part is called {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
        return 2
    print(machine())
    for name in names or PARTS:
        print(f"\n{name}")
        for line in PARTS[name]():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

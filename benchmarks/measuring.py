"""How a measurement is taken: CPU seconds, the best of some runs, on a machine that is named."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable


def machine() -> str:
    """Return what the figures were measured on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def cpu_seconds(work: Callable[[], object], runs: int = 1) -> float:
    """Return the CPU time of the fastest of some runs: other work on the machine only slows."""
    best = float("inf")
    for _ in range(runs):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best

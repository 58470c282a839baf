"""How long a tabulation takes, beside what a statistician would use, and how it grows."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.juries import SCENARIOS, Jury, drawn, rules
from benchmarks.measuring import cpu_seconds
from scoring import tabulate
from scoring.calibrated import calibrate, counted_sheets
from scoring.mixed import Design
from scoring.plain import plain_view
from scoring.reml import Estimate, estimate

SMALL, MIDDLE, LARGE = 600, 6_000, 60_000
LME4 = """
suppressMessages(library(lme4)); d <- read.csv(commandArgs(TRUE)[1]);
t <- system.time(m <- lmer(y ~ 1 + (1 | entry) + (1 | juror), d));
v <- as.data.frame(VarCorr(m))$vcov; cat(t[1] + t[2], v)
"""


def design_of(jury: Jury) -> Design:
    """Return the sheets' composites as the engine's linear algebra takes them."""
    seen, entry = np.unique(jury.entry, return_inverse=True)
    known, juror = np.unique(jury.juror, return_inverse=True)
    cell = np.zeros(len(seen), dtype=np.int64)
    return Design(jury.composite(), entry, juror, cell, len(seen), len(known), 1)


def fitted(design: Design) -> Estimate:
    """Return the REML fit, on one thread."""
    with threadpool_limits(limits=1, user_api="blas"):
        return estimate(design)


def report() -> Iterator[str]:
    """Yield ratios to statsmodels and lme4, then the whole tabulation at three sizes."""
    yield from _beside_statsmodels(design_of(drawn(SCENARIOS["A"], SMALL, 1_000)))
    yield from _beside_lme4(design_of(drawn(SCENARIOS["A"], MIDDLE, 1_000)))
    yield "\nfair: the fair scores with intervals of score and place; whole: the whole tabulation"
    columns = (("fair, CPU s", 12), ("whole, CPU s", 13), ("µs a score", 11), ("memory MB", 10))
    named = " ".join(f"{name:>{width}}" for name, width in columns)
    yield f"{'entries':>8} {'sheets':>8} {named}"
    for entries in (SMALL, MIDDLE, LARGE):
        found = _alone(entries)
        each = 1e6 * found["seconds"] / found["scores"]
        yield (
            f"{entries:8,} {found['sheets']:8,} {found['fair']:12.2f} {found['seconds']:13.2f}"
            f" {each:11.1f}"
            f" {found['megabytes']:10,}"
        )


def _variances(*values: float) -> str:
    return " ".join(f"{value:.4g}" for value in values)


def _ours(design: Design) -> tuple[float, str]:
    found = fitted(design)
    seconds = cpu_seconds(partial(fitted, design), runs=3)
    return seconds, _variances(found.merit, found.severity, found.residual)


def _beside_statsmodels(design: Design) -> Iterator[str]:
    import pandas  # noqa: PLC0415 - only this line of the report needs it
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: PLC0415

    frame = pandas.DataFrame({"y": design.y, "entry": design.entry, "juror": design.juror})
    parts = {"entry": "0 + C(entry)", "juror": "0 + C(juror)"}
    model = MixedLM.from_formula("y ~ 1", groups=np.ones(len(frame)), vc_formula=parts, data=frame)
    begun = time.process_time()
    with threadpool_limits(limits=1, user_api="blas"):
        theirs = model.fit(reml=True)
    taken = time.process_time() - begun
    seconds, ours = _ours(design)
    yield f"fit of {SMALL} entries: statsmodels takes {taken / seconds:.0f} times our CPU time"
    yield f"  variances {ours}; statsmodels {_variances(*theirs.vcomp, theirs.scale)}"


def _beside_lme4(design: Design) -> Iterator[str]:
    if not shutil.which("Rscript"):
        yield "lme4: not compared, R is not installed"
        return
    seconds, ours = _ours(design)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "sheets.csv"
        columns = np.column_stack([design.entry, design.juror, design.y])
        np.savetxt(table, columns, "%.17g", ",", header="entry,juror,y", comments="")
        ran = subprocess.run(
            ["Rscript", "-e", LME4, str(table)], capture_output=True, text=True, check=False
        )
    if ran.returncode:
        yield "lme4: not compared, R has no lme4"
        return
    taken, *variances = map(float, ran.stdout.split())
    yield f"fit of {MIDDLE} entries: lme4 takes {taken / seconds:.0f} times our CPU time"
    yield f"  variances {ours}; lme4 {_variances(*variances)}"


def _alone(entries: int) -> dict[str, int | float]:
    """Tabulate in a process of its own, so that its memory is its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.scoring_speed", str(entries)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, int | float] = json.loads(ran.stdout)
    return found


def measured(entries: int) -> dict[str, int | float]:
    """Return CPU seconds of the fair scores with their intervals and of the whole tabulation, with
    exact means, digest, diagnostics and sensitivity; and the peak of memory in MB.
    """
    scores = drawn(SCENARIOS["A"], entries, 1_000).scores()
    declared = rules(SCENARIOS["A"], cut=entries // 10)
    sheets = counted_sheets(plain_view(scores.canonical(), declared).sheets)
    fair = cpu_seconds(partial(calibrate, sheets, {}, declared))
    begun = time.process_time()
    table = tabulate(scores, declared)
    return {
        "fair": fair,
        "seconds": time.process_time() - begun,
        "sheets": len(table.sheets),
        "scores": len(scores.rows),
        "megabytes": _peak_megabytes(),
    }


def _peak_megabytes() -> int:
    """Linux hands a parent's peak on to `ru_maxrss`, but not to VmHWM."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_048_576
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))

"""What a plan is worth: its figures with their bounds, loads, whom to recruit, and severity."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assignment import Difference, Options, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assignment.instance import Instance

FIGURES = (
    "total", "bound", "share", "worst_entry", "p5_entry", "weak_entries", "zero_pairs",
    "load_min", "load_max", "parts", "connected", "seed", "seconds",
)  # fmt: skip
SHOWN_WEAK = 60
TOPICS = 3
MOST_PAIRS = 500_000
"""Pairs of entries and jurors up to which it is worth the time to ask whom to recruit."""


def describe(problem: Problem, found: Difference, options: Options) -> dict[str, Any]:
    """Return the figures of a plan as plain JSON.

    Beside those of ``assignment.Plan``: worst_bound and p5_bound (no assignment that keeps the
    rules exceeds them), loads ([entries, jurors with so many], ascending), weak (codes of entries
    without a strong juror, and whether one exists who may judge it), recruit (the engine's
    ``extra_jurors``), severity (the standard error of a juror's severity in units of the scatter
    of one score, its mean over the jurors; None where fewer than two judge or where the jury
    falls apart), strong.
    """
    import numpy as np  # noqa: PLC0415 - a page that shows no proposal need not wait for it

    from assignment.instance import compile_problem  # noqa: PLC0415 - it loads the solvers

    instance = compile_problem(problem)
    taken = _taken(instance, found)
    ceilings = _ceilings(instance)
    loads, counts = np.unique(taken.sum(axis=0), return_counts=True)
    strong = np.asarray(instance.affinity >= round(options.strong * 1000), dtype=np.bool_)
    weak = [int(row) for row in np.nonzero(taken.any(axis=1) & ~(taken & strong).any(axis=1))[0]]
    reachable = ((instance.open | instance.kept) & strong).sum(axis=1)
    pairs = [pair.key for pair in (*found.added, *found.kept)]
    return {
        **{name: getattr(found.plan, name) for name in FIGURES},
        "worst_bound": float(ceilings.min()) if len(ceilings) else 0.0,
        "p5_bound": float(np.quantile(ceilings, 0.05)) if len(ceilings) else 0.0,
        "loads": [[int(load), int(count)] for load, count in zip(loads, counts, strict=True)],
        "weak": [[instance.entries[row], bool(reachable[row])] for row in weak[:SHOWN_WEAK]],
        "recruit": _recruit(problem, pairs, options),
        "severity": severity_error(taken),
        "strong": options.strong,
    }


def _taken(instance: Instance, found: Difference) -> NDArray[np.bool_]:
    import numpy as np  # noqa: PLC0415 - see describe

    rows = {key: at for at, key in enumerate(instance.entries)}
    columns = {key: at for at, key in enumerate(instance.jurors)}
    taken = np.zeros(instance.open.shape, dtype=np.bool_)
    for pair in (*found.added, *found.kept):
        taken[rows[pair.entry], columns[pair.juror]] = True
    return taken


def _ceilings(instance: Instance) -> NDArray[np.float64]:
    """The highest mean affinity that each entry could have if nobody else wanted its jurors."""
    import numpy as np  # noqa: PLC0415 - see describe

    best = -np.sort(-np.where(instance.open, instance.affinity, 0), axis=1)
    need = np.maximum(instance.need, 0)
    chosen = np.where(np.arange(best.shape[1])[None, :] < need[:, None], best, 0).sum(axis=1)
    kept = np.where(instance.kept, instance.affinity, 0).sum(axis=1)
    size = need + instance.kept.sum(axis=1)
    return np.asarray((chosen + kept)[size > 0] / size[size > 0] / 1000, dtype=np.float64)


def _recruit(problem: Problem, pairs: list[tuple[str, str]], options: Options) -> list[Any]:
    if len(problem.entries) * len(problem.jurors) > MOST_PAIRS:
        return []
    from assignment import extra_jurors  # noqa: PLC0415 - it loads the solvers

    return [asdict(one) for one in extra_jurors(problem, pairs, options, TOPICS)]


def severity_error(taken: NDArray[np.bool_]) -> float | None:
    """Return how well severities will be known: a standard error in units of one score's scatter.

    In the model score = merit + severity + noise with free merits, the severities' information is
    the Laplacian of the graph in which two jurors are joined by 1/k for each entry of k jurors that
    they share (John and Williams, "Cyclic and Computer Generated Designs", 1995, 2.2); the mean of
    the diagonal of its pseudo-inverse is their mean variance around the jury's own mean.
    """
    import numpy as np  # noqa: PLC0415 - see describe

    active = taken[:, taken.any(axis=0)].astype(np.float64)
    jurors, size = active.shape[1], active.sum(axis=1)
    if jurors < 2:
        return None
    weighted = active / np.maximum(size, 1)[:, None]
    laplacian = np.diag(active.sum(axis=0)) - active.T @ weighted
    values = np.linalg.eigvalsh(laplacian)
    if values[1] < 1e-9 * max(1.0, values[-1]):
        return None
    return float(np.sqrt((1 / values[1:]).sum() / jurors))

"""Variances of merit, severity and residual by restricted maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, pi

import numpy as np
from scipy.linalg import cho_solve
from scipy.optimize import minimize, root

from scoring.mixed import Design, FloatArray, Solution, conjugate, solve

# Log ratios of a variance to the residual's: beyond these ends one of the two is as good as none.
LOWEST, HIGHEST = log(1e-8), log(1e6)
NOTHING = 1e-6
START = (0.0, -1.0)
SMALL = 300
PROBES = 24
FEWEST_PROBES = 8
PROBED_LEVELS = 480_000
PROBE_TOLERANCE = 1e-5
PROBE_SEED = 20_140


@dataclass(frozen=True)
class Estimate:
    """REML variances on the scale of the design's y, the solution at them, and the REML criterion.

    criterion: -2 log restricted likelihood as lme4 prints it; None above the dense limit.
    """

    merit: float
    severity: float
    residual: float
    solution: Solution
    criterion: float | None


def estimable(design: Design) -> bool:
    """Whether the design can tell the three variances apart at all.

    They can be told apart if and only if the three matrices M, M Zf Zf' M, M Zb Zb' M (M takes
    the cell means off) are linearly independent; in a large design the two conditions that fail
    in practice are looked at.
    """
    if design.freedom < 3:
        return False
    if len(design.y) > SMALL:
        an_entry, a_juror = np.bincount(design.entry), np.bincount(design.juror)
        return bool(an_entry.max() > 1 and a_juror.max() > 1 and design.jurors > 1)
    means = design.fixed[:, : design.cells].toarray()
    centre = np.eye(len(design.y)) - means @ np.linalg.pinv(means)
    juror = centre @ design.fixed[:, design.cells :].toarray()
    entry = centre @ design.merits.toarray()
    parts = [part.ravel() for part in (centre, entry @ entry.T, juror @ juror.T)]
    lengths = [float(np.linalg.norm(part)) for part in parts]
    if min(lengths) < 1e-9:
        return False
    units = np.stack([part / length for part, length in zip(parts, lengths, strict=True)])
    return bool(np.linalg.eigvalsh(units @ units.T)[0] > 1e-9)


def estimate(design: Design) -> Estimate:
    """REML variances of an estimable design (Patterson and Thompson, Biometrika 58, 1971).

    Dense: the profiled criterion is minimised over the two log ratios with its exact gradient.
    Above the dense limit: the same gradient's root, its two traces estimated by common random
    probes (Hutchinson 1990).
    """
    merit, severity = _minimum(design) if design.dense else _root(design)
    solution = solve(design, exp(-merit), exp(-severity))
    residual = solution.q / design.freedom
    variances = _share(merit) * residual, _share(severity) * residual, residual
    if max(merit, severity) > HIGHEST - 1e-3:
        variances = _exact_fit(design, solution)
    return Estimate(*variances, solution, criterion(design, solution) if design.dense else None)


def criterion(design: Design, solution: Solution) -> float:
    """-2 log restricted likelihood with the residual variance profiled out (Bates et al. 2015,
    eq. 42).
    """
    ratios = -design.entries * log(solution.lf) - design.jurors * log(solution.lb)
    variance = max(solution.q, np.finfo(float).tiny) / design.freedom
    return solution.logdet + ratios + design.freedom * (1 + log(2 * pi * variance))


def _exact_fit(design: Design, solution: Solution) -> tuple[float, float, float]:
    """Merit and severity explain every sheet: their variances are those of the effects
    themselves.
    """
    juror = solution.theta[design.cells :]
    merit = float(solution.merit @ solution.merit) / (design.entries - design.cells)
    return merit, float(juror @ juror) / max(design.jurors - 1, 1), 0.0


def _share(log_ratio: float) -> float:
    ratio = exp(log_ratio)
    return ratio if ratio > NOTHING else 0.0


def _minimum(design: Design) -> tuple[float, float]:
    bounds = [(LOWEST, HIGHEST)] * 2
    options = {"ftol": 1e-15, "gtol": 1e-8, "maxiter": 200}
    found = minimize(
        lambda x: _objective(design, x),
        START,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options=options,
    )
    best, lowest = tuple(map(float, found.x)), float(found.fun)
    for edge in ((LOWEST, best[1]), (best[0], LOWEST)):
        # Along an edge the criterion flattens out exponentially, and the search stops short of it.
        value = _objective(design, np.array(edge))[0]
        if value <= lowest + 1e-8 * (1 + abs(lowest)):
            best, lowest = edge, value
    return best[0], best[1]


def _objective(design: Design, ratios: FloatArray) -> tuple[float, FloatArray]:
    solution = solve(design, exp(-ratios[0]), exp(-ratios[1]))
    assert solution.factor is not None
    inverse = cho_solve((solution.factor, True), np.eye(len(solution.theta)))
    juror_trace = float(np.trace(inverse[design.cells :, design.cells :]))
    shrunk = design.eliminated(solution.lf, 2)
    entry_trace = float(np.sum(1 / (design.counts + solution.lf)) + np.sum(inverse * shrunk))
    return criterion(design, solution), _gradient(design, solution, entry_trace, juror_trace)


def _gradient(
    design: Design, solution: Solution, entry_trace: float, juror_trace: float
) -> FloatArray:
    """Derivative of the criterion in the log ratios: levels - l tr C - freedom l u'u / q, for
    each effect u.
    """
    juror = solution.theta[design.cells :]
    scale = design.freedom / max(solution.q, np.finfo(float).tiny)
    merit = solution.merit
    return np.array(
        [
            design.entries - solution.lf * (entry_trace + scale * float(merit @ merit)),
            design.jurors - solution.lb * (juror_trace + scale * float(juror @ juror)),
        ]
    )


def _root(design: Design) -> tuple[float, float]:
    rng = np.random.default_rng(PROBE_SEED)
    # A trace's relative error falls with levels times probes: the larger design needs fewer.
    probes = min(PROBES, max(FEWEST_PROBES, PROBED_LEVELS // (design.entries + design.jurors)))
    juror_probes = rng.choice([-1.0, 1.0], (design.cells + design.jurors, probes))
    juror_probes[: design.cells] = 0
    entry_probes = rng.choice([-1.0, 1.0], (design.entries, probes))
    levels = np.array([design.entries, design.jurors], dtype=float)

    def slope(ratios: FloatArray) -> FloatArray:
        clipped = np.clip(ratios, LOWEST, HIGHEST)
        return np.asarray(_probed_gradient(design, clipped, juror_probes, entry_probes) / levels)

    found = root(slope, START, method="hybr", options={"xtol": 1e-5, "eps": 1e-3})
    merit, severity = np.clip(found.x, LOWEST, HIGHEST)
    return float(merit), float(severity)


def _probed_gradient(
    design: Design, ratios: FloatArray, juror_probes: FloatArray, entry_probes: FloatArray
) -> FloatArray:
    solution = solve(design, exp(-ratios[0]), exp(-ratios[1]))
    inverse = conjugate(design, solution.lf, solution.lb, PROBE_TOLERANCE)
    weight = (design.counts + solution.lf)[:, None]
    reduced = design.cross.T @ (entry_probes / weight)
    solved = inverse(np.hstack([juror_probes, reduced]))
    probes = juror_probes.shape[1]
    juror_trace = float(np.sum(juror_probes * solved[:, :probes])) / probes
    entry_trace = float(np.sum(1 / weight) + np.sum(reduced * solved[:, probes:]) / probes)
    return _gradient(design, solution, entry_trace, juror_trace)

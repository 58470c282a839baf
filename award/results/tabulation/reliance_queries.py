"""What a tabulation's result hangs on, for people: one juror, the weights, a few points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from award.results.tabulation.latest import Latest


@dataclass(frozen=True, slots=True)
class WithoutJuror:
    """What changes without one juror: who would be first, who would cross the cut (titles)."""

    juror: str
    first: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """What would draw an entry level with the first: points on one sheet, or other weights."""

    title: str
    points: float
    weights: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class OddSheet:
    """A sheet that lies far from the other sheets of its entry; above or below."""

    title: str
    public_id: str
    juror: str
    above: bool


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """spread: pooled s.d. within entries, share of the scale; discrimination: -1 to 1."""

    title: str
    spread: float | None
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class JurorRow:
    """agreement with the others (-1 to 1), width of the used scale (1 usual), halo (1 at most)."""

    name: str
    agreement: float | None
    width: float | None
    halo: float | None


@dataclass(frozen=True, slots=True)
class Reliance:
    """How far the result can be trusted, and what it hangs on.

    first: titles of the first place. agreement: g at the jurors an entry has; goal and needed: how
    many jurors an entry would reach it, None where no number would. jurors: those without whom
    something changes, the most entries across the cut first; counted: how many were tried, None
    where the jury is too large. steady: entries above the cut under every tried weighting; shaky:
    those only under some, with their share.
    """

    first: tuple[str, ...]
    agreement: float | None
    alpha: float | None
    icc: float | None
    goal: float | None
    needed: int | None
    study: tuple[tuple[int, float], ...]
    counted: int | None
    jurors: tuple[WithoutJuror, ...]
    steady: int
    shaky: tuple[tuple[str, float], ...]
    swaps: tuple[Swap, ...]
    odd: tuple[OddSheet, ...]
    criteria: tuple[CriterionRow, ...]
    behaviour: tuple[JurorRow, ...]


def reliance(names: Latest | None) -> Reliance | None:
    """Return what the latest tabulation hangs on; None before the first, or where it was computed
    by an engine that did not say. No statement: names is what ``latest`` read.
    """
    result = names.tabulation.result if names else {}
    if names is None or not result.get("sensitivity"):
        return None
    found, diagnostics = result["sensitivity"], result["diagnostics"]
    study = result["study"] or {"goal": None, "jurors_for_g": None, "points": []}
    first = tuple(sorted(row["entry"] for row in result["entries"] if row["place"] == 1))
    reliability = result["reliability"]
    tried = found["jurors"]
    return Reliance(
        first=names.entries_of(first),
        agreement=reliability["g"],
        alpha=reliability["alpha"]["interval"],
        icc=(reliability["icc"] or {}).get("icc2"),
        goal=study["goal"],
        needed=study["jurors_for_g"],
        study=tuple((point["jurors"], point["g"]) for point in study["points"]),
        counted=None if tried is None else len(tried),
        jurors=_jurors(tried or (), first, names),
        steady=sum(row["above"] == 1 for row in found["weights"]),
        shaky=tuple(
            (names.entry(row["entry"]), row["above"])
            for row in found["weights"]
            if row["above"] < 1
        ),
        swaps=_swaps(found["swaps"], names),
        odd=_odd(diagnostics["odd"], names),
        criteria=tuple(
            CriterionRow(names.criterion(row["criterion"]), row["spread"], row["discrimination"])
            for row in diagnostics["criteria"]
        ),
        behaviour=tuple(
            JurorRow(names.juror(row["juror"]), row["agreement"], row["width"], row["halo"])
            for row in diagnostics["jurors"]
        ),
    )


def diagnostics(known: Latest | None, what: str) -> dict[str, Mapping[str, Any]]:
    """Return what the latest tabulation says of each juror or criterion, by public id or key.

    what: "juror" or "criterion". Empty before the first tabulation, and where its engine did not
    say. No statement.
    """
    result = known.tabulation.result if known else {}
    plural = {"juror": "jurors", "criterion": "criteria"}[what]
    return {row[what]: row for row in result.get("diagnostics", {}).get(plural, ())}


def _jurors(
    rows: Iterable[Mapping[str, Any]], first: tuple[str, ...], names: Latest
) -> tuple[WithoutJuror, ...]:
    """Only those without whom something would be different at the top or at the cut."""
    told = [row for row in rows if row["enters"] or row["leaves"] or tuple(row["first"]) != first]
    told.sort(key=lambda row: (-len(row["enters"]) - len(row["leaves"]), names.juror(row["juror"])))
    return tuple(
        WithoutJuror(
            names.juror(row["juror"]),
            names.entries_of(row["first"]) if tuple(row["first"]) != first else (),
            names.entries_of(row["enters"]),
            names.entries_of(row["leaves"]),
        )
        for row in told
    )


def _swaps(rows: Iterable[Mapping[str, Any]], names: Latest) -> tuple[Swap, ...]:
    return tuple(
        Swap(
            names.entry(row["entry"]),
            row["points"],
            tuple((names.criterion(w["criterion"]), w["share"]) for w in row["weights"]),
        )
        for row in rows
    )


def _odd(rows: Iterable[Mapping[str, Any]], names: Latest) -> tuple[OddSheet, ...]:
    return tuple(
        OddSheet(
            names.entry(row["entry"]),
            names.entries.get(row["entry"], ("", ""))[1],
            names.juror(row["juror"]),
            row["z"] > 0,
        )
        for row in rows
    )

"""What the correction for severity changes: which entries move, and whose severity moves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from award.results.tabulation.latest import Latest
from award.results.tabulation.working import number

FAR = 5
"""Places: who moves further is worth a look even away from the cut."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one juror's severity adds to an entry's plain mean: its share by the sheet's weight."""

    juror: str
    severity: float
    points: float


@dataclass(frozen=True, slots=True)
class Change:
    """An entry whose place is another one by fair score. shares: the largest first; their sum is
    the correction. crosses: it stands on the other side of the cut.
    """

    public_id: str
    code: str
    title: str
    mean: float
    score: float
    plain_place: int
    calibrated_place: int
    crosses: bool
    shares: tuple[Share, ...]

    @property
    def up(self) -> bool:
        """Whether the correction lifts it."""
        return self.calibrated_place < self.plain_place

    @property
    def correction(self) -> float:
        """Points that the correction adds to the plain mean."""
        return self.score - self.mean

    @property
    def far(self) -> bool:
        """Whether it moves across the cut or by many places."""
        return self.crosses or abs(self.calibrated_place - self.plain_place) > FAR


def changes(known: Latest | None, cut: int | None = None) -> tuple[Change, ...]:
    """Return the entries that the correction moves: across the cut first, then the furthest.

    cut: the number of places looked at, the rules' own where None. Empty before the first
    tabulation. No statement: known is what ``latest`` read.
    """
    if known is None:
        return ()
    result = known.tabulation.result
    cut = result["rules"]["cut"] if cut is None else cut
    places = calibrated_places(result)
    moved = {
        row["entry"]: row
        for row in result["entries"]
        if row["score"] is not None and places[row["entry"]] != row["mean_place"]
    }
    shares = _shares(known, moved)
    found = [
        Change(
            public_id=known.entries.get(code, ("", ""))[1],
            code=code,
            title=known.entry(code),
            mean=number(row["mean"]) or 0.0,
            score=row["score"],
            plain_place=row["mean_place"],
            calibrated_place=places[code],
            crosses=cut is not None and (row["mean_place"] <= cut) != (places[code] <= cut),
            shares=shares.get(code, ()),
        )
        for code, row in moved.items()
    ]
    return tuple(sorted(found, key=_order))


def _order(change: Change) -> tuple[bool, int, int]:
    moved = abs(change.calibrated_place - change.plain_place)
    return not change.crosses, -moved, change.calibrated_place


def calibrated_places(result: Mapping[str, Any]) -> dict[str, int]:
    """Return the place by fair score; where that ranks, ties are already told apart."""
    rows = [row for row in result["entries"] if row["score"] is not None]
    if result["rules"]["rank_by"] == "calibrated":
        return {row["entry"]: row["place"] for row in rows}
    ordered = sorted((row["score"] for row in rows), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(ordered, start=1)))}
    return {row["entry"]: first[row["score"]] for row in rows}


def _shares(known: Latest, moved: Mapping[str, Any]) -> dict[str, tuple[Share, ...]]:
    result = known.tabulation.result
    severity = {row["juror"]: row["severity"] for row in result["jurors"]}
    whole: dict[str, float] = defaultdict(float)
    for sheet in result["sheets"]:
        if sheet["value"] is not None:
            whole[sheet["entry"]] += sheet.get("weight", 1.0)
    found: dict[str, list[Share]] = {}
    for sheet in result["sheets"]:
        row = moved.get(sheet["entry"])
        if row is None or sheet["value"] is None:
            continue
        strict = severity[sheet["juror"]]
        part = sheet.get("weight", 1.0) / whole[sheet["entry"]]
        # A weight moves the entry too: by as much as it draws the mean to or from this sheet.
        above = (number(sheet["value"]) or 0.0) - (number(row["mean"]) or 0.0)
        points = part * (above + strict) - above / row["jurors"]
        share = Share(known.juror(sheet["juror"]), strict, points)
        found.setdefault(sheet["entry"], []).append(share)
    return {
        code: tuple(sorted(shares, key=lambda one: (-abs(one.points), one.juror)))
        for code, shares in found.items()
    }

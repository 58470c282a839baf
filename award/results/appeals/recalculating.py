"""What a disputed score sheet changes: the tabulation once more, without it or with it corrected.

A recalculation ranks nobody. The frozen tabulation stays what counts; the difference to it is kept
with the appeal, so that the answer can show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
from award.errors import InputError
from award.judging.sheets import gaps, plain_points, read_values
from award.models.appeals import Appeal, Recalculation
from award.models.jury import Juror
from award.results.tabulation.bundles import kept_input, latest_tabulation
from award.results.tabulation.change_queries import calibrated_places
from award.results.tabulation.replaying import scores_from
from award.results.tabulation.tabulating import RoundInput, compute
from award.results.tabulation.working import number

VISIBLE = 0.005
"""A fair score that moves by less is the same at the two digits that are shown."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """All that a recalculation needs, read at once; computing it needs no store.

    points: criterion key -> points as text, empty where the sheet is left out. before: the frozen
    result.
    """

    appeal_id: int
    tabulation_id: int
    entry: str
    juror_id: int | None
    points: Mapping[str, str]
    changed: RoundInput
    before: Mapping[str, Any]


def read_disputed(
    session: Session, appeal_id: int, juror: str, corrected: Mapping[str, Any] | None = None
) -> Disputed:
    """Read the round's frozen input and change one sheet of the appeal's entry in it.

    juror: her public id. corrected: points-KEY -> points as a form sends them; None leaves the
    sheet out. Raises InputError sheet_unknown (none of hers was tabulated), sheet_unchanged,
    sheet_incomplete or what ``read_values`` raises, RuleError bundle_scores_changed.
    """
    appeal = session.get_one(Appeal, appeal_id)
    tabulation = latest_tabulation(session, appeal.round_id)
    scores = scores_from(kept_input(session, tabulation)["scores"])
    code = appeal.entry.code
    old = {
        row.criterion: row.points
        for row in scores.rows
        if (row.entry, row.juror) == (code, juror) and row.points is not None
    }
    if not old:
        raise InputError("sheet_unknown", field="sheet")
    new = {} if corrected is None else _corrected(appeal, corrected)
    if new == old:
        raise InputError("sheet_unchanged", field="sheet")
    kept = [row for row in scores.rows if (row.entry, row.juror) != (code, juror)]
    rows = (*kept, *(scoring.ScoreRow(code, juror, key, points) for key, points in new.items()))
    return Disputed(
        appeal_id=appeal_id,
        tabulation_id=tabulation.id,
        entry=code,
        juror_id=session.scalar(select(Juror.id).where(Juror.public_id == juror)),
        points={key: plain_points(points) for key, points in new.items()},
        changed=RoundInput(replace(scores, rows=rows), scoring.Rules.from_dict(tabulation.rules)),
        before=tabulation.result,
    )


def _corrected(appeal: Appeal, sent: Mapping[str, Any]) -> dict[str, Any]:
    criteria = appeal.round.criteria
    values = read_values(sent, criteria)
    missing = [gap for gap in gaps(values, criteria) if gap.code == "points_missing"]
    if missing:
        raise InputError("sheet_incomplete", field="sheet", count=len(missing))
    return dict(values.points)


def recalculate(disputed: Disputed) -> scoring.Tabulation:
    """Tabulate the changed input, without the store; RuleError with the engine's code."""
    return compute(disputed.changed)


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any], entry: str
) -> list[dict[str, Any]]:
    """Return each entry that another result moves, in the order of the first; ``entry`` always.

    Both are ``scoring.Tabulation.to_dict()`` of the same entries. A row is {"entry": code, and
    mean, mean_place, score, place, ranked: [before, after]}: place is that by fair score, ranked
    the one that counts by the round's rules. A fair score that moves by less than VISIBLE does not
    make a row; None stands where there is no value.
    """
    old, new = _figures(before), _figures(after)
    rows = [(code, figures, new[code]) for code, figures in old.items() if code in new]
    return [
        {"entry": code, **{name: [was[name], now[name]] for name in was}}
        for code, was, now in rows
        if code == entry or _differs(was, now)
    ]


def _figures(result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    places = calibrated_places(result)
    return {
        row["entry"]: {
            "mean": number(row["mean"]),
            "mean_place": row["mean_place"],
            "score": row["score"],
            "place": places.get(row["entry"]),
            "ranked": row["place"],
        }
        for row in result["entries"]
    }


def _differs(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    if any(was[name] != now[name] for name in ("mean", "mean_place", "place", "ranked")):
        return True
    if was["score"] is None or now["score"] is None:
        return bool(was["score"] != now["score"])
    return bool(abs(was["score"] - now["score"]) >= VISIBLE)


def own_row(made: Recalculation, code: str) -> dict[str, Any]:
    """Return the row of one entry, as ``difference`` wrote it."""
    return next(row for row in made.rows if row["entry"] == code)

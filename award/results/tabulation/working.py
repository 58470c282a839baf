"""How one entry's numbers came about, step by step, from the frozen tabulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.errors import NotFoundError
from award.models.entries import Entry
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Juror
from award.models.results import Tabulation
from award.models.seasons import Criterion


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A line of the rubric with the entry's mean on it, None where nobody answered.

    product: weight times mean, on the tabulation's scale; the products' sum over the weights' sum
    is the plain mean where no sheet has a gap.
    """

    key: str
    title: str
    weight: Decimal
    minimum: Decimal
    maximum: Decimal
    mean: float | None
    product: float | None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One juror's sheet. points: in the rubric's order, None for an open criterion; empty where the
    sheet is no longer what was tabulated. value: its weighted mean, None where it did not count.
    fair: value plus the juror's severity. weight: what it counts in the fair score, 1 but where the
    rules weigh sheets. on_paper: the juror filled in paper, and an organiser typed it in.
    """

    juror: str
    points: tuple[Decimal | None, ...]
    value: float | None
    severity: float
    fair: float | None
    weight: float = 1.0
    on_paper: bool = False


@dataclass(frozen=True, slots=True)
class TieLine:
    """Other entries that were equal, on the way to a place, and the step that told them apart."""

    others: tuple[str, ...]
    place: int
    step: str


@dataclass(frozen=True, slots=True)
class Working:
    """Everything that led to one entry's place. Numbers are on the tabulation's scale.

    sheets: by juror's name. counted: how many of them have a value. changed: a sheet was edited
    since, so its points are not shown. gaps: a counted sheet leaves an optional criterion open.
    known: severity could be told; correction is what it adds to the plain mean.
    """

    code: str
    title: str
    number: int
    ranks_by: str
    rubric_points: bool
    minimum: float
    maximum: float
    criteria: tuple[CriterionLine, ...]
    sheets: tuple[SheetLine, ...]
    counted: int
    changed: bool
    gaps: bool
    known: bool
    mean: float | None
    median: float | None
    correction: float
    score: float | None
    low: float | None
    high: float | None
    place: int | None
    mean_place: int | None
    place_low: int | None
    place_high: int | None
    chance: float | None
    cut: int | None
    ranked: int
    jury: int
    draws: int
    seed: int
    ties: tuple[TieLine, ...]

    @property
    def weighed(self) -> bool:
        """Whether the rules let some sheets count more than others."""
        return any(row.weight != 1 for row in self.sheets)

    @property
    def severities(self) -> tuple[float, ...]:
        """The severities of those whose sheets count, strictest first: no juror stands beside."""
        return tuple(sorted(row.severity for row in self.sheets if row.fair is not None)[::-1])


def number(text: str | None) -> float | None:
    """Return an exact fraction of a stored tabulation as a float, None as None."""
    return None if text is None else float(Fraction(text))


def working(session: Session, round_id: int, entry_id: int, language: str) -> Working:
    """Return how an entry came to its place in a round's latest tabulation, in five statements.

    NotFoundError before the first tabulation, and for an entry that is not in it.
    """
    entry = session.get_one(Entry, entry_id)
    tabulation, result = _latest(session, round_id)
    own = next((row for row in result["entries"] if row["entry"] == entry.code), None)
    if own is None:
        raise NotFoundError
    criteria = _criteria(session, round_id)
    sheets, changed = _sheets(session, round_id, entry, result, criteria)
    fair = [row for row in sheets if row.fair is not None]
    return Working(
        code=entry.code,
        title=entry.title,
        number=tabulation,
        criteria=_criterion_lines(criteria, own, result, language),
        sheets=sheets,
        counted=len(fair),
        changed=changed,
        correction=own["score"] - (number(own["mean"]) or 0.0) if fair else 0.0,
        cut=result["rules"]["cut"],
        ties=_ties(session, result["ties"], entry),
        **_round_facts(result),
        **_own_numbers(own, result),
    )


def _latest(session: Session, round_id: int) -> tuple[int, Mapping[str, Any]]:
    """Return the number and the stored result of a round's latest tabulation."""
    found = session.execute(
        select(Tabulation.number, Tabulation.result)
        .where(Tabulation.round_id == round_id)
        .order_by(Tabulation.number.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFoundError
    return found.number, found.result


def _round_facts(result: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for every entry of the tabulation: how it ranks, on which scale, of how many."""
    return {
        "ranks_by": result["rules"]["rank_by"],
        "rubric_points": result["scale"]["rubric_points"],
        "minimum": number(result["scale"]["minimum"]) or 0.0,
        "maximum": number(result["scale"]["maximum"]) or 0.0,
        "ranked": sum(row["place"] is not None for row in result["entries"]),
        "jury": sum(row["sheets"] > 0 for row in result["jurors"]),
        "draws": result["engine"]["draws"],
        "seed": result["rules"]["seed"],
    }


def _own_numbers(own: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The entry's own numbers, as they were frozen."""
    kept = ("score", "low", "high", "place", "mean_place", "place_low", "place_high")
    return {
        **{key: own[key] for key in kept},
        "mean": number(own["mean"]),
        "median": number(own["median"]),
        "chance": own["p_cut"],
        "known": result["variance"]["severity"] is not None and own["score"] is not None,
        "gaps": any(
            sheet["value"] is not None and sheet["missing"]
            for sheet in result["sheets"]
            if sheet["entry"] == own["entry"]
        ),
    }


def _criteria(session: Session, round_id: int) -> Sequence[Criterion]:
    return session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    ).all()


def _criterion_lines(
    criteria: Sequence[Criterion], own: Mapping[str, Any], result: Mapping[str, Any], language: str
) -> tuple[CriterionLine, ...]:
    means = {row["criterion"]: number(row["mean"]) for row in own["criteria"]}
    mapped = not result["scale"]["rubric_points"]
    lines = []
    for row in criteria:
        mean = means.get(row.key)
        shown = mean
        if mean is not None and mapped:
            shown = 100 * (mean - float(row.minimum)) / float(row.maximum - row.minimum)
        lines.append(
            CriterionLine(
                key=row.key,
                title=pick_text(row.title, language),
                weight=row.weight,
                minimum=row.minimum,
                maximum=row.maximum,
                mean=mean,
                product=None if shown is None else shown * float(row.weight),
            )
        )
    return tuple(lines)


def _sheets(
    session: Session,
    round_id: int,
    entry: Entry,
    result: Mapping[str, Any],
    criteria: Sequence[Criterion],
) -> tuple[tuple[SheetLine, ...], bool]:
    frozen = [row for row in result["sheets"] if row["entry"] == entry.code]
    severity = {row["juror"]: row["severity"] for row in result["jurors"]}
    points = _points(session, round_id, entry.id)
    origins = _origins(session, round_id, entry.id)
    same = {row["juror"]: _holds(row, points.get(row["juror"], {}), criteria) for row in frozen}
    lines = []
    for row in frozen:
        value, given = number(row["value"]), points.get(row["juror"], {})
        strict = severity.get(row["juror"], 0.0)
        name, on_paper = origins.get(row["juror"], ("—", False))
        lines.append(
            SheetLine(
                juror=name,
                points=tuple(given.get(one.key) for one in criteria) if same[row["juror"]] else (),
                value=value,
                severity=strict,
                fair=None if value is None else value + strict,
                weight=row.get("weight", 1.0),
                on_paper=on_paper,
            )
        )
    return tuple(sorted(lines, key=lambda line: line.juror)), not all(same.values())


def _origins(session: Session, round_id: int, entry_id: int) -> dict[str, tuple[str, bool]]:
    """Return juror -> her name, and whether her sheet came on paper."""
    rows = session.execute(
        select(Juror.public_id, Juror.name, ScoreSheet.on_paper)
        .join(Assignment, Assignment.juror_id == Juror.id)
        .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id, Assignment.entry_id == entry_id)
    )
    return {juror: (name, on_paper) for juror, name, on_paper in rows}


def _points(session: Session, round_id: int, entry_id: int) -> dict[str, dict[str, Decimal]]:
    """Return juror -> criterion -> points of the sheets that count today."""
    found: dict[str, dict[str, Decimal]] = {}
    for juror, key, points in session.execute(
        select(Juror.public_id, Criterion.key, Score.points)
        .join(Assignment, Assignment.juror_id == Juror.id)
        .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .join(Score, Score.sheet_id == ScoreSheet.id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.entry_id == entry_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
            Score.points.is_not(None),
        )
    ):
        found.setdefault(juror, {})[key] = points or Decimal(0)
    return found


def _holds(
    row: Mapping[str, Any], points: Mapping[str, Decimal], criteria: Sequence[Criterion]
) -> bool:
    """Whether today's points still give the frozen value; a sheet with gaps shows its gaps."""
    missing = {one.key for one in criteria if one.key not in points}
    if row["value"] is None or missing:
        return missing == set(row["missing"])
    mapped = len({(one.minimum, one.maximum) for one in criteria}) > 1
    total = Fraction(0)
    for one in criteria:
        given = Fraction(points[one.key])
        if mapped:
            low = Fraction(one.minimum)
            given = 100 * (given - low) / (Fraction(one.maximum) - low)
        total += Fraction(one.weight) * given
    return total / sum(Fraction(one.weight) for one in criteria) == Fraction(row["value"])


def _ties(session: Session, ties: Sequence[Mapping[str, Any]], entry: Entry) -> tuple[TieLine, ...]:
    own = [tie for tie in ties if entry.code in tie["entries"]]
    codes = {other for tie in own for other in tie["entries"]}
    titles = dict(
        session.execute(
            select(Entry.code, Entry.title).where(
                Entry.season_id == entry.season_id, Entry.code.in_(codes)
            )
        ).all()
    )
    return tuple(
        TieLine(
            tuple(titles.get(other, other) for other in tie["entries"] if other != entry.code),
            tie["place"],
            tie["step"],
        )
        for tie in own
    )

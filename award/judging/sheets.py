"""A score sheet as values: read from a form, checked against the rubric, summed up. No store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from award.errors import InputError
from exports.errors import TableError
from exports.tables.reading import parse_decimal
from scoring.model import Criterion as ScoringCriterion
from scoring.plain import common_scale, composites, whole_points

POINTS, COMMENT, PRIVATE_NOTE, TEAM_COMMENT = "points-", "comment-", "private_note", "team_comment"
MAX_TEXT = 10_000


class CriterionRule(Protocol):
    """What a sheet must know of a criterion; the model and the rubric's dataclass both say it."""

    @property
    def key(self) -> str: ...
    @property
    def weight(self) -> Decimal: ...
    @property
    def minimum(self) -> Decimal: ...
    @property
    def maximum(self) -> Decimal: ...
    @property
    def step(self) -> Decimal: ...
    @property
    def required(self) -> bool: ...
    @property
    def comment_required(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SheetValues:
    """What stands on a sheet. points: criterion key -> points, open criteria are absent;
    comments: criterion key -> text, empty ones are absent.
    """

    points: Mapping[str, Decimal] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    private_note: str = ""
    team_comment: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a sheet lacks before it can be submitted: code points_missing or comment_missing."""

    code: str
    key: str


def read_values(raw: Mapping[str, Any], criteria: Sequence[CriterionRule]) -> SheetValues:
    """Return what a form or a JSON body says: names are points-KEY, comment-KEY and the two texts.

    An absent or empty value is an open one. Raises InputError points_not_a_number, points_off_scale
    or text_too_long, its field the name in the form.
    """
    points, comments = {}, {}
    for criterion in criteria:
        if isinstance(raw.get(POINTS + criterion.key), list | dict):
            name = POINTS + criterion.key
            raise InputError("points_not_a_number", field=name, value="…")
        given = _text(raw, POINTS + criterion.key).strip()
        if given:
            points[criterion.key] = _points(given, criterion)
        comment = _text(raw, COMMENT + criterion.key)
        if comment.strip():
            comments[criterion.key] = comment
    return SheetValues(points, comments, _text(raw, PRIVATE_NOTE), _text(raw, TEAM_COMMENT))


def form_values(values: SheetValues, criteria: Iterable[CriterionRule]) -> dict[str, str]:
    """Return the values under the names of the form, open ones as ""."""
    named = {PRIVATE_NOTE: values.private_note, TEAM_COMMENT: values.team_comment}
    for criterion in criteria:
        given = values.points.get(criterion.key)
        named[POINTS + criterion.key] = "" if given is None else plain_points(given)
        named[COMMENT + criterion.key] = values.comments.get(criterion.key, "")
    return named


def plain_points(points: Decimal) -> str:
    """Return points as a form writes them: "7", "7.5"."""
    return f"{points.normalize():f}"


def gaps(values: SheetValues, criteria: Iterable[CriterionRule]) -> tuple[Gap, ...]:
    """Return what is missing before submitting, in the order of the rubric; empty if complete."""
    found = []
    for criterion in criteria:
        if criterion.required and criterion.key not in values.points:
            found.append(Gap("points_missing", criterion.key))
        if criterion.comment_required and criterion.key not in values.comments:
            found.append(Gap("comment_missing", criterion.key))
    return tuple(found)


def total(
    points: Mapping[str, Decimal], criteria: Sequence[CriterionRule]
) -> tuple[float | None, float, float]:
    """Return (weighted mean of what is scored, low end, high end); None while nothing is scored.

    The ends are the rubric's own scale where all criteria share it, else 0 and 100.
    """
    rules = [
        ScoringCriterion(c.key, weight=c.weight, minimum=c.minimum, maximum=c.maximum)
        for c in criteria
    ]
    if not rules:
        return None, 0.0, 100.0
    scale = common_scale(rules)
    low, high = float(scale.minimum), float(scale.maximum)
    found = composites(whole_points({("", ""): points}, rules), rules, scale) if points else {}
    value = found.get(("", ""))
    return None if value is None else float(value), low, high


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    text = "" if value is None or isinstance(value, list | dict) else str(value)
    text = text.replace("\x00", "").replace("\r\n", "\n")
    if len(text) > MAX_TEXT:
        raise InputError("text_too_long", field=name, maximum=MAX_TEXT)
    return text


def _points(given: str, criterion: CriterionRule) -> Decimal:
    name = POINTS + criterion.key
    try:
        points = parse_decimal(given)
    except TableError as error:
        raise InputError("points_not_a_number", field=name, value=given[:40]) from error
    inside = criterion.minimum <= points <= criterion.maximum
    if not inside or (points - criterion.minimum) % criterion.step:
        raise InputError(
            "points_off_scale",
            field=name,
            value=plain_points(points),
            minimum=criterion.minimum,
            maximum=criterion.maximum,
            step=criterion.step,
        )
    return points

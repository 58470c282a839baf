"""The one entry point: scores and rules in, a frozen tabulation out."""

from __future__ import annotations

import gc
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import groupby, islice
from math import floor, log10
from operator import attrgetter

import numpy as np

from scoring.answers import answer_table
from scoring.calibrated import Calibration, CountedSheets, calibrate, counted_sheets
from scoring.codec import plain_decimal
from scoring.diagnostics import diagnose
from scoring.errors import Notice, ScoringError
from scoring.graph import IntArray
from scoring.mixed import FloatArray
from scoring.model import Rules, Scores
from scoring.plain import PlainView, plain_view
from scoring.rank import places, tied_groups
from scoring.reliability import alpha, complete_table, generalizability, icc, kendall_w
from scoring.result import (
    Connected,
    Engine,
    EntryStanding,
    JurorSeverity,
    Reliability,
    Sensitivity,
    SheetValue,
    Tabulation,
    TieStep,
    Variance,
)
from scoring.sensitivity import sensitivity
from scoring.study import decision_study
from scoring.ties import Cascade

NAME = "award.scoring"
VERSION = "1.3"
DIGITS = 6
PIECE = 10_000


def tabulate(scores: Scores, rules: Rules) -> Tabulation:
    """Rank the entries of one round: plain and calibrated view, places, ties, reliability.

    The order of rows never matters. Entries without a counted sheet are listed last, without a
    place. Same input, rules and versions: the same numbers, published at six digits. Raises
    ScoringError, whose code says what is wrong with rules or rows (`no_scores` for an empty
    table, `no_sheet_counts` where all are incomplete).
    """
    rules.check()
    if not scores.rows:
        raise ScoringError("no_scores")
    with _uncollected():
        return _tabulated(scores.canonical(), rules)


def _tabulated(scores: Scores, rules: Rules) -> Tabulation:
    groups = _groups(scores)
    view = plain_view(scores, rules)
    sheets = counted_sheets(view.sheets)
    calibration = calibrate(sheets, groups, rules)
    sheets = replace(sheets, weight=calibration.weight)
    return _Assembly(scores, rules, groups, view, sheets, calibration).tabulation()


@contextmanager
def _uncollected() -> Iterator[None]:
    """A third of a large round's time would go into looking for cycles among rows, and none are
    made.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def input_digest(scores: Scores, rules: Rules) -> str:
    """SHA-256 (hex) of the input's canonical JSON, whatever the order of its rows.

    The JSON is {"entries": [name], "groups": [[entry, group]], "rows": [[entry, juror, criterion,
    points]], "rules": {…}}, lists sorted, points as the shortest plain decimal or null, keys
    sorted, no spaces, UTF-8.
    """
    return _digest(scores.canonical(), rules)


def _digest(canonical: Scores, rules: Rules) -> str:
    digest = hashlib.sha256()
    pieces = _canonical_json(canonical, rules)
    while some := list(islice(pieces, PIECE)):
        digest.update("".join(some).encode())
    return digest.hexdigest()


def _canonical_json(scores: Scores, rules: Rules) -> Iterator[str]:
    """In pieces, so that a large table is not held a second time. Names and points recur and are
    quoted once each.
    """

    @cache
    def quoted(name: str) -> str:
        return json.dumps(name, ensure_ascii=False)

    @cache
    def answer(criterion: str, points: Decimal | None) -> str:
        written = "null" if points is None else f'"{plain_decimal(points)}"'
        return f"{quoted(criterion)},{written}]"

    yield '{"entries":[' + ",".join(map(quoted, scores.entries)) + '],"groups":['
    yield ",".join(f"[{quoted(item.entry)},{quoted(item.group)}]" for item in scores.groups)
    yield '],"rows":['
    for at, (pair, rows) in enumerate(groupby(scores.rows, key=attrgetter("entry", "juror"))):
        head = f"[{quoted(pair[0])},{quoted(pair[1])},"
        yield "," * (at > 0) + head + f",{head}".join([answer(r.criterion, r.points) for r in rows])
    written = json.dumps(rules.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    yield f'],"rules":{written}}}'


def published_digits(values: Iterable[Fraction] | Iterable[float]) -> int:
    """Decimals to publish: six, and as many as give six significant digits on very small or large
    scales.
    """
    largest = float(max(map(abs, values), default=0))
    if largest == 0 or 1e-2 <= largest < 1e7:
        return DIGITS
    return DIGITS - floor(log10(largest))


@dataclass(frozen=True)
class _Assembly:
    scores: Scores
    rules: Rules
    groups: Mapping[str, str]
    view: PlainView
    sheets: CountedSheets
    found: Calibration

    def tabulation(self) -> Tabulation:
        standing, ties = self._places()
        parts = self._parts()
        return Tabulation(
            entries=self._entries(standing),
            jurors=self._jurors,
            variance=self._variance(),
            reliability=self._reliability(),
            connected=Connected(len(parts) == 1, len(parts)),
            ties=ties,
            notices=self._notices(len(parts)),
            sheets=self._weighed_sheets(),
            parts=parts,
            scale=self.view.scale,
            rules=self.rules,
            engine=self._engine(),
            study=decision_study(self._variance()),
            diagnostics=diagnose(
                self._points,
                self.rules.criteria,
                self.sheets,
                {item.juror: item.severity for item in self._jurors},
                self._variance(),
            ),
            sensitivity=self._sensitivity(),
        )

    @cached_property
    def _digits(self) -> int:
        return published_digits(self.sheets.numbers.tolist())

    @cached_property
    def _ends(self) -> tuple[float, float]:
        return float(self.view.scale.minimum), float(self.view.scale.maximum)

    def _weighed_sheets(self) -> tuple[SheetValue, ...]:
        """All sheets, those that count with what they weigh."""
        if self.sheets.weight is None:
            return self.view.sheets
        weights = iter(self.sheets.weight.tolist())
        return tuple(
            sheet if sheet.value is None else replace(sheet, weight=next(weights))
            for sheet in self.view.sheets
        )

    @cached_property
    def _points(self) -> FloatArray:
        return answer_table(self.view.points, self.rules.criteria)

    def _sensitivity(self) -> Sensitivity:
        low, high = self._ends
        points = low + (high - low) * self._points
        return sensitivity(
            self.sheets, points, self.rules, self.groups, self._variance(), self._digits
        )

    def _published(self, value: float) -> float:
        return round(float(value), self._digits) + 0.0

    def _places(self) -> tuple[dict[str, int], tuple[TieStep, ...]]:
        cascade = Cascade(self.rules.ties, self.view, self.rules.seed)
        if self.rules.rank_by == "plain":
            groups = tied_groups(self.view.mean)
        else:
            scores = zip(self.sheets.entries, self.found.score.tolist(), strict=True)
            digits = self._digits
            groups = tied_groups({entry: round(score, digits) for entry, score in scores})
        resolved, steps = cascade.resolve(groups)
        return places(resolved), steps

    def _entries(self, standing: Mapping[str, int]) -> tuple[EntryStanding, ...]:
        by_mean = places(tied_groups(self.view.mean))
        counted = dict(
            zip(self.sheets.entries, np.bincount(self.sheets.entry).tolist(), strict=True)
        )
        incomplete = Counter(sheet.entry for sheet in self.view.sheets if sheet.value is None)
        index = {entry: position for position, entry in enumerate(self.sheets.entries)}
        rows = [
            self._scored(entry, index[entry], standing[entry], by_mean[entry], counted, incomplete)
            if entry in index
            else self._unscored(entry, incomplete[entry])
            for entry in self.scores.entries
        ]
        return tuple(sorted(rows, key=lambda row: (row.place is None, row.place, row.entry)))

    def _scored(
        self,
        entry: str,
        at: int,
        place: int,
        mean_place: int,
        counted: Mapping[str, int],
        incomplete: Mapping[str, int],
    ) -> EntryStanding:
        score = self._published(self.found.score[at])
        low, high = self._interval(at, score)
        place_low, place_high = self._place_interval(at, place)
        spread = self.view.spread[entry]
        return EntryStanding(
            entry=entry,
            group=self.groups.get(entry),
            place=place,
            mean=self.view.mean[entry],
            mean_place=mean_place,
            median=self.view.median[entry],
            spread=None if spread is None else self._published(spread),
            score=score,
            low=low,
            high=high,
            place_low=place_low,
            place_high=place_high,
            p_cut=None if self.found.p_cut is None else round(float(self.found.p_cut[at]), DIGITS),
            jurors=counted[entry],
            incomplete=incomplete[entry],
            provisional=counted[entry] < self.rules.provisional_below,
            criteria=self.view.criteria[entry],
        )

    def _interval(self, at: int, score: float) -> tuple[float | None, float | None]:
        """Kept on the scale, where merit lies, and widened to hold the score that is published
        with it.
        """
        if self.found.low is None or self.found.high is None:
            return None, None
        lowest, highest = self._ends
        low, high = max(float(self.found.low[at]), lowest), min(float(self.found.high[at]), highest)
        return min(self._published(low), score), max(self._published(high), score)

    def _place_interval(self, at: int, place: int) -> tuple[int | None, int | None]:
        if self.found.place_low is None or self.found.place_high is None:
            return None, None
        if self.rules.rank_by == "plain":
            return int(self.found.place_low[at]), int(self.found.place_high[at])
        low, high = int(self.found.place_low[at]), int(self.found.place_high[at])
        return min(low, place), max(high, place)

    def _unscored(self, entry: str, incomplete: int) -> EntryStanding:
        return EntryStanding(
            entry=entry,
            group=self.groups.get(entry),
            place=None,
            mean=None,
            mean_place=None,
            median=None,
            spread=None,
            score=None,
            low=None,
            high=None,
            place_low=None,
            place_high=None,
            p_cut=None,
            jurors=0,
            incomplete=incomplete,
            provisional=True,
            criteria=(),
        )

    @cached_property
    def _jurors(self) -> tuple[JurorSeverity, ...]:
        counted = np.bincount(self.sheets.juror).tolist()
        rows = [self._juror(at, name, counted[at]) for at, name in enumerate(self.sheets.jurors)]
        unused = {sheet.juror for sheet in self.view.sheets} - set(self.sheets.jurors)
        rows += [JurorSeverity(name, 0, 0.0, None, None, False) for name in unused]
        return tuple(sorted(rows, key=lambda row: (-row.severity, row.juror)))

    def _juror(self, at: int, name: str, sheets: int) -> JurorSeverity:
        severity = self._published(self.found.severity[at])
        low = high = None
        if self.found.severity_low is not None and self.found.severity_high is not None:
            low = min(self._published(self.found.severity_low[at]), severity)
            high = max(self._published(self.found.severity_high[at]), severity)
        erratic, weight = self.found.erratic[at], self._juror_weights[at]
        return JurorSeverity(name, sheets, severity, low, high, erratic, weight)

    @cached_property
    def _juror_weights(self) -> list[float]:
        sums = np.bincount(self.sheets.juror, self.sheets.weight)
        return np.round(sums / np.bincount(self.sheets.juror), DIGITS).tolist()

    def _variance(self) -> Variance:
        known = self.found.variance
        if known.merit is None or known.severity is None or known.residual is None:
            return known
        digits = self._digits if self._digits == DIGITS else 2 * self._digits
        return Variance(*(round(x, digits) for x in (known.merit, known.severity, known.residual)))

    def _reliability(self) -> Reliability:
        sheets = self.sheets
        size = len(sheets.entries), len(sheets.jurors)
        table = complete_table(sheets.entry, sheets.juror, sheets.numbers, *size)
        g, phi = generalizability(self.found.variance, np.bincount(sheets.entry).tolist())
        return Reliability(
            icc=None if table is None else icc(table),
            alpha=alpha(sheets.entry, sheets.numbers),
            w=None if table is None else kendall_w(table),
            g=g,
            phi=phi,
        )

    def _parts(self) -> tuple[tuple[str, ...], ...]:
        return _named_parts(self.sheets.entries, self.sheets.part)

    def _notices(self, parts: int) -> tuple[Notice, ...]:
        incomplete = sum(sheet.value is None for sheet in self.view.sheets)
        unscored = len(self.scores.entries) - len(self.sheets.entries)
        few = sum(n < self.rules.provisional_below for n in np.bincount(self.sheets.entry).tolist())
        found = {
            "sheets_incomplete": incomplete,
            "entries_unscored": unscored,
            "entries_provisional": few,
            "parts_not_connected": parts if parts > 1 else 0,
        }
        counted = tuple(Notice(code, {"count": count}) for code, count in found.items() if count)
        return counted + self.found.notices

    def _engine(self) -> Engine:
        digest = _digest(self.scores, self.rules)
        return Engine(NAME, VERSION, self.rules.seed, self.found.draws, self.found.method, digest)


def _groups(scores: Scores) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in scores.groups:
        if found.setdefault(item.entry, item.group) != item.group:
            raise ScoringError("group_twice", entry=item.entry, group=item.group)
    return found


def _named_parts(entries: tuple[str, ...], part: IntArray) -> tuple[tuple[str, ...], ...]:
    found: list[list[str]] = [[] for _ in range(int(part.max()) + 1)]
    for entry, label in zip(entries, part.tolist(), strict=True):
        found[label].append(entry)
    return tuple(tuple(names) for names in found)

"""What must not change when the input is written differently."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import Rules, ScoreRow, Scores, Tabulation, TieRule, input_digest, tabulate
from tests.scoring.builders import SHROUT_FLEISS, jury, ranked, rules

cells = st.one_of(st.none(), st.integers(1, 10))
tables = (
    st.integers(2, 4)
    .flatmap(
        lambda jurors: st.lists(
            st.lists(cells, min_size=jurors, max_size=jurors), min_size=2, max_size=6
        )
    )
    .filter(lambda table: any(cell is not None for line in table for cell in line))
)
some = settings(max_examples=25, deadline=None)


def quick(**options):
    return rules(draws=200, **options)


@given(tables, st.randoms(use_true_random=False))
@some
def test_the_order_of_rows_does_not_matter(table, random):
    scores = jury(table)
    rows = list(scores.rows)
    random.shuffle(rows)
    assert tabulate(Scores(tuple(rows)), quick(cut=1)) == tabulate(scores, quick(cut=1))


@given(tables)
@some
def test_new_names_move_nobody(table):
    scores = jury(table)
    renamed = Scores(
        tuple(
            ScoreRow(f"x{9 - int(r.entry[1:])}", f"y{9 - int(r.juror[1:])}", r.criterion, r.points)
            for r in scores.rows
        )
    )
    before = {item.entry: item for item in tabulate(scores, quick()).entries}
    for item in tabulate(renamed, quick()).entries:
        old = before[f"e{9 - int(item.entry[1:])}"]
        assert (item.mean, item.mean_place) == (old.mean, old.mean_place)
        assert item.score == pytest.approx(old.score, abs=1e-4)


@given(tables)
@some
def test_a_scale_ten_times_as_wide_gives_ten_times_the_numbers(table):
    wide = [[None if x is None else 10 * x for x in line] for line in table]
    once = tabulate(jury(table), quick(cut=1))
    tenfold = tabulate(jury(wide), quick(cut=1, maximum=Decimal(100)))
    found = {item.entry: item for item in tenfold.entries}
    for item in once.entries:
        assert found[item.entry].mean == (None if item.mean is None else 10 * item.mean)
        assert found[item.entry].mean_place == item.mean_place
        ten = None if item.score is None else 10 * item.score
        assert found[item.entry].score == pytest.approx(ten, abs=1e-4)


@given(tables, st.integers(-50, 50))
@some
def test_adding_a_constant_to_all_scores_shifts_every_score_by_it(table, shift):
    wide = {"minimum": Decimal(-100), "maximum": Decimal(100)}
    moved = [[None if cell is None else cell + shift for cell in line] for line in table]
    before = {item.entry: item for item in tabulate(jury(table), quick(**wide)).entries}
    for item in tabulate(jury(moved), quick(**wide)).entries:
        old = before[item.entry]
        assert item.mean == old.mean + shift
        assert item.score == pytest.approx(old.score + shift, abs=1e-4)


@given(tables)
@some
def test_probabilities_of_being_above_the_cut_add_up_to_the_cut(table):
    found = tabulate(jury(table), quick(cut=1))
    assert sum(item.p_cut for item in found.entries) == pytest.approx(1, abs=1e-4)


@given(tables)
@some
def test_every_number_is_a_number_and_every_interval_holds_what_it_is_about(table):
    found = tabulate(jury(table), quick(cut=1))
    json.dumps(found.to_dict(), allow_nan=False)
    for item in found.entries:
        if item.low is not None:
            assert item.low <= item.score <= item.high
            assert item.place_low <= item.place <= item.place_high
    for item in found.jurors:
        if item.low is not None:
            assert item.low <= item.severity <= item.high


@given(tables)
@some
def test_a_tabulation_survives_json(table):
    found = tabulate(jury(table), quick(cut=1, ties=(TieRule("median"), TieRule("lot"))))
    assert Tabulation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_a_strict_jurors_constant_moves_no_place_when_everybody_saw_everything():
    stricter = [[line[0] - 1, *line[1:]] for line in SHROUT_FLEISS]
    before, after = ranked(SHROUT_FLEISS), ranked(stricter)
    assert [(item.entry, item.place) for item in before.entries] == [
        (item.entry, item.place) for item in after.entries
    ]


def test_rules_and_scores_survive_json():
    kept = rules(("impact", "team"), cut=3, ties=(TieRule("criterion", "team"), TieRule("lot")))
    assert Rules.from_dict(json.loads(json.dumps(kept.to_dict()))) == kept
    scores = jury(SHROUT_FLEISS)
    assert Scores.from_dict(json.loads(json.dumps(scores.to_dict()))) == scores


def test_the_digest_sees_content_and_not_notation():
    one = Scores((ScoreRow("a", "x", "merit", Decimal("7.50")), ScoreRow("b", "x", "merit", None)))
    same = Scores((ScoreRow("b", "x", "merit", None), ScoreRow("a", "x", "merit", Decimal("7.5"))))
    other = Scores((ScoreRow("a", "x", "merit", Decimal("7.6")), ScoreRow("b", "x", "merit", None)))
    assert input_digest(one, rules()) == input_digest(same, rules())
    assert input_digest(one, rules()) != input_digest(other, rules())
    assert input_digest(one, rules()) != input_digest(one, rules(cut=1))

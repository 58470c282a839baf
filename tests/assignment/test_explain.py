from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from assignment import (
    CannotAssign,
    EntryNeed,
    Explanation,
    InvalidProblem,
    JurorOffer,
    Optimum,
    Options,
    PairKey,
    Problem,
    assign,
    extra_jurors,
    find_optimum,
)
from tests.assignment.cases import drawn, problem, small_problems
from tests.assignment.oracle import best_total, every_assignment


def forced(case: Problem, pair: PairKey) -> int | None:
    """The best total, in thousandths, of the assignments that have the pair."""
    return best_total(replace(case, kept=case.kept | {pair}))


def without(case: Problem, pair: PairKey) -> int | None:
    return best_total(replace(case, forbidden=case.forbidden | {pair}))


@settings(max_examples=120, deadline=None)
@given(small_problems())
def test_the_stated_losses_are_those_of_trying_everything(case: Problem) -> None:
    best = best_total(case)
    if best is None:
        with pytest.raises(CannotAssign):
            Explanation(case)
        return
    explanation = Explanation(case, [])
    never = {(c.entry, c.juror) for c in case.conflicts} | case.forbidden | case.kept
    for entry in case.entries:
        for juror in case.jurors:
            pair = entry.key, juror.key
            if pair in never:
                continue
            answer = explanation.why_not(*pair)
            total = forced(case, pair)
            assert (answer.loss is None) == (total is None)
            if total is not None and answer.loss is not None:
                assert round(answer.loss * 1000) == best - total
            kept_out, removal = without(case, pair), explanation.why(*pair).loss
            assert (removal is None) == (kept_out is None)
            if kept_out is not None and removal is not None:
                assert round(removal * 1000) == best - kept_out


def test_the_stated_losses_equal_a_new_search_on_a_larger_problem() -> None:
    case = drawn(60, 14, 3, seed=4)
    options = Options(mode="optimum")
    plan = assign(case, options).plan
    explanation = Explanation(case, [pair.key for pair in plan.pairs], options)
    answers = [explanation.why_not(f"e{i}", f"j{i % 14}") for i in range(60)]
    priced = [one for one in answers if one.loss is not None]
    assert len(priced) > 20
    assert len({one.code for one in priced}) >= 2
    for one in priced:
        again = assign(replace(case, kept=frozenset({(one.entry, one.juror)})), options).plan
        assert round((plan.total - again.total) * 1000) == round((one.loss or 0) * 1000)


def test_a_kept_optimum_answers_about_one_entry_as_a_search_of_the_whole_does() -> None:
    case = drawn(40, 9, 3, seed=6)
    pairs = [pair.key for pair in assign(case).plan.pairs]
    whole = Explanation(case, pairs)
    found = Optimum.from_bytes(find_optimum(case).to_bytes())
    loads = Counter(juror for _, juror in pairs)
    table = np.asarray(case.affinity)
    for at, entry in enumerate(case.entries):
        alone = {one for one in case.conflicts if one.entry == entry.key}
        part = replace(case, entries=(entry,), affinity=table[[at]], conflicts=frozenset(alone))
        own = [pair for pair in pairs if pair[0] == entry.key]
        answers = Explanation(part, own, optimum=found, loads=loads)
        for juror in case.jurors:
            pair = entry.key, juror.key
            assert answers.why_not(*pair) == whole.why_not(*pair)
            assert answers.why(*pair) == whole.why(*pair)


def test_an_optimum_of_other_jurors_or_entries_is_refused() -> None:
    found = find_optimum(problem([[900, 500]]))
    with pytest.raises(InvalidProblem, match="other_jurors"):
        Explanation(problem([[900, 500, 1]]), optimum=found)
    with pytest.raises(InvalidProblem, match="unknown_entry"):
        Explanation(problem([[900, 500], [1, 1]]), optimum=found)


def test_the_moves_lead_to_an_assignment_that_keeps_the_rules_and_has_that_total() -> None:
    case = problem([[900, 500, 100], [800, 700, 300], [600, 200, 500]], 1, (1, 1))
    explanation = Explanation(case)
    answer = explanation.why_not("e1", "j0")
    pairs = {pair.key for pair in assign(case, Options(mode="optimum")).plan.pairs}
    for move in answer.moves:
        pairs = (pairs - {(move.entry, move.leaves)}) | {(move.entry, move.takes)}
    assert tuple(sorted(pairs)) in {tuple(sorted(one)) for one in every_assignment(case)}
    assert ("e1", "j0") in pairs
    assert (answer.code, answer.loss) == ("full", 0.3)
    assert answer.params == {"load": 1, "maximum": 1}


def test_why_not_names_the_rule_where_a_rule_stands_against_it() -> None:
    entries = (EntryNeed("a", 1, panel="north"), EntryNeed("b", 1), EntryNeed("c", 1))
    jurors = (JurorOffer("n", panel="north"), JurorOffer("s", panel="south"))
    case = Problem(
        entries,
        jurors,
        {("a", "n"): 500},
        forbidden=frozenset({("b", "n")}),
        kept=frozenset({("c", "s")}),
    )
    explanation = Explanation(case)
    assert explanation.why_not("a", "s").code == "other_panel"
    assert explanation.why_not("a", "s").params == {"panel": "north", "own": "south"}
    assert explanation.why_not("b", "n").code == "forbidden"
    assert explanation.why_not("a", "n").code == "assigned"
    assert explanation.why_not("c", "n").code == "all_kept"
    with pytest.raises(InvalidProblem):
        explanation.why_not("a", "nobody")


def test_why_says_her_rank_the_tier_she_fills_and_what_it_would_cost_without_her() -> None:
    case = problem([[900, 400, 300], [800, 700, 300]], 1, (0, 1))
    answer = Explanation(case).why("e0", "j0")
    assert (answer.rank, answer.allowed, answer.only_strong) == (1, 3, True)
    assert answer.loss == pytest.approx(0.4)
    assert [(m.entry, m.leaves, m.takes) for m in answer.moves] == [
        ("e0", "j0", "j1"),
        ("e1", "j1", "j0"),
    ]


def test_one_more_place_is_worth_what_a_new_search_with_it_finds() -> None:
    case = drawn(40, 10, 3, seed=8, slack=1.05)
    best = assign(case, Options(mode="optimum")).plan.total
    gains = dict(Explanation(case).places())
    assert gains
    for at, juror in enumerate(case.jurors):
        wider = replace(juror, maximum=(juror.maximum or 0) + 1)
        jurors = (*case.jurors[:at], wider, *case.jurors[at + 1 :])
        more = assign(replace(case, jurors=jurors), Options(mode="optimum")).plan.total
        assert round((more - best) * 1000) == round(gains.get(juror.key, 0.0) * 1000)


def test_the_topic_in_short_supply_is_the_one_to_recruit_for() -> None:
    entries = tuple(
        EntryNeed(f"e{i}", 1, topics=("water" if i < 4 else "sport",)) for i in range(6)
    )
    jurors = (JurorOffer("a", maximum=4, topics=("sport",)), JurorOffer("b", maximum=2))
    table = np.array([[0, 500]] * 4 + [[1000, 500]] * 2)
    (best, *others) = extra_jurors(Problem(entries, jurors, table))
    assert (best.topic, best.places, best.entries, best.weak_entries) == ("water", 3, 4, 3)
    assert best.gain == 2.5
    assert all(one.gain < best.gain for one in others)


def test_without_topics_there_is_none_to_recruit_for() -> None:
    assert extra_jurors(problem([[500]])) == ()

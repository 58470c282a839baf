from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from award.errors import InputError, NotFoundError, RuleError
from award.models.entries import EntryState
from award.models.jury import RoundEntry, RoundEntryState
from award.models.operations import AuditRow
from award.models.results import Decision, Outcome
from award.models.seasons import Prize, PrizeKind, RoundState, SeasonState
from award.results import service
from award.results.decisions import queries as decision_queries
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all, judge


def tabulated(session: Any, judged: Judged, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    service.tabulate_round(session, judged.round.id, reason="", **values)
    return values


def holding(session: Any, judged: Judged) -> dict[int, Decision]:
    rows = session.scalars(
        select(Decision).where(
            Decision.round_id == judged.round.id, Decision.superseded_at.is_(None)
        )
    )
    return {row.entry_id: row for row in rows}


def with_final(session: Any, **over: Any) -> Judged:
    judged = judge(session, **over)
    make.make_round(session, judged.season, position=2, state=RoundState.SET_UP, cut=1)
    session.commit()
    return judged


def test_the_cut_decides_through_and_out_before_the_final(session, now):
    judged = with_final(session)
    values = tabulated(session, judged, now)
    service.take_the_cut(session, judged.round.id, **values)
    found = holding(session, judged)
    assert [found[entry.id].outcome for entry in judged.entries] == [
        Outcome.THROUGH,
        Outcome.THROUGH,
        *[Outcome.OUT] * 4,
    ]
    assert not any(row.departs or row.place for row in found.values())


def test_the_cut_of_the_final_gives_places_and_prizes(session, judged, now, main_prize):
    prizes = [main_prize(judged.season, place) for place in (1, 2, 3)]
    values = tabulated(session, judged, now)
    service.take_the_cut(session, judged.round.id, **values)
    found = holding(session, judged)
    first, second, third = (found[entry.id] for entry in judged.entries[:3])
    assert (first.outcome, first.place, first.prize_id) == (Outcome.WINNER, 1, prizes[0].id)
    assert (second.outcome, second.place, second.prize_id) == (Outcome.WINNER, 2, prizes[1].id)
    assert (third.outcome, third.place, third.prize_id) == (Outcome.FINALIST, None, None)


def test_a_tie_across_the_cut_is_left_to_the_jury(session, now):
    judged = with_final(session, points=(9, 7, 7, 2), ties=[])
    values = tabulated(session, judged, now)
    service.take_the_cut(session, judged.round.id, **values)
    found = holding(session, judged)
    assert set(found) == {judged.entries[0].id, judged.entries[3].id}
    made = service.decide(
        session, judged.round.id, judged.entries[2].id, outcome=Outcome.THROUGH, **values
    )
    assert made.departs is False


def test_a_departure_needs_a_reason_and_is_marked(session, now):
    judged = with_final(session)
    values = tabulated(session, judged, now)
    entry = judged.entries[4]
    with pytest.raises(InputError, match="reason_missing"):
        service.decide(session, judged.round.id, entry.id, outcome=Outcome.THROUGH, **values)
    made = service.decide(
        session,
        judged.round.id,
        entry.id,
        outcome=Outcome.THROUGH,
        reason="A pilot that the sheets did not see",
        **values,
    )
    assert (made.departs, made.reason) == (True, "A pilot that the sheets did not see")


def test_a_later_decision_supersedes_and_the_standing_stays(session, judged, now):
    values = tabulated(session, judged, now)
    entry = judged.entries[0]
    first = service.decide(
        session, judged.round.id, entry.id, outcome=Outcome.WINNER, place=1, **values
    )
    second = service.decide(
        session,
        judged.round.id,
        entry.id,
        outcome=Outcome.WINNER,
        place=2,
        reason="The jury talked",
        **values,
    )
    assert first.superseded_at == now
    assert holding(session, judged)[entry.id].id == second.id
    row = decision_queries.decision_board(session, judged.round.id, "en").rows[0]
    assert (row.computed_place, row.place, row.departs) == (1, 2, True)


def test_outcomes_places_and_prizes_of_elsewhere_are_refused(session, judged, now, main_prize):
    values = tabulated(session, judged, now)
    first = judged.entries[0].id
    with pytest.raises(InputError, match="outcome_unknown"):
        service.decide(session, judged.round.id, first, outcome=Outcome.THROUGH, **values)
    with pytest.raises(InputError, match="place_missing"):
        service.decide(session, judged.round.id, first, outcome=Outcome.WINNER, **values)
    foreign = main_prize(make.make_season(session), 1)
    with pytest.raises(InputError, match="prize_unknown"):
        service.decide(
            session,
            judged.round.id,
            first,
            outcome=Outcome.WINNER,
            place=1,
            prize_id=foreign.id,
            **values,
        )
    stranger = make.make_submitted(session, judged.season)
    with pytest.raises(NotFoundError):
        service.decide(session, judged.round.id, stranger.id, outcome=Outcome.FINALIST, **values)


def test_a_partners_prize_stands_outside_the_ranking_and_has_one_holder(session, judged, now):
    prize = Prize(
        season_id=judged.season.id, kind=PrizeKind.SPECIAL, title={"en": "Green"}, partner="Bank"
    )
    session.add(prize)
    values = tabulated(session, judged, now)
    service.take_the_cut(session, judged.round.id, **values)
    for entry in judged.entries[4:]:
        service.award_special(session, judged.round.id, entry.id, prize.id, **values)
    board = decision_queries.decision_board(session, judged.round.id, "en")
    assert [row.specials for row in board.rows] == [(), (), (), (), (), ("Green",)]
    assert board.rows[5].outcome == "finalist"
    assert [item.holder for item in board.prizes] == [judged.entries[5].title]


def test_a_partners_prize_given_in_an_earlier_round_is_shown_and_stays_there(session, now):
    judged = with_final(session)
    prize = Prize(
        season_id=judged.season.id, kind=PrizeKind.SPECIAL, title={"en": "Green"}, partner="Bank"
    )
    session.add(prize)
    values = tabulated(session, judged, now)
    service.award_special(session, judged.round.id, judged.entries[0].id, prize.id, **values)
    final = judged.season.rounds[1]
    (shown,) = decision_queries.decision_board(session, final.id, "en").prizes
    assert (shown.holder, shown.given_in) == (judged.entries[0].title, judged.round.name["en"])
    final.state = RoundState.TABULATED
    with pytest.raises(InputError, match="prize_given_before"):
        service.award_special(session, final.id, judged.entries[0].id, prize.id, **values)
    service.award_special(session, judged.round.id, judged.entries[1].id, prize.id, **values)
    (shown,) = decision_queries.decision_board(session, final.id, "en").prizes
    assert shown.holder == judged.entries[1].title


def test_decisions_close_only_when_all_are_there_and_the_minute_is_set(session, judged, now):
    values = tabulated(session, judged, now)
    with pytest.raises(RuleError, match="announcement_missing"):
        service.close_decisions(session, judged.round.id, **values)
    with pytest.raises(InputError, match="announcement_past"):
        service.set_announcement(session, judged.round.id, now, **values)
    service.set_announcement(session, judged.round.id, now + timedelta(hours=1), **values)
    with pytest.raises(RuleError, match=r"decisions_missing \(count=6\)"):
        service.close_decisions(session, judged.round.id, **values)
    service.take_the_cut(session, judged.round.id, **values)
    service.close_decisions(session, judged.round.id, **values)
    assert judged.round.state is RoundState.DECIDED
    assert judged.season.state is SeasonState.DECIDED


def test_closing_moves_entries_in_and_out_and_fills_the_next_round(session, now):
    judged = with_final(session)
    decide_all(session, judged, now)
    final = judged.season.rounds[1]
    rows = session.scalars(select(RoundEntry).where(RoundEntry.round_id == judged.round.id))
    states = {row.entry_id: row.state for row in rows}
    assert [states[entry.id] for entry in judged.entries] == [
        RoundEntryState.IN,
        RoundEntryState.IN,
        *[RoundEntryState.OUT] * 4,
    ]
    admitted = session.scalars(
        select(RoundEntry.entry_id).where(RoundEntry.round_id == final.id)
    ).all()
    assert sorted(admitted) == sorted(entry.id for entry in judged.entries[:2])
    assert judged.season.state is SeasonState.JUDGING
    assert {entry.state for entry in judged.entries} == {EntryState.ELIGIBLE}


def test_reopened_decisions_change_who_is_in_the_next_round(session, now):
    judged = with_final(session)
    decide_all(session, judged, now)
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    with pytest.raises(InputError, match="reason_missing"):
        service.reopen_decisions(session, judged.round.id, reason=" ", **values)
    service.reopen_decisions(session, judged.round.id, reason="A mistake", **values)
    swap = ((judged.entries[1], Outcome.OUT), (judged.entries[2], Outcome.THROUGH))
    for entry, outcome in swap:
        service.decide(
            session, judged.round.id, entry.id, outcome=outcome, reason="Swapped", **values
        )
    service.close_decisions(session, judged.round.id, **values)
    final = judged.season.rounds[1]
    admitted = session.scalars(
        select(RoundEntry.entry_id).where(RoundEntry.round_id == final.id)
    ).all()
    assert sorted(admitted) == sorted((judged.entries[0].id, judged.entries[2].id))


def test_decisions_stay_once_jurors_of_the_next_round_have_entries(session, now):
    judged = with_final(session)
    decide_all(session, judged, now)
    make.make_assignment(session, judged.season.rounds[1], judged.entries[0], judged.jurors[0])
    with pytest.raises(RuleError, match="next_round_started"):
        service.reopen_decisions(
            session, judged.round.id, reason="A mistake", actor_id=None, now=now
        )


def test_a_decision_that_a_new_tabulation_contradicts_needs_a_reason(session, now):
    judged = with_final(session)
    values = tabulated(session, judged, now)
    service.take_the_cut(session, judged.round.id, **values)
    service.set_announcement(session, judged.round.id, now + timedelta(hours=1), **values)
    judged.entries[0].state = EntryState.WITHDRAWN
    session.flush()
    service.tabulate_round(session, judged.round.id, reason="One withdrew", **values)
    with pytest.raises(RuleError, match="decision_unexplained") as refused:
        service.close_decisions(session, judged.round.id, **values)
    assert refused.value.params == {"codes": judged.entries[2].code}


def test_each_decision_stands_in_the_log(session, judged, now):
    values = tabulated(session, judged, now)
    service.decide(
        session, judged.round.id, judged.entries[0].id, outcome=Outcome.WINNER, place=1, **values
    )
    row = session.scalars(select(AuditRow).where(AuditRow.action == "entry.decided")).one()
    assert row.after["outcome"] == "winner"
    assert row.subject_id == judged.entries[0].public_id

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from award.errors import InputError, RuleError
from award.models.entries import EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import RoundEntry
from award.models.operations import AuditRow
from award.models.results import Standing, Tabulation
from award.models.seasons import RoundState
from award.results import service
from award.results.tabulation import queries
from award.results.tabulation.latest import latest
from tests import factories as make
from tests.award.results.conftest import Judged, judge


def tabulate(session: Any, judged: Judged, now: datetime, reason: str = "") -> Tabulation:
    return service.tabulate_round(
        session, judged.round.id, reason=reason, actor_id=judged.organiser.id, now=now
    )


def test_a_closed_round_becomes_tabulated_with_a_standing_for_each_entry(session, judged, now):
    made = tabulate(session, judged, now)
    rows = session.scalars(
        select(Standing).where(Standing.tabulation_id == made.id).order_by(Standing.position)
    ).all()
    assert [row.entry_id for row in rows] == [entry.id for entry in judged.entries]
    assert [row.place for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0].mean == pytest.approx((9 + 8 + 9) / 3)
    assert [row.jurors for row in rows] == [3] * 6
    assert judged.round.state is RoundState.TABULATED
    assert made.engine.startswith("award.scoring ")


def test_the_stored_digest_is_that_of_the_input(session, judged, now):
    digest = service.read_input(session, judged.round.id).digest
    assert tabulate(session, judged, now).input_digest == digest


def test_a_second_tabulation_supersedes_the_first_and_says_why(session, judged, now):
    first = tabulate(session, judged, now)
    with pytest.raises(InputError, match="reason_missing"):
        tabulate(session, judged, now)
    second = tabulate(session, judged, now, "A sheet was reopened")
    assert (first.number, second.number, second.reason) == (1, 2, "A sheet was reopened")
    assert len(first.standings) == len(second.standings) == 6
    assert queries.standings(session, latest(session, judged.round.id, "en")).number == 2


def test_sheets_that_are_not_submitted_and_withdrawn_entries_do_not_count(session, judged, now):
    sheet = session.scalars(select(ScoreSheet).order_by(ScoreSheet.id)).first()
    sheet.state = SheetState.REOPENED
    judged.entries[5].state = EntryState.WITHDRAWN
    session.flush()
    rows = tabulate(session, judged, now).standings
    assert [row.jurors for row in rows] == [2, 3, 3, 3, 3]


def test_equal_entries_share_their_place(session, now):
    judged = judge(session, points=(9, 7, 7, 2), ties=[])
    tabulate(session, judged, now)
    found = queries.standings(session, latest(session, judged.round.id, "en"))
    assert [row.place for row in found.rows] == [1, 2, 2, 4]
    assert [row.tied for row in found.rows] == [False, True, True, False]
    assert [tie.step for tie in found.ties] == ["shared"]


def test_the_cascade_stops_for_the_computer_at_the_chairs_vote(session, now):
    judged = judge(session, ties=[{"rule": "median"}, {"rule": "chair"}, {"rule": "lot"}])
    rules = service.read_input(session, judged.round.id).rules
    assert [tie.rule for tie in rules.ties] == ["median"]


def test_panels_are_groups_where_every_entry_has_one(session, judged):
    panel = make.make_panel(session, judged.season)
    rows = session.scalars(select(RoundEntry)).all()
    rows[0].panel_id = panel.id
    session.flush()
    assert service.read_input(session, judged.round.id).scores.groups == ()
    for row in rows:
        row.panel_id = panel.id
    session.flush()
    groups = service.read_input(session, judged.round.id).scores.groups
    assert {item.group for item in groups} == {"moscow"}
    assert len(groups) == 6


def test_an_open_round_is_not_tabulated(session, now):
    judged = judge(session, state=RoundState.OPEN)
    with pytest.raises(RuleError, match="round_not_closed"):
        tabulate(session, judged, now)


def test_a_round_without_scores_is_refused_with_the_engines_code(session, now):
    season = make.make_season(session)
    round_ = make.make_round(session, season, state=RoundState.CLOSED)
    with pytest.raises(RuleError, match=r"score\.no_scores"):
        service.tabulate_round(session, round_.id, reason="", actor_id=None, now=now)


def test_what_changed_while_it_was_computed_is_not_frozen(session, judged, now):
    computed = service.compute(service.read_input(session, judged.round.id))
    session.scalars(select(ScoreSheet)).first().state = SheetState.REOPENED
    session.flush()
    with pytest.raises(RuleError, match="scores_changed"):
        service.tabulate_round(
            session, judged.round.id, reason="", actor_id=None, now=now, computed=computed
        )


def test_a_public_result_is_never_tabulated_again(session, decided, now):
    with pytest.raises(RuleError, match="round_public"):
        tabulate(session, decided, now + timedelta(hours=2), "too late")


def test_the_log_says_what_was_frozen_from_which_input(session, judged, now):
    made = tabulate(session, judged, now)
    row = session.scalars(
        select(AuditRow).where(AuditRow.action == "round.tabulation_frozen")
    ).one()
    assert row.after["input"] == made.input_digest
    assert row.subject_id == made.public_id


def test_the_standings_cost_the_same_for_six_and_for_sixty_entries(session, now, count_queries):
    small, large = judge(session), judge(session, points=(1, 3, 5, 7, 8, 9) * 10)
    for judged in (small, large):
        tabulate(session, judged, now)
    session.commit()
    round_ids = {id(judged): judged.round.id for judged in (small, large)}

    def cost(judged: Judged) -> int:
        session.rollback()
        session.expunge_all()
        return count_queries(
            lambda: queries.standings(session, latest(session, round_ids[id(judged)], "en"))
        )

    assert cost(small) == cost(large)


def test_the_other_view_stands_beside_the_ranking_one(session, judged, now):
    tabulate(session, judged, now)
    plain = queries.standings(session, latest(session, judged.round.id, "en"))
    fair = queries.standings(session, latest(session, judged.round.id, "en"), view="calibrated")
    assert (plain.view, plain.ranks_by, fair.view) == ("plain", "plain", "calibrated")
    assert plain.rows[0].low is None
    assert fair.rows[0].low < fair.rows[0].value < fair.rows[0].high
    assert sum(len(section.rows) for section in plain.sections()) == 6
    assert plain.sure + plain.open >= 2


def test_a_page_shows_a_stretch_of_the_ranking_and_says_how_long_each_section_is(
    session, judged, now
):
    tabulate(session, judged, now)
    found = queries.standings(session, latest(session, judged.round.id, "en"))
    whole = {section.kind: section.total for section in found.sections()}
    part = found.sections(first=1, size=3)
    assert [number for section in part for number, _row in section.rows] == [2, 3, 4]
    assert {section.kind: section.total for section in part}.items() <= whole.items()
    assert sum(whole.values()) == len(found.rows)

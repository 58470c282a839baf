"""Score sheets on paper: printed for a juror, typed in by an organiser, marked and logged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from award.errors import InputError, RuleError
from award.judging.paper import enter_from_paper
from award.judging.service import reopen_sheet, save_sheet, submit_sheet
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import AssignmentState
from award.models.operations import AuditRow
from award.models.seasons import RoundState
from tests import factories as make
from tests.exports.printing import faults_of, pages_of, scanned, text_of

NOW = datetime.now(UTC)
FILLED = {"points-impact": "7,5", "points-innovation": "6", "points-team": "5"}


@pytest.fixture
def jury(session: Any) -> dict[str, Any]:
    """A closed round whose juror judged two entries on paper."""
    programme = make.make_programme(session)
    organiser = make.make_staff(session, programme)
    season = make.make_season(session, programme)
    round_ = make.make_round(session, season, state=RoundState.CLOSED)
    for criterion in round_.criteria:
        criterion.step = criterion.step / 2
    juror = make.make_juror(session, season)
    pairs = [
        make.make_assignment(session, round_, make.make_submitted(session, season), juror)
        for _ in range(2)
    ]
    session.commit()
    return {"organiser": organiser, "round": round_, "juror": juror, "pairs": pairs}


def enter(session: Any, jury: dict[str, Any], data: dict[str, str], replace: bool = False) -> Any:
    return enter_from_paper(
        session,
        jury["pairs"][0].id,
        data,
        replace_draft=replace,
        actor_id=jury["organiser"].id,
        now=NOW,
    )


def test_a_juror_gets_a_page_an_entry_with_the_code_that_opens_its_form(sign_in, jury):
    browser = sign_in(jury["organiser"])
    base = f"/en/rounds/{jury['round'].public_id}/paper"
    assert jury["juror"].name in browser.get(base).text
    pdf = browser.get(f"{base}/{jury['juror'].public_id}.pdf").data
    assert pages_of(pdf) == 2
    assert faults_of(pdf) == []
    text = text_of(pdf)
    for pair in jury["pairs"]:
        assert pair.entry.title in text
    codes = scanned(pdf)
    assert codes[0] == f"http://localhost/en/assignments/{jury['pairs'][0].public_id}/paper"
    assert browser.get(codes[0].removeprefix("http://localhost")).status_code == 200
    assert browser.get(f"{base}/nobody.pdf").status_code == 404


def test_an_organiser_types_a_sheet_in_after_the_round_closed(session, sign_in, jury):
    browser = sign_in(jury["organiser"])
    path = f"/en/assignments/{jury['pairs'][0].public_id}/paper"
    gap = browser.post(path, data={**FILLED, "points-team": ""})
    assert (gap.status_code, 'value="7,5"' in gap.text) == (422, True)
    assert gap.text.count('aria-invalid="true"') == gap.text.count('id="points-team-error"') == 1
    wrong = browser.post(path, data={**FILLED, "points-team": "99"})
    assert (wrong.status_code, 'id="points-team-error"' in wrong.text) == (422, True)
    assert browser.post(path, data=FILLED).status_code == 303
    session.rollback()
    session.expire_all()
    sheet = session.query(ScoreSheet).one()
    assert (sheet.state, sheet.on_paper) == (SheetState.SUBMITTED, True)
    assert sheet.entered_by_id == jury["organiser"].id
    assert sheet.assignment.state is AssignmentState.DONE
    assert sorted(float(score.points) for score in sheet.scores) == [5, 6, 7.5]
    row = session.query(AuditRow).filter_by(action="sheet.entered_from_paper").one()
    assert row.after["impact"] == "7.5"
    assert browser.post(path, data=FILLED).status_code == 409


def test_a_draft_on_screen_is_replaced_only_when_that_is_said_and_its_note_stays(session, jury):
    make.make_sheet(
        session,
        jury["pairs"][0],
        {"impact": 2},
        state=SheetState.DRAFT,
        private_note="For me alone",
    )
    with pytest.raises(RuleError, match="draft_on_screen"):
        enter(session, jury, FILLED)
    sheet = enter(session, jury, FILLED, replace=True)
    assert (sheet.private_note, len(sheet.scores)) == ("For me alone", 3)


def test_a_mistyped_sheet_is_typed_in_again_and_one_from_the_screen_loses_its_mark(
    session, sign_in, jury
):
    pair = jury["pairs"][0]
    enter(session, jury, FILLED)
    reopen_sheet(session, pair.id, "One number is mistyped", actor_id=None, now=NOW)
    session.commit()
    path = f"/en/assignments/{pair.public_id}/paper"
    again = sign_in(jury["organiser"]).get(path).text
    assert ('value="7.5"' in again, "replace_draft" in again) == (True, False)
    sheet = enter(session, jury, {**FILLED, "points-team": "4"})
    assert (sheet.state, sheet.on_paper) == (SheetState.SUBMITTED, True)
    reopen_sheet(session, pair.id, "Please look again", actor_id=None, now=NOW)
    seen = {**FILLED, "points-team": "3"}
    save_sheet(session, pair.id, seen, sheet.version, actor_id=None, now=NOW)
    session.commit()
    assert 'value="7.5"' not in sign_in(jury["organiser"]).get(path).text
    submit_sheet(session, pair.id, sheet.version, actor_id=None, now=NOW)
    assert not sheet.on_paper


def test_nothing_is_typed_in_before_the_round_opens_or_after_it_is_decided(session, jury):
    for state, code in (
        (RoundState.SET_UP, "judging_not_open"),
        (RoundState.DECIDED, "round_decided"),
    ):
        jury["round"].state = state
        session.flush()
        with pytest.raises(RuleError, match=code):
            enter(session, jury, FILLED)
    jury["round"].state = RoundState.OPEN
    with pytest.raises(InputError, match="paper_incomplete"):
        enter(session, jury, {})

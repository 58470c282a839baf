"""Where a form is all that it takes, no script is needed: an old phone, a strict office network."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.judging import ScoreSheet, SheetState
from tests import factories as make
from tests.journeys import pages
from tests.journeys.conftest import PHONE, Stage

pytestmark = pytest.mark.browser


def open_season(session: Session) -> str:
    programme = make.make_programme(session, slug="sia", languages=["en"])
    season = make.make_season(session, programme, slug="2026")
    return f"/en/{programme.slug}/{season.slug}"


def test_a_student_applies_without_javascript(stage: Stage) -> None:
    student = stage.window(viewport=PHONE, java_script_enabled=False)
    path = stage.set_up(open_season)
    pages.sign_up(student, "Sasha Student", "sasha@example.com")
    student.goto(path)
    pages.follow(student, "Enter with your project")
    pages.press(student, "Start the entry")
    entry = student.url
    pages.follow(student, "Answers")
    pages.answer(student, pages.ANSWERS)
    pages.press(student, "Save and go on")
    student.goto(f"{entry}/me")
    pages.tell_about_oneself(student)
    student.goto(f"{entry}/check")
    pages.press(student, "Hand in")
    assert pages.headline(student) == "Your entry has arrived"
    expect(student.get_by_role("main")).to_contain_text(pages.ANSWERS["q_solution"])


def test_what_is_wrong_is_said_and_the_rest_is_kept_without_javascript(stage: Stage) -> None:
    path = stage.set_up(open_season)
    student = stage.window(viewport=PHONE, java_script_enabled=False)
    pages.sign_up(student, "Sasha Student", "sasha@example.com")
    student.goto(path)
    pages.follow(student, "Enter with your project")
    pages.press(student, "Start the entry")
    pages.follow(student, "Answers")
    pages.answer(student, pages.ANSWERS | {"q_budget": "a lot"})
    pages.press(student, "Save and go on")
    expect(student.locator("#q_budget")).to_have_value("a lot")
    expect(student.locator("#q_budget")).to_have_attribute("aria-invalid", "true")
    student.reload()
    expect(student.locator("#q_title")).to_have_value(pages.ANSWERS["q_title"])


def assign(session: Session) -> Any:
    season = make.make_season(session)
    juror = make.make_juror(session, season)
    entry = make.make_submitted(session, season, title="Warm bus stops")
    assignment = make.make_assignment(session, make.make_round(session, season), entry, juror)
    return assignment.id, assignment.public_id, juror.user


def test_a_juror_scores_and_submits_without_javascript(stage: Stage) -> None:
    assignment_id, public_id, user = stage.set_up(assign)
    juror = stage.window(user, java_script_enabled=False)
    juror.goto(f"/en/assignments/{public_id}")
    for key, points in (("impact", 8), ("innovation", 7)):
        juror.locator(f"#criterion-{key}").get_by_role("radio", name=str(points)).check()
    pages.press(juror, "Submit and go on")
    expect(juror.get_by_role("alert")).to_be_visible()
    impact = juror.locator("#criterion-impact")
    expect(impact.get_by_role("radio", name="8")).to_be_checked()
    juror.locator("#criterion-team").get_by_role("radio", name="10").check()
    juror.get_by_label("Comment for the team").fill("Ask the drivers, too.")
    pages.press(juror, "Submit and go on")
    expect(juror.get_by_role("main")).to_contain_text("Everything is submitted")
    assert stage.set_up(lambda session: scores_of(session, assignment_id)) == (
        SheetState.SUBMITTED,
        {"impact": 8, "innovation": 7, "team": 10},
        "Ask the drivers, too.",
    )


def scores_of(session: Session, assignment_id: int) -> Any:
    """Return what the store holds of a sheet: state, points by criterion, comment."""
    sheet = session.scalars(
        select(ScoreSheet).where(ScoreSheet.assignment_id == assignment_id)
    ).one()
    points = {score.criterion.key: score.points for score in sheet.scores}
    return sheet.state, points, sheet.team_comment

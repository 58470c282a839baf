"""The desk in a browser: with and without scripts, for the juror and for everybody else."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest

from award.entries.threads.queries import reports_of
from award.judging import routes
from award.models.entries import StoredFile, TeamMembership, TeamRole
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import AssignmentState
from award.models.operations import Mail
from award.models.seasons import QuestionKind, Visibility
from award.storage import Storage
from tests import factories as make

FULL = {"points-impact": "8", "points-innovation": "7", "points-team": "10"}


@pytest.fixture
def world(session):
    season = make.make_season(session)
    round_ = make.make_round(session, season)
    entry = make.make_submitted(session, season, title="Rivers without plastic")
    user = make.make_user(session)
    juror = make.make_juror(session, season, user)
    assignment = make.make_assignment(session, round_, entry, juror, position=7)
    session.commit()
    return season, round_, entry, user, assignment


def stored(session, assignment):
    session.rollback()
    sheet = session.query(ScoreSheet).filter_by(assignment_id=assignment.id).one_or_none()
    session.commit()
    return sheet


def test_the_desk_shows_the_entry_and_native_radios_but_no_names(world, sign_in):
    _, _, entry, user, assignment = world
    page = sign_in(user).get(f"/en/assignments/{assignment.public_id}")
    assert page.status_code == 200
    assert "Rivers without plastic" in page.text
    assert page.text.count('type="radio"') == 30
    for secret in (entry.code, entry.public_id, "Perm", "University"):
        assert secret not in page.text


def test_nobody_else_finds_the_desk(session, world, sign_in, client):
    season, _, _, _, assignment = world
    other = make.make_user(session)
    make.make_juror(session, season, other)
    session.commit()
    address = f"/en/assignments/{assignment.public_id}"
    assert sign_in(other).get(address).status_code == 404
    assert sign_in(other).put(address, json={}).status_code == 404
    assert client.get(address).status_code == 303


def test_each_touch_is_saved_and_a_second_tab_gets_the_other_version(session, world, sign_in):
    *_, user, assignment = world
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}"
    first = browser.put(address, json={"points-impact": "8"}, headers={"If-Match": "0"})
    assert (first.status_code, first.json["version"]) == (200, 2)
    stale = browser.put(address, json={"points-impact": "3"}, headers={"If-Match": "0"})
    assert stale.status_code == 409
    assert (stale.json["version"], stale.json["values"]["points-impact"]) == (2, "8")
    wrong = browser.put(address, json={"points-impact": "99"}, headers={"If-Match": "2"})
    assert (wrong.status_code, "99" in wrong.json["message"]) == (422, True)
    odd = browser.put(address, json={"points-impact": ["8"]}, headers={"If-Match": "2"})
    assert (odd.status_code, "not a number" in odd.json["message"]) == (422, True)
    assert browser.put(address, data="nonsense").status_code == 422


def test_a_sheet_can_be_saved_and_handed_in_at_once_and_a_lost_answer_does_no_harm(
    session, world, sign_in
):
    *_, user, assignment = world
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}"
    part = {"points-impact": "8", "action": "submit"}
    missing = browser.put(address, json=part, headers={"If-Match": "0"})
    assert (missing.status_code, missing.json["version"]) == (422, 2)
    assert stored(session, assignment).state is SheetState.DRAFT
    handed = browser.put(address, json=FULL | {"action": "submit"}, headers={"If-Match": "2"})
    assert (handed.status_code, handed.json["go"]) == (200, "/en/judging")
    assert stored(session, assignment).state is SheetState.SUBMITTED
    again = browser.put(address, json=FULL | {"action": "submit"}, headers={"If-Match": "2"})
    assert (again.status_code, again.json["go"]) == (200, "/en/judging")
    other = FULL | {"points-impact": "1", "action": "submit"}
    assert browser.put(address, json=other, headers={"If-Match": "2"}).status_code == 409


def test_the_same_submit_sent_again_while_the_first_is_carried_out_does_no_harm(
    session, world, sign_in, monkeypatch
):
    *_, user, assignment = world
    first, again = sign_in(user), sign_in(user)
    address = f"/en/assignments/{assignment.public_id}"
    sheet = {"json": FULL | {"action": "submit"}, "headers": {"If-Match": "0"}}
    unit_of_work, answers = routes.unit_of_work, []

    def later():
        monkeypatch.setattr(routes, "unit_of_work", unit_of_work)
        answers.append(first.put(address, **sheet))
        return unit_of_work()

    monkeypatch.setattr(routes, "unit_of_work", later)
    answers.append(again.put(address, **sheet))
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_what_serves_pages_without_a_connection_is_open_to_everybody(client):
    page = client.get("/en/judging/offline")
    assert (page.status_code, "not kept on your device" in page.text) == (200, True)
    worker = client.get("/service-worker.js")
    assert (worker.status_code, worker.mimetype) == (200, "text/javascript")


def test_without_scripts_an_incomplete_sheet_comes_back_with_what_is_missing(
    session, world, sign_in
):
    *_, user, assignment = world
    form = {"version": "0", "action": "submit", "points-impact": "8", "team_comment": "Good."}
    page = sign_in(user).post(f"/en/assignments/{assignment.public_id}", data=form)
    assert page.status_code == 422
    assert page.text.count("Choose the points for this criterion.</p>") == 2
    assert "Good." in page.text
    assert stored(session, assignment).state is SheetState.DRAFT


def test_submitting_goes_on_to_the_next_open_entry_and_locks_the_sheet(session, world, sign_in):
    season, round_, _, user, assignment = world
    following = make.make_assignment(
        session, round_, make.make_submitted(session, season), assignment.juror, position=8
    )
    session.commit()
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}"
    answer = browser.post(address, data=FULL | {"version": "0", "action": "submit"})
    assert (answer.status_code, answer.location) == (303, f"/en/assignments/{following.public_id}")
    assert stored(session, assignment).state is SheetState.SUBMITTED
    page = browser.get(address).text
    assert page.count("disabled") >= 4
    assert browser.put(address, json=FULL, headers={"If-Match": "3"}).status_code == 409


def test_a_submitted_sheet_can_be_taken_back_while_the_round_is_open_but_not_by_a_live_chair(
    session, world, sign_in, now
):
    _, round_, _, user, assignment = world
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}"
    browser.post(address, data=FULL | {"version": "0", "action": "submit"})
    round_.live, assignment.juror.is_chair = True, True
    session.commit()
    assert "Change this sheet" not in browser.get(address).text
    browser.post(f"{address}/change")
    assert stored(session, assignment).state is SheetState.SUBMITTED
    assignment.juror.is_chair = False
    session.commit()
    assert "Change this sheet" in browser.get(address).text
    assert browser.post(f"{address}/change").status_code == 303
    sheet = stored(session, assignment)
    assert (sheet.state, sheet.submitted_at) == (SheetState.DRAFT, None)
    assert session.get(type(assignment), assignment.id).state is AssignmentState.ACTIVE
    browser.post(address, data=FULL | {"version": str(sheet.version), "action": "submit"})
    round_.closes_at = now - timedelta(days=3650)
    session.commit()
    browser.post(f"{address}/change")
    session.expire_all()
    assert stored(session, assignment).state is SheetState.SUBMITTED


def test_a_stale_plain_form_shows_both_versions_and_keeps_what_was_typed(world, sign_in):
    *_, user, assignment = world
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}"
    browser.post(address, data={"version": "0", "action": "save", "team_comment": "From my phone"})
    page = browser.post(
        address, data={"version": "0", "action": "save", "team_comment": "From my desk"}
    )
    assert page.status_code == 409
    assert "From my phone" in page.text
    assert page.text.count("From my desk") == 2


def test_after_the_round_nothing_can_be_changed_but_all_can_be_read(session, world, sign_in, now):
    _, round_, _, user, assignment = world
    round_.closes_at = now - timedelta(minutes=1)
    session.commit()
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}"
    assert browser.put(address, json=FULL, headers={"If-Match": "0"}).status_code == 409
    page = browser.get(address)
    assert (page.status_code, "The round is closed" in page.text) == (200, True)


def test_home_says_in_one_sentence_what_is_left_and_offers_can_be_accepted(session, world, sign_in):
    season, _, _, user, assignment = world
    assignment.state = AssignmentState.OFFERED
    session.commit()
    browser = sign_in(user)
    page = browser.get("/en/judging").text
    assert "1 entry left, about 6 min." in page
    assert browser.post(f"/en/judging/{season.public_id}/accept").status_code == 303
    session.refresh(assignment)
    assert assignment.state is AssignmentState.ACTIVE


def test_home_lists_what_she_asks_for_and_sorts_by_her_own_total(session, world, sign_in):
    season, round_, _, user, assignment = world
    juror = assignment.juror
    for title, points, state in (
        ("Benches", {"impact": 4, "innovation": 4, "team": 4}, SheetState.SUBMITTED),
        ("Gardens", {"impact": 9, "innovation": 9, "team": 9}, SheetState.DRAFT),
    ):
        entry = make.make_submitted(session, season, title=title)
        other = make.make_assignment(session, round_, entry, juror, position=8)
        make.make_sheet(session, other, points, state=state)
    session.commit()
    browser = sign_in(user)

    def listed(query):
        page = browser.get(f"/en/judging{query}").text
        found = {t: page.find(t) for t in ("Rivers without plastic", "Benches", "Gardens")}
        return sorted((t for t in found if found[t] >= 0), key=found.get)

    assert listed("") == ["Rivers without plastic", "Benches", "Gardens"]
    assert listed("?show=nonsense&sort=total") == ["Gardens", "Benches", "Rivers without plastic"]
    assert listed("?show=left") == ["Rivers without plastic", "Gardens"]
    assert listed("?show=draft") == ["Gardens"]
    assert listed("?show=done") == ["Benches"]


def test_the_rounds_end_goes_into_a_calendar(world, sign_in):
    _, round_, _, user, _ = world
    sent = sign_in(user).get("/en/judging/dates.ics")
    assert sent.mimetype == "text/calendar"
    assert f"DTSTART:{round_.closes_at:%Y%m%dT%H%M%SZ}" in sent.text
    assert f"UID:{round_.public_id}@award" in sent.text


def test_home_is_empty_for_who_judges_nothing(session, sign_in):
    user = make.make_user(session)
    session.commit()
    page = sign_in(user).get("/en/judging")
    assert "Nothing is waiting" in page.text


def test_a_chair_who_scores_nothing_finds_the_stage_at_home_and_members_only_follow(
    session, world, sign_in
):
    season, round_, *_ = world
    round_.live = True
    chair, member = make.make_user(session), make.make_user(session)
    make.make_juror(session, season, chair, is_chair=True)
    make.make_juror(session, season, member)
    session.commit()
    stage = f'href="/en/rounds/{round_.public_id}/stage"'
    page = sign_in(chair).get("/en/judging").text
    assert (stage in page, "Nothing of this round is yours to score" in page) == (True, True)
    page = sign_in(member).get("/en/judging").text
    assert (stage in page, "Follow the stage" in page) == (False, True)


def test_a_problem_with_an_entry_reaches_the_organisers_and_stops_nothing(session, world, sign_in):
    season, _, entry, user, assignment = world
    organiser = make.make_staff(session, season.programme, language="en")
    teammate = make.make_staff(session, season.programme)
    session.add(
        TeamMembership(
            entry_id=entry.id, user_id=teammate.id, role=TeamRole.MEMBER, joined_at=make.NOW
        )
    )
    session.commit()
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}/report"
    assert "Rivers without plastic" in browser.get(address).text
    assert browser.post(address, data={"trouble": "copied", "words": " "}).status_code == 422
    report = {"trouble": "copied", "words": "Page 3 is from Wikipedia."}
    for _again in range(2):
        assert browser.post(address, data=report).status_code == 303
    (mail,) = session.query(Mail).filter_by(template="entry_reported").all()
    assert mail.to_email == organiser.email
    for told in (entry.code, f"/en/entries/{entry.public_id}/thread"):
        assert told in mail.body
    (kept,) = reports_of(session, entry.id)
    assert (kept.juror, kept.words, kept.settled_at) == (user.name, report["words"], None)
    for hidden in (user.name, report["words"]):
        assert hidden not in mail.subject + mail.body
    assert browser.get(f"/en/assignments/{assignment.public_id}").status_code == 200


def test_stepping_back_needs_a_reason_and_closes_the_desk(session, world, sign_in):
    *_, user, assignment = world
    browser = sign_in(user)
    address = f"/en/assignments/{assignment.public_id}/recuse"
    assert "Rivers without plastic" in browser.get(address).text
    assert browser.post(address, data={"reason": ""}).status_code == 422
    assert browser.post(address, data={"reason": "My sister's project"}).status_code == 303
    session.refresh(assignment)
    session.commit()
    assert assignment.state is AssignmentState.RECUSED
    assert browser.get(f"/en/assignments/{assignment.public_id}").status_code == 404


def test_an_organiser_reopens_a_sheet_with_a_reason(session, world, sign_in):
    season, _, _, user, assignment = world
    make.make_sheet(session, assignment, {"impact": 8, "innovation": 7, "team": 9})
    organiser = make.make_staff(session, season.programme)
    session.commit()
    address = f"/en/assignments/{assignment.public_id}/reopen"
    assert sign_in(user).post(address, data={"reason": "please"}).status_code == 404
    browser = sign_in(organiser)
    assert browser.get(address).status_code == 200
    assert browser.post(address, data={"reason": " "}).status_code == 422
    assert browser.post(address, data={"reason": "Team misread"}).status_code == 303
    assert stored(session, assignment).state is SheetState.REOPENED
    page = sign_in(user).get(f"/en/assignments/{assignment.public_id}")
    assert "Team misread" in page.text


def signed_pdf():
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Author"] = "Zinaida Secretova"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["Zinaida Secretova"]
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.fixture
def file(session, world, app):
    season, _, entry, _, _ = world
    make.make_question(session, season, key="deck", kind=QuestionKind.FILE)
    kept = Storage(app.extensions["settings"].files).write(signed_pdf())
    row = StoredFile(
        programme_id=season.programme_id,
        entry_id=entry.id,
        question_key="deck",
        name="Secretova final.pdf",
        media_type="application/pdf",
        size=kept.size,
        sha256=kept.sha256,
        storage_name=kept.storage_name,
        uploaded_at=make.NOW,
    )
    session.add(row)
    session.flush()
    entry.current_version.files = [
        {"id": row.public_id, "name": row.name, "size": row.size, "sha256": "", "question": "deck"}
    ]
    session.commit()
    return row


def test_a_blind_file_has_a_neutral_name_and_no_author_inside(session, world, file, sign_in):
    *_, user, assignment = world
    assert b"Secretova" in signed_pdf()
    browser = sign_in(user)
    assert "Secretova" not in browser.get(f"/en/assignments/{assignment.public_id}").text
    answer = browser.get(f"/en/assignments/{assignment.public_id}/files/{file.public_id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="entry-7-file-1.pdf"'
    )
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        assert "/Metadata" not in document.Root
        assert len(document.docinfo) == 0
    assert b"Secretova" not in answer.data
    address = f"/en/assignments/{assignment.public_id}/files/{file.public_id}"
    part = browser.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")


def test_a_file_hidden_from_jurors_is_not_there(session, world, file, sign_in):
    season, *_, user, assignment = world
    session.refresh(season)
    question = next(q for q in season.questions if q.key == "deck")
    question.visibility = Visibility.STAFF
    session.commit()
    address = f"/en/assignments/{assignment.public_id}/files/{file.public_id}"
    assert sign_in(user).get(address).status_code == 404

"""The pages: saving as one types, handing in, files, screening, and who sees what."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from sqlalchemy import select

from award.i18n import format_moment
from award.models.accounts import StaffRole
from award.models.entries import (
    Answer,
    ConsentGiven,
    Entry,
    EntryState,
    EntryVersion,
    StoredFile,
)
from award.models.operations import Mail
from award.models.seasons import Consent, QuestionKind
from award.seasons.form.limits import count_words
from tests import factories as make
from tests.exports.printing import faults_of, text_of


@pytest.fixture
def world(session, sign_in):
    """A season, a draft with its lead signed in, and an organiser signed in."""

    class World:
        season = make.make_season(session)
        lead = make.make_user(session)
        entry = make.make_entry(session, season, lead)
        staff = make.make_staff(session, season.programme)

    make.make_question(
        session,
        World.season,
        key="plan",
        kind=QuestionKind.FILE,
        required=False,
        position=9,
        visibility="jurors",
    )
    session.commit()
    World.team, World.office = sign_in(World.lead), sign_in(World.staff)
    World.url = f"/en/entries/{World.entry.public_id}"
    return World


def put(world, key, value, version):
    return world.team.put(f"{world.url}/answers/{key}", json={"value": value, "version": version})


def test_an_answer_is_saved_as_it_is_typed(world):
    answer = put(world, "problem", "Typed", 1)
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    assert set(answer.json) == {"version", "saved_at"}


def test_a_stale_save_answers_409_with_the_other_version(world):
    put(world, "problem", "Hers", 1)
    answer = put(world, "problem", "His", 1)
    assert answer.status_code == 409
    assert (answer.json["version"], answer.json["value"]) == (2, "Hers")


@pytest.mark.parametrize(
    "body",
    [
        {"value": "x"},
        {"value": "x", "version": "1"},
        [],
        {"value": {"a": 1}, "version": 1},
    ],
)
def test_a_broken_save_is_refused_with_a_sentence(world, body):
    answer = world.team.put(f"{world.url}/answers/problem", json=body)
    assert answer.status_code == 422
    assert answer.json["message"]


def test_half_an_emoji_is_kept_as_one_broken_letter(session, world):
    assert put(world, "problem", "cut \ud83d", 1).status_code == 200
    wanted = select(Answer.value).where(Answer.key == "problem")
    assert session.scalars(wanted).one() == "cut \ufffd"


def test_a_choice_of_a_wrong_shape_is_refused(session, world):
    make.make_question(
        session,
        world.season,
        key="pick",
        kind=QuestionKind.ONE_CHOICE,
        options=[{"key": "a", "label": {"en": "A"}}],
        position=8,
        visibility="jurors",
    )
    session.commit()
    assert put(world, "pick", ["a"], 0).status_code == 422
    assert put(world, "pick", "a", 0).status_code == 200


def test_invisible_letters_are_no_answer_and_a_lone_dash_is_no_word(session, world):
    assert put(world, "problem", " \u200b\u202e ", 1).status_code == 200
    assert session.scalars(select(Answer.value).where(Answer.key == "problem")).one() is None
    assert count_words("warm — bus stops . 5") == 4


def test_an_unknown_question_is_not_there(world):
    assert put(world, "nothing", "x", 0).status_code == 404


def test_the_deadline_counts_for_a_save(world):
    with time_machine.travel(world.season.closes_at + timedelta(seconds=1), tick=False):
        answer = put(world, "problem", "Late", 1)
    assert answer.status_code in {401, 409}
    with time_machine.travel(world.season.closes_at - timedelta(days=8), tick=False):
        assert put(world, "problem", "Early", 1).status_code == 200


def test_the_form_saves_all_answers_without_javascript(session, world):
    names = {one.key: one.value for one in session.scalars(select(Answer))}
    session.rollback()
    sent = {f"q_{key}": value for key, value in names.items() if key != "topics"}
    sent |= {f"version_{key}": "1" for key in names}
    sent |= {"q_topics": "school, health", "q_city": "Omsk"}
    answer = world.team.post(f"{world.url}/edit", data=sent)
    assert answer.status_code == 303
    stored = {one.key: one.value for one in session.scalars(select(Answer))}
    assert (stored["topics"], stored["city"]) == (["school", "health"], "Omsk")


def test_a_refused_answer_keeps_what_was_typed_and_saves_the_others(session, world):
    sent = {"q_budget": "a lot", "version_budget": "1", "q_city": "Omsk", "version_city": "1"}
    answer = world.team.post(f"{world.url}/edit", data=sent)
    assert answer.status_code == 422
    assert 'value="a lot"' in answer.text
    assert session.scalar(select(Answer.value).where(Answer.key == "city")) == "Omsk"
    shown = dict(re.findall(r'name="(version_\w+)" value="(\d+)"', answer.text))
    assert (shown["version_budget"], shown["version_city"]) == ("1", "2")
    again = {"q_budget": "4500", "q_city": "Tomsk"} | shown
    assert world.team.post(f"{world.url}/edit", data=again).status_code == 303


def test_who_saves_an_older_page_without_javascript_reads_both_versions_and_chooses(session, world):
    older = {"q_city": "Perm", "version_city": "1"}
    session.commit()
    assert put(world, "city", "Omsk", 1).status_code == 200
    answer = world.team.post(f"{world.url}/edit", data=older)
    assert answer.status_code == 409
    assert 'value="Perm"' in answer.text
    assert "Omsk" in answer.text
    shown = dict(re.findall(r'name="(version_city)" value="(\d+)"', answer.text))
    again = world.team.post(f"{world.url}/edit", data={"q_city": "Perm"} | shown)
    assert again.status_code == 303
    assert session.scalar(select(Answer.value).where(Answer.key == "city")) == "Perm"


@pytest.mark.parametrize("page", ["", "/edit", "/team", "/files", "/check", "/withdraw"])
def test_every_page_of_the_team_opens_for_it_and_for_nobody_else(
    world, client, sign_in, session, page
):
    stranger = make.make_user(session)
    session.commit()
    assert world.team.get(world.url + page).status_code == 200
    assert sign_in(stranger).get(world.url + page).status_code == 404
    assert client.get(world.url + page).status_code == 303


def test_a_student_reads_back_hands_in_and_gets_a_receipt(session, world):
    page = world.team.get(f"{world.url}/check").text
    digest = page.split('name="digest" value="')[1][:64]
    answer = world.team.post(f"{world.url}/submit", data={"digest": digest})
    assert answer.status_code == 303
    receipt = world.team.get(answer.location).text
    session.expire_all()
    entry = session.scalars(select(Entry)).one()
    assert entry.state is EntryState.SUBMITTED
    assert entry.current_version.receipt in receipt
    assert digest in receipt
    mail = session.scalars(select(Mail)).one()
    assert mail.to_email == world.lead.email
    number = entry.current_version.receipt
    path = f"{world.url}/receipts/{number}.pdf"
    assert f"http://localhost{path}" in mail.body
    pdf = world.team.get(path).data
    assert faults_of(pdf) == []
    printed = text_of(pdf)
    sent = format_moment(entry.submitted_at, "en").replace("\N{NO-BREAK SPACE}", " ")
    for said in (number, digest, sent, entry.title, "Problem", world.lead.name):
        assert said in printed.replace("\N{NO-BREAK SPACE}", " "), said
    assert world.team.get(f"{world.url}/receipts/{number}0.pdf").status_code == 404
    assert world.office.get(path).status_code == 404


def test_an_incomplete_entry_is_not_taken_and_says_why(session, world):
    put(world, "problem", "", 1)
    answer = world.team.post(f"{world.url}/submit", data={})
    assert answer.status_code == 422
    assert "“Problem” has no answer yet." in answer.text


def pdf() -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(written, deterministic_id=True)
    return written.getvalue()


def upload(world, name, content):
    return world.team.post(f"{world.url}/files/plan", data={"file": (io.BytesIO(content), name)})


def test_a_file_is_kept_and_sent_as_an_attachment(session, world):
    content = pdf()
    assert upload(world, "план №1.pdf", content).status_code == 303
    file = session.scalars(select(StoredFile)).one()
    assert (file.name, file.size) == ("план №1.pdf", len(content))
    answer = world.team.get(f"/en/files/{file.public_id}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_refused_file_leaves_nothing_behind(world, settings):
    assert upload(world, "plan.pdf", b"not a pdf").status_code == 422
    assert upload(world, "plan.pdf", pdf()).status_code == 303
    another = pdf() + b"% another"
    assert upload(world, "more.pdf", another).status_code == 409
    assert len([one for one in settings.files.rglob("*") if one.is_file()]) == 1


def test_a_removed_file_makes_room_and_a_stranger_never_sees_one(session, world, sign_in, settings):
    upload(world, "plan.pdf", pdf())
    file = session.scalars(select(StoredFile)).one()
    stranger = make.make_user(session)
    session.commit()
    address = f"/en/files/{file.public_id}"
    assert sign_in(stranger).get(address).status_code == 404
    assert world.office.get(address).status_code == 200
    assert world.office.post(f"{address}/remove").status_code == 404
    assert world.team.post(f"{address}/remove").status_code == 303
    assert [path for path in settings.files.rglob("*") if path.is_file()] == []
    assert upload(world, "other.pdf", pdf()).status_code == 303
    session.expire_all()
    other = session.scalars(select(StoredFile).where(StoredFile.removed_at.is_(None))).one()
    files = [{"id": other.public_id, "question": "plan", "name": "other.pdf"}]
    version = {"entry_id": other.entry_id, "number": 1, "receipt": "R", "digest": "0" * 64}
    session.add(EntryVersion(**version, answers={}, files=files, submitted_at=other.uploaded_at))
    session.commit()
    assert world.team.post(f"/en/files/{other.public_id}/remove").status_code == 303
    assert world.office.get(f"/en/files/{other.public_id}").data == pdf()


def test_a_season_is_entered_from_its_page(world, sign_in, session):
    newcomer = make.make_user(session)
    session.commit()
    browser = sign_in(newcomer)
    address = f"/en/seasons/{world.season.public_id}/enter"
    assert browser.get(address).status_code == 200
    answer = browser.post(address)
    assert answer.status_code == 303
    assert browser.get(answer.location).status_code == 200


def test_an_organiser_screens_and_the_team_reads_the_reason(session, world):
    world.team.post(f"{world.url}/submit", data={})
    page = world.office.get(f"{world.url}/screening")
    assert page.status_code == 200
    sent = {"number": "1", "verdict": "ineligible", "reason": ""}
    assert world.office.post(f"{world.url}/screening", data=sent).status_code == 422
    sent["reason"] = "The budget does not add up."
    assert world.office.post(f"{world.url}/screening", data=sent).status_code == 303
    assert "The budget does not add up." in world.team.get(world.url).text


def test_an_auditor_reads_and_decides_nothing(session, world, sign_in):
    world.team.post(f"{world.url}/submit", data={})
    auditor = make.make_staff(session, world.season.programme, StaffRole.AUDITOR)
    session.commit()
    browser = sign_in(auditor)
    page = browser.get(f"{world.url}/screening")
    assert page.status_code == 200
    assert "Record and tell the team" not in page.text
    sent = {"number": "1", "verdict": "eligible", "reason": ""}
    assert browser.post(f"{world.url}/screening", data=sent).status_code == 404


def test_the_lists_and_tools_of_an_organiser_open(world):
    season = f"/en/seasons/{world.season.public_id}"
    for page in ("/entries", "/entries?q=project&sort=title", "/entries/alike", "/extensions"):
        assert world.office.get(season + page).status_code == 200, page
        assert world.team.get(season + page).status_code == 404, page


def test_an_organiser_extends_the_deadline_of_one_entry(session, world):
    later = (world.season.closes_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    sent = {"closes_at": later, "reason": "Hospital"}
    answer = world.office.post(f"{world.url}/screening/extension", data=sent)
    assert answer.status_code == 303
    assert session.scalars(select(Mail)).one().template == "entry_extended"
    session.commit()
    early = {"closes_at": "2020-01-01T10:00", "reason": "Hospital"}
    assert world.office.post(f"{world.url}/screening/extension", data=early).status_code == 422


def test_one_button_keeps_what_a_member_says_and_what_she_agrees_to(session, world):
    session.add_all(
        Consent(season_id=world.season.id, key=key, title={"en": key}, text={"en": "Text."})
        for key in ("data", "name")
    )
    session.commit()
    sent = {"birth_date": "1999-05-17", "is_student": "y", "consents": "here", "agreed": ["data"]}
    assert world.team.post(f"{world.url}/team/me", data=sent).status_code == 303
    session.rollback()
    assert [one.consent.key for one in session.scalars(select(ConsentGiven))] == ["data"]
    wrong = sent | {"birth_date": "1999-99-99", "agreed": ["data", "name"]}
    refused = world.team.post(f"{world.url}/team/me", data=wrong)
    assert (refused.status_code, refused.text.count("checked")) == (422, 3)


def test_the_guardians_page_opens_by_its_link_alone(session, world, client, now):
    session.add(
        Consent(season_id=world.season.id, key="data", title={"en": "Data"}, text={"en": "Text."})
    )
    world.entry.team[0].birth_date = now.date() - timedelta(days=16 * 366)
    session.commit()
    sent = {"name": "Olga", "email": "olga@example.com"}
    assert world.team.post(f"{world.url}/guardian", data=sent).status_code == 303
    assert "on its way to olga@example.com" in world.team.get(f"{world.url}/me").text
    secret = session.scalars(select(Mail)).one().body.split("/guardian/")[1].split()[0]
    session.commit()
    address = f"/en/guardian/{secret}"
    assert "Text." in client.get(address).text
    refused = client.post(address, data={"name": ""})
    assert refused.status_code == 422
    for said in ("Write your name.", "Without the consents", "Tick the box"):
        assert said in refused.text
    assert client.post(address, data={"name": "Olga P"}).status_code == 422
    done = client.post(address, data={"name": "Olga P", "agreed": ["data"]})
    assert done.status_code == 200
    assert session.scalars(select(ConsentGiven)).one().guardian_name == "Olga P"
    dead = client.get(address)
    assert (dead.status_code, "nothing is left to do" in dead.text) == (409, True)

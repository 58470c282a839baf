"""Drafting, handing in, the door, and two members at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from award.db import db, unit_of_work
from award.entries.drafting import service
from award.entries.requirements.facts import digest_of
from award.entries.screening import service as screening
from award.entries.team import service as team
from award.errors import EditConflictError, InputError, RuleError
from award.models.entries import Answer, Entry, EntryState, EntryVersion
from award.models.operations import AuditRow, Mail
from award.models.seasons import SeasonState
from tests import factories as make


@pytest.fixture
def draft(session):
    """A committed complete draft with its lead."""
    lead = make.make_user(session)
    entry = make.make_entry(session, lead=lead)
    assert entry.season.closes_at
    session.commit()
    return entry, lead


def save(entry, lead, key, value, version, now):
    with unit_of_work() as unit:
        return service.save_answer(
            unit, entry.id, key, value, version, actor_id=lead.id, now=now, language="en"
        )


def submit(entry, lead, now, **more):
    with unit_of_work() as unit:
        return service.submit_entry(
            unit, entry.id, actor_id=lead.id, now=now, language="en", **more
        )


def test_an_answer_is_saved_and_its_version_grows(session, draft, now):
    entry, lead = draft
    assert save(entry, lead, "problem", "Lonely people", 1, now) == 2
    assert save(entry, lead, "problem", "Lonely old people", 2, now) == 3
    stored = session.scalars(select(Answer).where(Answer.key == "problem")).one()
    assert (stored.value, stored.version, stored.edited_by_id) == ("Lonely old people", 3, lead.id)


def test_the_title_of_a_draft_shows_in_lists_at_once(session, draft, now):
    entry, lead = draft
    save(entry, lead, "title", "  Tea   for two ", 1, now)
    session.refresh(entry)
    assert entry.title == "Tea for two"


def test_a_stale_save_brings_the_other_version_and_overwrites_nothing(session, draft, now):
    entry, lead = draft
    save(entry, lead, "problem", "Hers", 1, now)
    with pytest.raises(EditConflictError) as caught:
        save(entry, lead, "problem", "His", 1, now)
    assert caught.value.current == {"version": 2, "value": "Hers"}
    assert session.scalar(select(Answer.value).where(Answer.key == "problem")) == "Hers"


def test_sending_the_same_save_again_is_no_conflict(session, draft, now):
    entry, lead = draft
    assert save(entry, lead, "problem", "Once", 1, now) == 2
    assert save(entry, lead, "problem", "Once", 1, now) == 2


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("budget", "a lot", "answer_not_a_number"),
        ("category", "sports", "answer_not_an_option"),
        ("problem", 7, "answer_not_text"),
    ],
)
def test_a_value_that_does_not_fit_its_question_is_refused(session, draft, now, key, value, code):
    entry, lead = draft
    with pytest.raises(InputError) as caught:
        save(entry, lead, key, value, 1, now)
    assert (caught.value.code, caught.value.field) == (code, key)


def test_a_number_is_read_as_people_write_it(session, draft, now):
    entry, lead = draft
    save(entry, lead, "budget", "12\xa0500,5", 1, now)
    assert session.scalar(select(Answer.value).where(Answer.key == "budget")) == 12500.5


def both_at_once(first, second):
    """Run two calls in threads and return what each gave or raised."""
    results = [None, None]

    def run(at, call):
        try:
            results[at] = call()
        except EditConflictError as error:
            results[at] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def in_context(app, call):
    def run():
        with app.app_context():
            return call()

    return run


def test_two_members_who_save_different_answers_at_once_both_keep_theirs(app, session, draft, now):
    entry, lead = draft
    results = both_at_once(
        in_context(app, lambda: save(entry, lead, "problem", "From one", 1, now)),
        in_context(app, lambda: save(entry, lead, "solution", "From the other", 1, now)),
    )
    assert results == [2, 2]
    stored = {row.key: row.value for row in session.execute(select(Answer.key, Answer.value))}
    assert (stored["problem"], stored["solution"]) == ("From one", "From the other")


def test_two_members_who_save_the_same_answer_at_once_lose_nothing(app, session, draft, now):
    entry, lead = draft
    results = both_at_once(
        in_context(app, lambda: save(entry, lead, "problem", "one", 1, now)),
        in_context(app, lambda: save(entry, lead, "problem", "two", 1, now)),
    )
    refused = [one for one in results if isinstance(one, EditConflictError)]
    assert len(refused) == 1
    winner = session.scalar(select(Answer.value).where(Answer.key == "problem"))
    assert refused[0].current == {"version": 2, "value": winner}


def test_without_the_version_the_same_race_loses_an_acknowledged_save(app, session, draft):
    """The control: what both wrote was acknowledged, and one of the two is gone."""
    entry, _lead = draft
    read = threading.Barrier(2)

    def naive(text):
        def run():
            with app.app_context(), db.engine.connect() as reading:
                where = (Answer.entry_id == entry.id) & (Answer.key == "problem")
                reading = reading.execution_options(read_only=True)
                before = reading.execute(select(Answer.value).where(where)).scalar_one()
                reading.rollback()
                read.wait()
                with db.engine.begin() as writing:
                    writing.execute(update(Answer).where(where).values(value=before + text))
                return "saved"

        return run

    assert both_at_once(naive(" one"), naive(" two")) == ["saved", "saved"]
    kept = session.scalar(select(Answer.value).where(Answer.key == "problem"))
    assert kept in {"A real problem. one", "A real problem. two"}


@pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False), (1, False)])
def test_the_door_closes_to_the_second(session, draft, seconds, is_open):
    entry, lead = draft
    moment = entry.season.closes_at + timedelta(seconds=seconds)
    if is_open:
        assert save(entry, lead, "problem", "Just in time", 1, moment) == 2
        assert submit(entry, lead, moment).number == 1
    else:
        for call in (
            lambda: save(entry, lead, "problem", "Late", 1, moment),
            lambda: submit(entry, lead, moment),
        ):
            with pytest.raises(RuleError) as caught:
                call()
            assert caught.value.code == "entries_closed_at"
        stored = select(Answer.value).where(Answer.key == "problem")
        assert session.scalar(stored) == "A real problem."


def test_a_receipt_names_the_digest_of_what_was_sent_and_goes_to_the_whole_team(
    session, draft, now
):
    entry, lead = draft
    mate = make.make_user(session)
    session.commit()
    with unit_of_work() as unit:
        team.join_team(unit, entry.id, mate.id, now=now)
        team.save_member(
            unit,
            entry.id,
            mate.id,
            birth_date=now.date() - timedelta(days=8000),
            is_student=True,
            now=now,
        )
    version = submit(entry, lead, now, base_url="http://x")
    assert version.digest == digest_of(version.answers, version.files, version.team)
    session.commit()
    assert [one["name"] for one in version.team] == [lead.name, mate.name]
    mails = session.scalars(select(Mail).where(Mail.template == "entry_receipt")).all()
    assert {mail.to_email for mail in mails} == {lead.email, mate.email}
    assert all(version.receipt in mail.subject and version.digest in mail.body for mail in mails)
    session.refresh(entry)
    assert (entry.state, entry.current_version_id) == (EntryState.SUBMITTED, version.id)


def test_an_incomplete_entry_says_everything_that_is_missing(session, now):
    lead = make.make_user(session)
    entry = make.make_entry(session, lead=lead, answers={"problem": None, "title": None})
    session.commit()
    with pytest.raises(service.IncompleteError) as caught:
        submit(entry, lead, now)
    assert [(one.code, one.question) for one in caught.value.problems] == [
        ("answer_missing", "title"),
        ("answer_missing", "problem"),
    ]
    assert session.scalar(select(EntryVersion.id)) is None


def test_an_edit_after_submitting_is_a_draft_beside_what_counts(session, draft, now):
    entry, lead = draft
    first = submit(entry, lead, now)
    save(entry, lead, "title", "A better title", 1, now)
    session.refresh(entry)
    assert entry.current_version.answers["title"] != "A better title"
    assert entry.title == first.answers["title"]
    session.commit()
    second = submit(entry, lead, now)
    session.refresh(entry)
    assert (second.number, entry.title) == (2, "A better title")
    assert second.receipt != first.receipt


def test_handing_in_the_same_again_keeps_the_receipt(session, draft, now):
    entry, lead = draft
    receipt = submit(entry, lead, now).receipt
    with pytest.raises(RuleError) as caught:
        submit(entry, lead, now)
    assert (caught.value.code, caught.value.params["receipt"]) == ("nothing_new", receipt)


def test_nothing_is_sent_that_the_person_did_not_read_back(session, draft, now):
    entry, lead = draft
    with pytest.raises(EditConflictError) as caught:
        submit(entry, lead, now, seen="0" * 64)
    assert caught.value.code == "draft_changed"
    assert session.scalar(select(EntryVersion.id)) is None


def test_a_withdrawn_entry_can_be_neither_written_nor_brought_back(session, draft, now):
    entry, lead = draft
    with unit_of_work() as unit:
        service.withdraw_entry(unit, entry.id, actor_id=lead.id, now=now)
    with pytest.raises(RuleError) as caught:
        save(entry, lead, "problem", "x", 1, now)
    assert caught.value.code == "entry_is_withdrawn"
    assert "entry.withdrawn" in session.scalars(select(AuditRow.action)).all()


def test_no_entry_is_withdrawn_once_the_jury_has_decided(session, draft, now):
    entry, lead = draft
    entry.season.state = SeasonState.DECIDED
    session.commit()
    with pytest.raises(RuleError) as caught, unit_of_work() as unit:
        service.withdraw_entry(unit, entry.id, actor_id=lead.id, now=now)
    assert caught.value.code == "withdraw_too_late"


def test_a_started_entry_has_a_code_of_its_season_and_its_starter_as_lead(session, now):
    season, user = make.make_season(session), make.make_user(session)
    session.commit()
    with unit_of_work() as unit:
        entry = service.start_entry(unit, season.id, language="en", actor_id=user.id, now=now)
    stored = session.get_one(Entry, entry.id)
    assert stored.code.startswith("SIA26-")
    assert len(stored.code) == 10
    assert [(one.user_id, one.role.value) for one in stored.team] == [(user.id, "lead")]


def test_handing_in_anew_asks_for_a_new_screening(session, draft, now):
    entry, lead = draft
    submit(entry, lead, now)
    with unit_of_work() as unit:
        screening.screen_entry(unit, entry.id, True, "", actor_id=lead.id, now=now)
    save(entry, lead, "problem", "Changed", 1, now)
    submit(entry, lead, now)
    session.refresh(entry)
    assert (entry.state, entry.screened_at) == (EntryState.SUBMITTED, None)

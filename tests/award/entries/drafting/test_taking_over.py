"""A draft that begins with the answers of an earlier entry of the same person."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from award.entries.drafting.service import start_entry, withdraw_entry
from award.entries.drafting.taking_over import old_entries, take_over, takeover_of
from award.errors import InputError
from award.models.entries import Answer, ConsentGiven, EntryState, TeamMembership, TeamRole
from award.models.operations import AuditRow
from award.models.seasons import QuestionKind
from tests import factories as make


@pytest.fixture
def lead(session):
    return make.make_user(session)


@pytest.fixture
def old(session, lead):
    """An entry of last year, whose form asked for a consent and a pledge, too."""
    entry = make.make_entry(session, lead=lead, title="River", answers={"pledge": True, "age": 7})
    make.make_question(session, entry.season, key="pledge", kind=QuestionKind.AGREEMENT)
    make.make_question(session, entry.season, key="age", kind=QuestionKind.NUMBER)
    return entry


@pytest.fixture
def draft(session, old, lead, now):
    """Her empty draft of this year. The form asks the pledge again, and the age as a text."""
    season = make.make_season(session, programme=old.season.programme)
    make.make_question(session, season, key="pledge", kind=QuestionKind.AGREEMENT)
    make.make_question(session, season, key="age", kind=QuestionKind.SHORT_TEXT)
    season.categories[0].key = "health"
    session.flush()
    return start_entry(session, season.id, language="en", actor_id=lead.id, now=now)


def answers(session, entry):
    rows = select(Answer.key, Answer.value).where(Answer.entry_id == entry.id)
    return dict(session.execute(rows).all())


def test_only_entries_that_the_person_leads_and_that_are_over_for_her_are_offered(
    session, old, draft, lead, now
):
    still_on = make.make_entry(session, draft.season, lead)
    withdrawn = make.make_entry(session, draft.season, lead)
    withdraw_entry(session, withdrawn.id, actor_id=lead.id, now=now)
    theirs = make.make_entry(session, old.season)
    joined = TeamMembership(
        entry_id=theirs.id, user_id=lead.id, role=TeamRole.MEMBER, joined_at=now
    )
    session.add(joined)
    make.make_entry(session, lead=lead)
    assert still_on.state is EntryState.DRAFT
    found = old_entries(session, draft, lead.id, "en")
    assert [one.public_id for one in found] == [withdrawn.public_id, old.public_id]
    stranger = make.make_user(session)
    assert old_entries(session, draft, stranger.id, "en") == ()
    with pytest.raises(InputError, match="old_entry_unknown"):
        take_over(session, draft.id, theirs.public_id, actor_id=lead.id, now=now)


def test_what_fits_an_empty_question_is_taken_and_nothing_else(session, old, draft, lead, now):
    session.add(Answer(entry_id=draft.id, key="problem", value="New words", edited_at=now))
    session.flush()
    (source,) = old_entries(session, draft, lead.id, "en")
    shown = takeover_of(session, draft, source, "en")
    count = take_over(session, draft.id, old.public_id, actor_id=lead.id, now=now)
    kept = {"title", "summary", "city", "organisation", "topics", "solution", "budget"}
    before = answers(session, old)
    assert answers(session, draft) == {
        **{key: before[key] for key in kept},
        "problem": "New words",
    }
    assert {one.key for one in shown.taken} == kept
    assert [one.key for one in shown.left] == ["category", "pledge", "age"]
    assert (count, draft.title) == (7, "River")
    assert session.scalar(select(func.count()).select_from(ConsentGiven)) == 0
    logged = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert (logged.action, logged.after) == (
        "entry.answers_taken_over",
        {"from": old.public_id, "count": 7},
    )
    assert take_over(session, draft.id, old.public_id, actor_id=lead.id, now=now) == 0


def test_an_empty_draft_offers_them_and_the_page_shows_them_before(
    session, old, draft, lead, sign_in
):
    session.commit()
    client = sign_in(lead)
    address = f"/en/entries/{draft.public_id}"
    assert f"{address}/take-over" in client.get(address).text
    page = client.get(f"{address}/take-over").text
    assert "A real solution." in page
    assert "Begin with these 8 answers" in page
    assert client.post(f"{address}/take-over").status_code == 422
    done = client.post(f"{address}/take-over", data={"from": old.public_id})
    assert (done.status_code, done.location) == (303, f"{address}/edit")
    assert f"{address}/take-over" not in client.get(address).text

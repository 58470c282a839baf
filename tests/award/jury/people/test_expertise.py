"""What a juror says of herself, until she has entries."""

from __future__ import annotations

import re

import pytest

from award.errors import RuleError
from award.jury import service
from award.jury.people.expertise import Expertise, state_expertise
from award.jury.proposals.problem import load_problem
from award.models.entries import EntryState
from award.models.operations import AuditRow
from award.models.seasons import Category
from tests import factories as make

HOME = "http://localhost/LANG/judging"


@pytest.fixture
def jury(session, now):
    """A season with a category, one admitted entry of it and one juror; nothing is assigned."""
    season = make.make_season(session)
    round_ = make.make_round(session, season, jurors_per_entry=1)
    category = Category(
        season_id=season.id, key="eco", position=1, name={"en": "Ecology", "ru": "Экология"}
    )
    session.add(category)
    session.flush()
    make.make_submitted(session, season, state=EntryState.ELIGIBLE, category_id=category.id)
    user = make.make_user(session, email="jana@museum-of-soil.org")
    juror = make.make_juror(session, season, user, topics=["eco", "soil:0.5"])
    service.admit_entries(session, round_.id, actor_id=None, now=now)
    session.commit()
    return season, round_, juror


def propose(session, round_, now):
    proposal = service.draft_proposal(session, round_.id, "assign")
    return service.propose_assignment(session, round_.id, proposal, actor_id=None, now=now)


def test_a_juror_says_what_she_knows_and_the_engine_and_the_organisers_read_it(
    session, jury, sign_in
):
    season, round_, juror = jury
    juror.minimum = 5
    session.commit()
    address = f"/en/seasons/{season.public_id}/expertise"
    browser = sign_in(juror.user)
    assert address in browser.get("/en/judging").text
    page = browser.get(address).text
    assert 'value="soil:0.5"' in page
    assert re.search(r'<input [^>]*checked[^>]*value="eco"', page)
    said = {"topics": "eco", "more": "school; soil:0.5; ЭКОЛОГИЯ", "best": "en", "maximum": "3"}
    assert browser.post(address, data=said | {"maximum": "0"}).status_code == 422
    answer = browser.post(address, data=said | {"languages": ["ru", "en"]})
    assert answer.status_code == 303
    session.rollback()
    session.refresh(juror)
    assert juror.languages == ["en", "ru"]
    assert (juror.minimum, juror.maximum) == (3, 3)
    row = session.query(AuditRow).filter_by(action="juror.stated").one()
    assert (row.before["maximum"], row.after["maximum"]) == (20, 3)
    (offer,) = load_problem(session, round_.id).problem.jurors
    assert set(offer.topics) == {"Экология", "school", "soil:0.5"}
    organiser = make.make_staff(session, season.programme)
    session.commit()
    staff = sign_in(organiser)
    address = f"/en/jurors/{juror.public_id}"
    assert "said by the juror on" in staff.get(address).text
    assert "said by the juror" in staff.get(f"/en/seasons/{season.public_id}/jury").text
    changed = {"name": juror.name, "minimum": "0", "maximum": "9", "panel": ""}
    assert staff.post(address, data=changed).status_code == 303
    assert "said by the juror on" not in staff.get(address).text


def test_a_proposal_gives_her_nothing_by_what_she_said_before_and_entries_fix_it(
    session, jury, now
):
    _, round_, juror = jury
    stale = propose(session, round_, now)
    later = now.replace(year=now.year + 1)
    said = Expertise(("soil",), ("ru",), 4)
    state_expertise(session, juror.id, said, actor_id=None, now=later)
    with pytest.raises(RuleError, match="expertise_stated_meanwhile"):
        service.apply_run(session, stale.id, home_url=HOME, actor_id=None, now=later)
    fresh = propose(session, round_, later)
    service.apply_run(session, fresh.id, home_url=HOME, actor_id=None, now=later)
    with pytest.raises(RuleError, match="expertise_fixed"):
        state_expertise(session, juror.id, said, actor_id=None, now=later)

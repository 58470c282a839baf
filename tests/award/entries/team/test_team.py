"""Invitations, members, the lead, consents and eligibility."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from award.db import unit_of_work
from award.entries.drafting import service
from award.entries.requirements.answers import Problem
from award.entries.requirements.eligibility import MemberFacts, age_at, team_problems
from award.entries.team import consents
from award.entries.team import service as team
from award.errors import InputError, NotFoundError, RuleError
from award.models.entries import ConsentBy, ConsentGiven, TeamMembership, TeamRole
from award.models.operations import Mail
from award.models.seasons import Consent
from award.seasons.queries import Eligibility
from tests import factories as make

RULES = Eligibility(14, 25, date(2026, 5, 1), Decimal("0.5"), 1, 3, 18)


def member(number, born, *, student=True):
    return MemberFacts(number, f"M{number}", TeamRole.MEMBER, born, student)


def test_an_age_is_reached_on_the_birthday_itself():
    assert age_at(date(2012, 5, 1), date(2026, 4, 30)) == 13
    assert age_at(date(2012, 5, 1), date(2026, 5, 1)) == 14
    assert age_at(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_at(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_each_broken_rule_is_named_once():
    team_now = [
        member(1, date(2012, 5, 2)),
        member(2, date(2000, 5, 1), student=False),
        member(3, None, student=False),
        member(4, date(2006, 1, 1), student=False),
    ]
    found = team_problems(RULES, team_now, date(2026, 5, 1))
    assert [one.code for one in found] == [
        "team_too_large",
        "too_young",
        "too_old",
        "birth_date_missing",
        "too_few_students",
    ]
    assert found[-1].params == {"percent": 50, "students": 1, "members": 4}


def test_a_team_within_the_rules_has_no_problem():
    exact = [member(1, date(2012, 5, 1)), member(2, date(2000, 5, 2), student=False)]
    assert team_problems(RULES, exact, date(2026, 5, 1)) == []


@pytest.fixture
def minor(session, now):
    """A committed draft of a lead who is 16, in a season with one consent."""
    season = make.make_season(session, max_team=2)
    consent = Consent(
        season_id=season.id, key="data", title={"en": "Data"}, text={"en": "We keep data."}
    )
    session.add(consent)
    lead = make.make_user(session)
    entry = make.make_entry(session, season, lead)
    place = session.scalars(select(TeamMembership)).one()
    place.birth_date = now.date() - timedelta(days=16 * 366)
    session.commit()
    return entry, lead, consent


def invite(entry, lead, email, now):
    with unit_of_work() as unit:
        team.invite_member(
            unit, entry.id, email, language="en", base_url="http://x", actor_id=lead.id, now=now
        )


def test_an_invitation_is_mailed_with_its_link(session, minor, now):
    entry, lead, _consent = minor
    invite(entry, lead, "mate@example.com", now)
    mail = session.scalars(select(Mail)).one()
    assert mail.to_email == "mate@example.com"
    assert re.search(r"http://x/en/invitations/\S{20,}", mail.body)


def test_a_second_invitation_to_the_same_address_replaces_the_first(session, minor, now):
    entry, lead, _consent = minor
    invite(entry, lead, "mate@example.com", now)
    invite(entry, lead, "mate@example.com", now)
    with pytest.raises(RuleError) as caught:
        invite(entry, lead, "third@example.com", now)
    assert caught.value.code == "team_full"


def test_who_is_on_the_team_cannot_be_invited(minor, now):
    entry, lead, _consent = minor
    with pytest.raises(InputError) as caught:
        invite(entry, lead, lead.email.upper(), now)
    assert caught.value.code == "already_in_team"


def test_a_full_team_takes_nobody_and_who_left_can_come_back(session, minor, now):
    entry, lead, _consent = minor
    mate, third = make.make_user(session), make.make_user(session)
    session.commit()
    with unit_of_work() as unit:
        team.join_team(unit, entry.id, mate.id, now=now)
        team.join_team(unit, entry.id, mate.id, now=now)
    with pytest.raises(RuleError) as caught, unit_of_work() as unit:
        team.join_team(unit, entry.id, third.id, now=now)
    assert caught.value.code == "team_full"
    place = session.scalars(select(TeamMembership).filter_by(user_id=mate.id)).one()
    session.commit()
    with unit_of_work() as unit:
        team.remove_member(unit, entry.id, place.public_id, actor_id=lead.id, now=now)
        team.join_team(unit, entry.id, mate.id, now=now)
    session.refresh(place)
    assert place.left_at is None


def test_the_lead_hands_over_and_then_may_leave(session, minor, now):
    entry, lead, _consent = minor
    mate = make.make_user(session)
    session.commit()
    with unit_of_work() as unit:
        team.join_team(unit, entry.id, mate.id, now=now)
    places = {one.user_id: one for one in session.scalars(select(TeamMembership))}
    session.commit()
    with pytest.raises(RuleError) as caught, unit_of_work() as unit:
        team.remove_member(unit, entry.id, places[lead.id].public_id, actor_id=lead.id, now=now)
    assert caught.value.code == "lead_cannot_leave"
    with unit_of_work() as unit:
        team.hand_over_lead(unit, entry.id, places[mate.id].public_id, actor_id=lead.id, now=now)
        team.remove_member(unit, entry.id, places[lead.id].public_id, actor_id=lead.id, now=now)
    session.expire_all()
    assert places[mate.id].role is TeamRole.LEAD
    assert places[lead.id].left_at == now


def test_an_organiser_who_changes_the_lead_says_why(session, minor, now):
    entry, lead, _consent = minor
    with pytest.raises(InputError) as caught, unit_of_work() as unit:
        team.change_lead(unit, entry.id, "x", reason=" ", actor_id=lead.id, now=now)
    assert caught.value.code == "reason_missing"


def test_a_place_in_another_team_cannot_be_touched(session, minor, now):
    entry, lead, _consent = minor
    other = make.make_entry(session, entry.season)
    place = session.scalars(select(TeamMembership).filter_by(entry_id=other.id)).one()
    session.commit()
    with pytest.raises(NotFoundError), unit_of_work() as unit:
        team.hand_over_lead(unit, entry.id, place.public_id, actor_id=lead.id, now=now)


def agree(entry, lead, keys, now):
    with unit_of_work() as unit:
        consents.save_consents(unit, entry.id, lead.id, keys, language="en", now=now)


def given(session):
    rows = session.execute(select(ConsentGiven.by, ConsentGiven.withdrawn_at))
    found = [(by, withdrawn_at is None) for by, withdrawn_at in rows]
    session.commit()
    return found


def problems(entry, lead, now):
    try:
        with unit_of_work() as unit:
            service.submit_entry(unit, entry.id, actor_id=lead.id, now=now, language="en")
    except service.IncompleteError as error:
        return [one.code for one in error.problems]
    return []


def test_nobody_consents_in_place_of_her_guardian(session, minor, now):
    entry, lead, _consent = minor
    agree(entry, lead, ["data"], now)
    assert given(session) == []
    assert problems(entry, lead, now) == ["guardian_consent_missing"]


def test_a_guardian_consents_by_a_link_of_her_own_which_works_once(session, minor, now):
    entry, lead, _consent = minor
    with unit_of_work() as unit:
        consents.ask_guardian(
            unit,
            entry.id,
            lead.id,
            name="Olga",
            email="olga@example.com",
            language="en",
            base_url="http://x",
            now=now,
        )
    mail = session.scalars(select(Mail).where(Mail.template == "guardian_consent")).one()
    session.commit()
    secret = re.search(r"/guardian/(\S+)", mail.body).group(1)
    assert mail.to_email == "olga@example.com"

    def answer(keys):
        with unit_of_work() as unit:
            consents.guardian_answers(unit, secret, keys, name="Olga P", language="en", now=now)

    with pytest.raises(InputError):
        answer([])
    answer(["data"])
    with pytest.raises(RuleError) as caught:
        answer(["data"])
    assert caught.value.code == "guardian_link_dead"
    assert given(session) == [(ConsentBy.GUARDIAN, True)]
    assert problems(entry, lead, now) == []


def test_a_guardian_is_not_somebody_of_the_team(minor, now):
    entry, lead, _consent = minor
    with pytest.raises(InputError) as caught, unit_of_work() as unit:
        consents.ask_guardian(
            unit,
            entry.id,
            lead.id,
            name="Olga",
            email=lead.email,
            language="en",
            base_url="http://x",
            now=now,
        )
    assert caught.value.code == "guardian_is_team"


def test_an_organiser_records_a_form_signed_on_paper(session, minor, now):
    entry, lead, _consent = minor
    staff = make.make_staff(session, entry.season.programme)
    place = session.scalars(select(TeamMembership)).one()
    session.commit()
    with unit_of_work() as unit:
        count = consents.record_paper(
            unit,
            entry.id,
            place.public_id,
            ["data"],
            guardian_name="Olga P",
            language="en",
            actor_id=staff.id,
            now=now,
        )
    assert (count, given(session)) == (1, [(ConsentBy.PAPER, True)])
    assert problems(entry, lead, now) == []


def test_an_adult_consents_withdraws_and_is_asked_again_after_a_new_text(session, minor, now):
    entry, lead, consent = minor
    place = session.scalars(select(TeamMembership)).one()
    place.birth_date = date(2000, 1, 1)
    session.commit()
    agree(entry, lead, ["data"], now)
    assert given(session) == [(ConsentBy.SELF, True)]
    agree(entry, lead, [], now)
    assert given(session) == [(ConsentBy.SELF, False)]
    agree(entry, lead, ["data"], now)
    session.get_one(Consent, consent.id).text_version = 2
    session.commit()
    assert problems(entry, lead, now) == ["consent_missing"]


def test_a_problem_is_a_sentence_in_every_language():
    from award.texts import TEXTS, say

    problem = Problem("too_old", "team", params={"name": "A", "most": 25, "day": date(2026, 5, 1)})
    assert problem.code in TEXTS
    assert "1\N{NO-BREAK SPACE}May 2026" in say(problem.code, "en", problem.params)

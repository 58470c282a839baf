"""Everybody's first page, invitations of each kind, the log's page."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from sqlalchemy import select, update

from award import audit, mail
from award.accounts.tokens import issue_token
from award.db import unit_of_work
from award.mail import STUCK
from award.models.accounts import StaffMembership, StaffRole, TokenPurpose, User
from award.models.entries import TeamMembership
from award.models.jury import Juror, JurorState, RoundEntry
from award.models.operations import AuditRow, MailState
from award.models.seasons import RoundState, SeasonState
from award.models.threads import ThreadMessage
from tests import factories as make

PASSWORD = "a sentence to remember"


def stored(session, statement):
    session.expire_all()
    found = session.scalars(statement).all()
    session.commit()
    return found


def test_without_a_season_the_landing_page_says_so(client):
    assert "An award begins here" in client.get("/en/").text


def test_the_landing_page_leads_with_the_open_season(client, session):
    make.make_season(session, state=SeasonState.JUDGING, name={"en": "The old one"})
    make.make_season(session, name={"en": "The open one"})
    session.commit()
    page = client.get("/en/").text
    assert "Your idea has time until" in page
    assert page.index("The open one") < page.index("The old one")


@pytest.mark.parametrize(
    ("state", "finding"),
    [
        (SeasonState.OPEN, "Entries are open until"),
        (SeasonState.CLOSED, "The entries are in"),
        (SeasonState.JUDGING, "The jury is at work"),
        (SeasonState.DECIDED, "The jury is at work"),
        (SeasonState.ANNOUNCED, "The winners are announced"),
    ],
)
def test_a_season_has_a_page_led_by_its_state(client, session, state, finding):
    season = make.make_season(session, state=state)
    make.make_round(session, season, state=RoundState.SET_UP)
    session.commit()
    page = client.get(f"/en/{season.programme.slug}/{season.slug}").text
    assert finding in page
    assert "Impact" in page


def test_the_page_of_a_draft_is_the_page_of_nothing(client, session):
    season = make.make_season(session, state=SeasonState.DRAFT)
    slug = season.programme.slug
    session.commit()
    draft, nothing = client.get(f"/en/{slug}/{season.slug}"), client.get(f"/en/{slug}/none")
    assert draft.status_code == nothing.status_code == 404


def test_each_finds_at_home_what_is_hers(session, sign_in):
    season = make.make_season(session)
    lead, juror, owner = (make.make_user(session) for _ in range(3))
    make.make_entry(session, season, lead=lead, title="Books for villages")
    round_ = make.make_round(session, season)
    entry = make.make_submitted(session, season, title="Hidden from home")
    make.make_assignment(session, round_, entry, make.make_juror(session, season, juror))
    staff = StaffMembership(
        programme_id=season.programme_id,
        user_id=owner.id,
        role=StaffRole.OWNER,
        created_at=make.NOW,
    )
    session.add(staff)
    session.commit()
    pages = {name: sign_in(user).get("/en/").text for name, user in
             {"lead": lead, "juror": juror, "owner": owner}.items()}  # fmt: skip
    assert "Your entry is not submitted yet" in pages["lead"]
    assert "Books for villages" in pages["lead"]
    assert "One entry is waiting for your score" in pages["juror"]
    assert "Seasons that you organise" in pages["owner"]
    assert "Programmes that you look after" in pages["owner"]
    for name in ("lead", "juror"):
        assert "Seasons that you organise" not in pages[name]
    assert not any("Hidden from home" in page for page in pages.values())


def test_an_owner_of_a_programme_without_a_season_finds_where_to_begin(session, sign_in):
    programme = make.make_programme(session)
    owner = make.make_staff(session, programme, StaffRole.OWNER)
    session.commit()
    assert f"/en/programmes/{programme.public_id}" in sign_in(owner).get("/en/").text


def invite(app, now, purpose, email="new@example.com", **over):
    with app.app_context(), unit_of_work() as unit:
        return f"/en/invitations/{issue_token(unit, purpose, now=now, email=email, **over)}"


@pytest.fixture
def invited(app, session, now):
    """A link of each kind for new@example.com, and what accepting it must leave behind."""

    class Invited:
        season = make.make_season(session)
        entry = make.make_entry(session, season)
        juror = make.make_juror(
            session, season, state=JurorState.INVITED, user_id=None, email="new@example.com"
        )

    session.commit()
    programme_id = Invited.season.programme_id
    staff = {"programme_id": programme_id, "staff_role": StaffRole.ORGANISER}
    Invited.staff_link = invite(app, now, TokenPurpose.STAFF_INVITATION, **staff)
    Invited.juror_link = invite(app, now, TokenPurpose.JUROR_INVITATION, juror_id=Invited.juror.id)
    Invited.team_link = invite(app, now, TokenPurpose.TEAM_INVITATION, entry_id=Invited.entry.id)
    Invited.kinds = {
        "staff": (Invited.staff_link, select(StaffMembership.user_id), "You are invited to work"),
        "juror": (
            Invited.juror_link,
            select(Juror.user_id).where(Juror.state == JurorState.ACTIVE),
            "You are invited to the jury",
        ),
        "team": (
            Invited.team_link,
            select(TeamMembership.user_id).where(TeamMembership.role == "member"),
            "You are invited to the team",
        ),
    }
    return Invited


@pytest.mark.parametrize("kind", ["staff", "juror", "team"])
def test_a_new_person_accepts_with_a_name_and_a_password(client, session, invited, kind):
    link, members, finding = invited.kinds[kind]
    assert finding in client.get(link).text
    assert stored(session, members) == []
    answer = client.post(link, data={"name": "Nina New", "password": PASSWORD})
    assert answer.status_code == 303
    (user_id,) = stored(session, select(User.id).where(User.email == "new@example.com"))
    assert stored(session, members) == [user_id]
    assert client.get("/en/profile").status_code == 200
    assert client.get(link).status_code == 409


@pytest.mark.parametrize("kind", ["staff", "juror", "team"])
def test_who_is_signed_in_accepts_by_a_click(session, sign_in, invited, kind):
    user = make.make_user(session, email="new@example.com", password_hash="x")
    session.commit()
    link, members, _finding = invited.kinds[kind]
    client = sign_in(user)
    assert "You are signed in as new@example.com" in client.get(link).text
    answer = client.post(link)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    assert stored(session, members) == [user.id]
    assert client.post(link).status_code == 409


@pytest.mark.parametrize("kind", ["juror", "team"])
def test_a_juror_and_a_member_may_come_with_another_account(session, sign_in, invited, kind):
    user = make.make_user(session)
    session.commit()
    link, members, _finding = invited.kinds[kind]
    client = sign_in(user)
    assert "The invitation was sent to new@example.com" in client.get(link).text
    assert client.post(link).status_code == 303
    assert stored(session, members) == [user.id]


def test_staff_come_with_the_invited_address_only_and_the_link_stays_alive(
    session, sign_in, invited
):
    user = make.make_user(session)
    session.commit()
    answer = sign_in(user).post(invited.staff_link)
    assert answer.status_code == 409
    assert "This invitation is for another address" in answer.text
    assert stored(session, select(StaffMembership.id)) == []
    assert sign_in(user).get(invited.staff_link).status_code == 200


def test_who_has_an_account_signs_in_first_and_comes_back(client, session, invited):
    make.make_user(session, email="new@example.com", password_hash="x")
    session.commit()
    page = client.get(invited.team_link).text
    assert "Your address has an account already" in page
    assert f"/en/sign-in?next={invited.team_link}" in page
    refused = client.post(invited.team_link, data={"name": "N", "password": PASSWORD})
    assert refused.status_code == 409


def test_an_account_that_nobody_confirmed_does_not_stand_in_the_way(client, session, invited):
    make.make_user(
        session, email="new@example.com", password_hash="somebody else's", email_confirmed_at=None
    )
    session.commit()
    answer = client.post(invited.team_link, data={"name": "Nina", "password": PASSWORD})
    assert answer.status_code == 303
    assert stored(session, select(User.name).where(User.email == "new@example.com")) == ["Nina"]


def test_a_refused_password_keeps_the_name_and_the_link(client, session, invited):
    answer = client.post(invited.team_link, data={"name": "Nina New", "password": "short"})
    assert answer.status_code == 422
    assert 'value="Nina New"' in answer.text
    assert 'id="password-error"' in answer.text
    assert client.get(invited.team_link).status_code == 200


def test_a_juror_says_no_by_a_click_and_a_look_does_not(client, session, invited):
    state = select(Juror.state)
    page = client.get(invited.juror_link).text
    (name,) = stored(session, select(Juror.name))
    assert f'value="{name}"' in page
    assert "at most 20 entries" in page
    assert stored(session, state) == [JurorState.INVITED]
    assert client.post(f"{invited.juror_link}/decline").status_code == 303
    assert stored(session, state) == [JurorState.DECLINED]
    assert client.get(invited.juror_link).status_code == 409


@pytest.fixture
def log(session, now, sign_in):
    """A log of 130 rows by two people; a foreign programme's row is in it too."""

    class Log:
        season = make.make_season(session)
        auditor = make.make_staff(session, season.programme, StaffRole.AUDITOR)
        anna = make.make_user(session, name="Anna Able")
        boris = make.make_user(session, name="Boris 100%")
        foreign = make.make_season(session)

    for number in range(130):
        audit.record(
            session,
            "entry.saved" if number % 2 else "juror.invited",
            actor_id=(Log.anna if number % 3 else Log.boris).id,
            now=now,
            season_id=Log.season.id,
        )
    audit.record(session, "foreign.thing", actor_id=Log.anna.id, now=now, season_id=Log.foreign.id)
    session.commit()
    Log.client = sign_in(Log.auditor)
    Log.url = f"/en/seasons/{Log.season.public_id}/audit"
    return Log


def test_the_log_pages_through_everything_of_the_season_and_nothing_else(log):
    first = log.client.get(log.url)
    second = log.client.get(f"{log.url}?below=31")
    assert first.text.count('<td class="num minor">') == 100
    assert second.text.count('<td class="num minor">') == 30
    assert "Older changes" in first.text
    assert "Older changes" not in second.text
    assert "foreign.thing" not in first.text + second.text


def test_the_log_is_filtered_by_what_and_by_whom(log):
    what = log.client.get(f"{log.url}?action=entry.saved").text
    who = log.client.get(f"{log.url}?who=Boris").text
    assert what.count('<td class="num minor">') == 65
    assert who.count('<td class="num minor">') == 44
    assert "Anna Able" not in who
    assert log.client.get(f"{log.url}?who=100%25").text.count('<td class="num minor">') == 44
    assert "No change matches" in log.client.get(f"{log.url}?who=%25%25").text


@pytest.mark.parametrize(
    "query", ["below=x", "below=-1", "below=99999999999999999999", "action=%27"]
)
def test_a_nonsense_filter_is_no_fault(log, query):
    assert log.client.get(f"{log.url}?{query}").status_code == 200


def test_the_chain_is_verified_by_a_click(log, session):
    assert "The log holds" in log.client.get(f"{log.url}/verify").text
    session.execute(update(AuditRow).where(AuditRow.id == 5).values(action="entry.lost"))
    session.commit()
    page = log.client.get(f"{log.url}/verify").text
    assert "The log does not hold at one place" in page
    assert "№ 5" in page


def test_the_export_verifies_elsewhere_and_names_nobody(log):
    answer = log.client.get(f"{log.url}.jsonl", buffered=True)
    rows = [json.loads(line) for line in answer.text.splitlines()[:-1]]
    assert list(audit.breaks(rows)) == []
    assert len(rows) == json.loads(answer.text.splitlines()[-1])["rows"] == 131
    assert "Anna" not in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    rows[7]["action"] = "entry.lost"
    assert list(audit.breaks(rows)) == [audit.Break(8, "altered")]


def test_the_export_tells_nothing_of_another_season_and_still_links(log):
    answer = log.client.get(f"{log.url}.jsonl", buffered=True)
    last = json.loads(answer.text.splitlines()[-2])
    assert set(last) == {"id", "previous_hash", "hash"}
    assert "foreign.thing" not in answer.text


def test_the_overview_is_led_by_what_needs_somebody(session, sign_in):
    season = make.make_season(session, state=SeasonState.CLOSED)
    make.make_submitted(session, season)
    organiser = make.make_staff(session, season.programme)
    session.commit()
    page = sign_in(organiser).get(f"/en/seasons/{season.public_id}").text
    assert "<h1>One entry is not screened yet</h1>" in page
    assert "1 entry, 1 handed in" in page


def test_each_thing_that_needs_somebody_leads_to_where_it_is_mended(session, sign_in, now):
    season = make.make_season(session, state=SeasonState.CLOSED)
    entry = make.make_submitted(session, season, title="Bus stops")
    round_ = make.make_round(session, season, state=RoundState.SET_UP, opens_at=now)
    session.add(RoundEntry(round_id=round_.id, entry_id=entry.id))
    make.make_juror(session, season, name="Silent Sam", state=JurorState.INVITED)
    make.make_juror(session, season, name="Busy Bea")
    kinds = {MailState.DEAD: 5, MailState.QUEUED: STUCK, MailState.SENT: 1}
    for state, attempts in kinds.items():
        one = mail.queue(
            session, "protocol_ready", to=f"{state.value}@example.org", name="A", key=state.value,
            now=now, season_id=season.id, context={"season": "S", "round": "R", "url": "u"},
        )  # fmt: skip
        one.state, one.attempts = state, attempts
    session.add(
        ThreadMessage(
            key="t", entry_id=entry.id, author_id=entry.team[0].user_id, from_staff=False,
            text="May we?", written_at=now,
        )
    )  # fmt: skip
    organiser = make.make_staff(session, season.programme)
    session.commit()
    office = sign_in(organiser)
    page = office.get(f"/en/seasons/{season.public_id}").text
    needs = re.findall(r'<li><div><b>([^<]+)</b></div><a [^>]*href="([^"]+)"', page)
    there = {finding: office.get(unescape(address)).text for finding, address in needs}
    wanted = {
        "One mail could not be delivered": ("dead@example.org", "sent@example.org"),
        "One mail has not got through for half an hour": ("queued@example.org", "dead@example.org"),
        "One team waits for an answer": ("May we?", "None found"),
        "One entry is not screened yet": ("Bus stops", "None found"),
        "Round one: 3 places of jurors are empty": (entry.code, "None found"),
        "Round one: the jury was to begin, and the round is not open": ("Open the round", "closed"),
        "One juror has not answered the invitation": ("Silent Sam", "Busy Bea"),
    }
    assert there.keys() == wanted.keys()
    for finding, (shown, hidden) in wanted.items():
        assert (shown in there[finding], hidden in there[finding]) == (True, False), finding

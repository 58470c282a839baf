"""Inviting jurors and accepting; what an invitation must not be."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from award.accounts.tokens import find_token
from award.errors import InputError, RuleError
from award.jury.people import invitations
from award.models.accounts import TokenPurpose
from award.models.jury import Juror, JurorState
from award.models.operations import Mail
from award.models.seasons import RoundState
from tests import factories as make


def offer(**over):
    values = {"name": "Anna Orlova", "email": "anna@hse.ru", "topics": ("school",)}
    return invitations.JurorOffer(**(values | over))


def invite(session, season, now, **over):
    return invitations.invite_juror(
        session,
        season.id,
        offer(**over),
        base_url="http://localhost",
        language="en",
        now=now,
        actor_id=None,
    )


@pytest.fixture
def season(session):
    return make.make_season(session)


def test_an_invitation_is_mailed_and_accepted_once(session, season, now):
    juror = invite(session, season, now)
    mail = session.query(Mail).filter_by(template="juror_invitation").one()
    secret = re.search(r"/en/invitations/(\S+)", mail.body)[1]
    assert find_token(session, secret, TokenPurpose.JUROR_INVITATION, now=now).juror_id == juror.id
    user = make.make_user(session)
    invitations.accept_invitation(session, juror.id, user.id, now)
    assert (juror.state, juror.user_id) == (JurorState.ACTIVE, user.id)
    with pytest.raises(RuleError, match="invitation_taken"):
        invitations.accept_invitation(session, juror.id, make.make_user(session).id, now)


def test_an_invitation_names_its_dates_and_its_work_in_the_jurors_language(session, season, now):
    make.make_user(session, email="anna@hse.ru", language="de")
    make.make_round(
        session,
        season,
        state=RoundState.SET_UP,
        opens_at=datetime(2027, 3, 26, 9, tzinfo=UTC),
        closes_at=datetime(2027, 4, 2, 20, 59, tzinfo=UTC),
    )
    season.programme.time_zone = "Europe/Berlin"
    invite(session, season, datetime(2027, 3, 1, 12, tzinfo=UTC), maximum=15)
    sent = session.query(Mail).filter_by(template="juror_invitation").one()
    text = sent.body.replace("\N{NO-BREAK SPACE}", " ")
    assert (sent.language, "/de/invitations/" in text) == ("de", True)
    assert "Freitag, 26. März 2027, 10:00 Uhr Berlin" in text
    assert "Freitag, 2. April 2027, 22:59 Uhr Berlin" in text
    assert "15 Einreichungen" in text
    assert "2 Stunden" in text
    assert text.count("26. März") == 2
    late = invite(session, season, datetime(2027, 3, 30, 12, tzinfo=UTC), email="late@hse.ru")
    sent = session.query(Mail).filter_by(to_email=late.email).one()
    assert sent.body.count("April") == 2


def test_one_address_is_invited_once_a_season(session, season, now):
    invite(session, season, now)
    with pytest.raises(InputError, match="juror_invited_already"):
        invite(session, season, now, email="Anna@HSE.ru")


def test_one_person_cannot_be_two_jurors(session, season, now):
    user = make.make_user(session)
    for email in ("one@a.org", "two@b.org"):
        invite(session, season, now, email=email)
    first, second = session.query(Juror).order_by(Juror.id)
    invitations.accept_invitation(session, first.id, user.id, now)
    with pytest.raises(RuleError, match="juror_twice"):
        invitations.accept_invitation(session, second.id, user.id, now)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"minimum": 5, "maximum": 3}, "limits_crossed"),
        ({"name": " "}, "juror_name_missing"),
        ({"email": "nowhere"}, "email_invalid"),
        ({"panel": "moscow"}, "panel_unknown"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(session, season, now, over, code):
    with pytest.raises(InputError, match=code):
        invite(session, season, now, **over)

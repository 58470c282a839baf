from __future__ import annotations

import pytest
from sqlalchemy import select

from award import jobs
from award.education.importing import AttendancePlan, Person
from award.education.service import save_workshop, take_attendance
from award.errors import AwardError
from award.models.operations import Mail
from award.models.results import Certificate, CertificateKind, CertificateState
from award.results.certificates.attending import attendees, order_attendance
from award.results.certificates.look_queries import longest
from award.results.certificates.printing import attendance, printed_of
from tests import factories as make


@pytest.fixture
def taught(session, now):
    """Three people: two workshops, one workshop, and a sign-up that nobody came of."""
    season = make.make_season(session)
    values = {"held_on": None, "place": ""}
    ids = [
        save_workshop(
            session, season.id, None, values | {"name": {"en": name}}, actor_id=None, now=now
        ).id
        for name in ("Find a problem", "Pitching")
    ]
    people = (
        Person("Anna", "anna@example.com", language="en", marks=dict.fromkeys(ids, True)),
        Person("Boris", marks={ids[0]: True}, language="de"),
        Person("Clara", "clara@example.com", marks={ids[0]: False}),
    )
    take_attendance(session, season.id, AttendancePlan(people), actor_id=None, now=now)
    session.commit()
    return season


def order(session, season, minimum, now, **over):
    return order_attendance(session, season.id, minimum, actor_id=None, now=now, **over)


def refused(call, *args, **kwargs):
    with pytest.raises(AwardError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_who_came_often_enough_gets_one_certificate_without_an_account(session, taught, now):
    wanted = [
        (one.name, one.language, one.user_id) for one in attendees(session, taught.id, 1, now=now)
    ]
    assert wanted == [("Anna", "en", None), ("Boris", "ru", None)]
    assert [one.name for one in attendees(session, taught.id, 2, now=now)] == ["Anna"]
    assert attendees(session, taught.id, 3, now=now) == []
    assert refused(order, session, taught, 0, now) == "minimum_unknown"
    assert order(session, taught, 2, now, tell=True).count == 1
    assert order(session, taught, 1, now).count == 1
    assert refused(order, session, taught, 1, now) == "nobody_new"
    session.commit()
    for_two, for_one = session.scalars(select(Certificate).order_by(Certificate.id))
    assert printed_of(session, for_two).data.sentence.startswith("for attending 2 workshops of")
    assert printed_of(session, for_one).data.sentence.startswith("за\xa0участие в\xa0воркшопе")
    session.commit()
    jobs.sweep()
    session.expire_all()
    found = session.scalars(select(Certificate).order_by(Certificate.name)).all()
    assert [(one.name, one.kind, one.state) for one in found] == [
        ("Anna", CertificateKind.PARTICIPANT, CertificateState.ISSUED),
        ("Boris", CertificateKind.PARTICIPANT, CertificateState.ISSUED),
    ]
    told = session.scalars(select(Mail.to_email).where(Mail.template == "certificate_issued"))
    assert list(told) == ["anna@example.com"]


@pytest.mark.parametrize(
    ("workshops", "ru", "de"),
    [
        (1, "за участие в воркшопе образовательного", "für die Teilnahme an einem Workshop der"),
        (3, "за участие в 3 воркшопах образовательного", "für die Teilnahme an 3 Workshops der"),
        (7, "за участие в 7 воркшопах образовательного", "für die Teilnahme an 7 Workshops der"),
        (21, "за участие в 21 воркшопе образовательного", "für die Teilnahme an 21 Workshops der"),
    ],
)
def test_a_certificate_says_how_many_workshops_in_each_language(workshops, ru, de):
    assert attendance(workshops, "ru").replace("\xa0", " ").startswith(ru)
    assert attendance(workshops, "de").replace("\xa0", " ").startswith(de)
    assert attendance(0, "ru") == ""


def test_the_proof_for_attendance_has_the_longest_name_of_who_was_there(session, taught):
    make.make_juror(session, taught, name="Somebody With a Far Longer Name")
    session.commit()
    assert longest(session, taught.id, "en", attendance=True).name == "Boris"
    assert longest(session, taught.id, "en").name == "Somebody With a Far Longer Name"


def test_the_page_offers_the_minimum_with_how_many_it_reaches(session, taught, sign_in):
    organiser = make.make_staff(session, taught.programme)
    session.commit()
    browser, address = sign_in(organiser), f"/en/seasons/{taught.public_id}/certificates"
    page = browser.get(address).text
    assert "at least one workshop: 2 people" in page
    assert "at least 2 workshops: 1 person" in page
    bad = browser.post(f"{address}/attendance", data={"minimum": "7"})
    assert bad.status_code == 422
    assert browser.post(f"{address}/attendance", data={"minimum": "2"}).status_code == 303
    again = browser.post(f"{address}/attendance", data={"minimum": "2"})
    assert (again.status_code, "Nothing was" in again.text) == (409, True)

from __future__ import annotations

import io

from sqlalchemy import select

from award.education.importing import AttendancePlan, Person
from award.education.service import take_attendance
from award.models.education import Attendance, Participant, Workshop
from tests import factories as make

TABLE = (
    "ФИО;E-mail;Find a problem\nАлёна Фёдорова;alena@example.com;+\nБорис Ким;boris@example.com;-\n"
)


def workshop_of(session, organiser, season, name="Find a problem"):
    address = f"/en/seasons/{season.public_id}/workshops"
    sent = {"name-en": name, "held_on": "2026-03-12", "place": "Perm"}
    assert organiser.post(address, data=sent).status_code == 303
    session.rollback()
    return session.scalars(select(Workshop).order_by(Workshop.id.desc())).first()


def test_a_table_goes_through_the_mapping_page_onto_the_list_and_the_page_of_a_workshop(
    session, sign_in
):
    season = make.make_season(session)
    organiser = make.make_staff(session, season.programme)
    session.commit()
    browser = sign_in(organiser)
    workshop = workshop_of(session, browser, season)
    twice = {"name-en": "find a PROBLEM"}
    assert browser.post(f"/en/seasons/{season.public_id}/workshops", data=twice).status_code == 422
    start = f"/en/seasons/{season.public_id}/import"
    upload = (io.BytesIO(TABLE.encode("cp1251")), "attendance.csv")
    sent = browser.post(start, data={"target": "participants", "table": upload})
    columns = browser.get(sent.headers["Location"]).text
    assert "Was there: Find a problem" in columns
    chosen = {"column-0": "name", "column-1": "email", "column-2": f"at:{workshop.public_id}"}
    checked = browser.post(f"{sent.headers['Location']}/check", data=chosen)
    assert (checked.status_code, "2 people can be imported" in checked.text) == (200, True)
    session.rollback()
    assert session.scalars(select(Participant)).all() == []
    done = browser.post(f"{sent.headers['Location']}/all", data=chosen, follow_redirects=True)
    assert "2 people are imported." in done.text
    assert done.text.index("Алёна Фёдорова") < done.text.index("Борис Ким")
    page = browser.get(f"/en/workshops/{workshop.public_id}").text
    assert "1 of 2 were there" in page
    listed = f"/en/seasons/{season.public_id}/participants"
    found = browser.get(f"{listed}?q=ФЕДОРОВА&least=1").text
    assert ("Алёна Фёдорова" in found, "Борис Ким" in found) == (True, False)
    table = browser.get(f"/en/seasons/{season.public_id}/tables/participants.csv?least=1").text
    assert ("Алёна Фёдорова" in table, "Борис Ким" in table) == (True, False)
    assert browser.get(f"{listed}?least=x&page=-4&workshop=nowhere").status_code == 200


def test_marks_people_who_come_in_and_who_is_forgotten(session, sign_in):
    season = make.make_season(session)
    organiser = make.make_staff(session, season.programme)
    session.commit()
    browser = sign_in(organiser)
    workshop = workshop_of(session, browser, season)
    base = f"/en/workshops/{workshop.public_id}"
    assert browser.post(f"{base}/people", data={"name": "", "email": ""}).status_code == 422
    assert browser.post(f"{base}/people", data={"name": "Eva", "email": "no"}).status_code == 422
    assert browser.post(f"{base}/people", data={"name": "Eva", "email": ""}).status_code == 303
    session.rollback()
    eva = session.scalars(select(Participant)).one()
    browser.post(f"{base}/attendance", data={"was": eva.public_id})
    session.rollback()
    assert session.scalars(select(Attendance.attended)).one() is False
    sent = {"shown": eva.public_id, "there": eva.public_id}
    browser.post(f"{base}/attendance", data=sent)
    session.rollback()
    assert session.scalars(select(Attendance.attended)).one() is True
    assert browser.post(f"{base}/remove").status_code == 409
    assert browser.post(f"/en/participants/{eva.public_id}/remove").status_code == 303
    assert browser.post(f"{base}/remove").status_code == 303
    changed = browser.post(base, data={"name-en": "x"})
    assert changed.status_code == 404


def test_lists_cost_the_same_with_three_and_with_thirty_people(
    session, sign_in, count_queries, now
):
    season = make.make_season(session)
    organiser = make.make_staff(session, season.programme)
    session.commit()
    browser = sign_in(organiser)
    workshop = workshop_of(session, browser, season)
    addresses = (
        f"/en/seasons/{season.public_id}/participants",
        f"/en/seasons/{season.public_id}/workshops",
        f"/en/workshops/{workshop.public_id}",
    )

    def fill(numbers):
        people = tuple(Person(f"P{n}", marks={workshop.id: n % 2 == 0}) for n in numbers)
        take_attendance(session, season.id, AttendancePlan(people), actor_id=None, now=now)
        session.commit()

    fill(range(3))
    few = [count_queries(lambda at=at: browser.get(at)) for at in addresses]
    fill(range(3, 30))
    many = [count_queries(lambda at=at: browser.get(at)) for at in addresses]
    assert few == many
    assert max(many) <= 12
    assert "P29" in browser.get(addresses[0]).text

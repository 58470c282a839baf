from __future__ import annotations

import pytest
from sqlalchemy import func, select

from award import audit
from award.education import service
from award.education.importing import AttendancePlan, Person
from award.education.queries import Asked, attended_at_least, participant_page, places
from award.errors import AwardError
from award.models.education import Attendance, Participant
from award.models.operations import AuditRow
from tests import factories as make


@pytest.fixture
def taught(session, now):
    """A season with two workshops."""
    season = make.make_season(session)
    made = [add(session, season, name, now) for name in ("Find a problem", "Pitching")]
    session.commit()
    return season, made


def add(session, season, name, now, workshop_id=None):
    values = {"name": {"en": name}, "held_on": None, "place": ""}
    return service.save_workshop(session, season.id, workshop_id, values, actor_id=None, now=now)


def take(session, season, *people, now):
    plan = AttendancePlan(people)
    return service.take_attendance(session, season.id, plan, actor_id=None, now=now)


def there(session, workshop):
    rows, _total = places(session, workshop.id)
    return {row.name: row.attended for row in rows}


def refused(call, *args, **kwargs):
    with pytest.raises(AwardError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_importing_again_adds_and_takes_back_only_by_a_plain_no(session, taught, now):
    season, (first, second) = taught
    anna = Person("Anna", "anna@example.com", marks={first.id: True, second.id: False})
    done = take(session, season, anna, Person("Boris", marks={first.id: True}), now=now)
    assert (done.people, done.added, done.marks) == (2, 2, 2)
    again = Person("Anna K.", "ANNA@example.com", city="Perm", marks={first.id: False})
    done = take(session, season, again, now=now)
    assert (done.added, done.marks) == (0, 0)
    assert there(session, first) == {"Anna": True, "Boris": True}
    rows, total = participant_page(session, season.id, Asked("perm anna"))
    assert (total, rows[0].name, rows[0].city, rows[0].attended) == (1, "Anna", "Perm", 1)
    no = Person("Anna", "anna@example.com", marks={first.id: False}, absent={first.id})
    assert take(session, season, no, now=now).marks == 1
    assert there(session, first) == {"Anna": False, "Boris": True}
    assert audit.verify(session) == []
    logged = session.scalars(select(AuditRow.after).where(AuditRow.season_id == season.id))
    assert "Anna" not in str(list(logged))


def test_names_are_found_whatever_their_case_and_letters(session, taught, now):
    season, _workshops = taught
    take(session, season, Person("Алёна Фёдорова"), Person("Ефим"), Person("Ёжиков"), now=now)
    assert take(session, season, Person("АЛЕНА  федорова"), now=now).added == 0
    rows, _total = participant_page(session, season.id, Asked("ФЕДОРОВА"))
    assert [row.name for row in rows] == ["Алёна Фёдорова"]
    rows, _total = participant_page(session, season.id, Asked())
    assert [row.name for row in rows] == ["Алёна Фёдорова", "Ёжиков", "Ефим"]


def test_two_who_mark_the_same_page_do_not_undo_each_other(session, taught, now):
    season, (first, _second) = taught
    take(session, season, *(Person(name, marks={first.id: False}) for name in "AB"), now=now)
    ids = dict(session.execute(select(Participant.name, Participant.public_id)).all())
    shown = dict.fromkeys(ids.values(), False)
    values = {"actor_id": None, "now": now}
    assert service.mark_attendance(session, first.id, shown, [ids["A"]], **values) == 1
    # The other's page is older than that: nobody is ticked on it but B.
    assert service.mark_attendance(session, first.id, shown, [ids["B"]], **values) == 1
    assert there(session, first) == {"A": True, "B": True}
    shown = dict.fromkeys(ids.values(), True)
    assert service.mark_attendance(session, first.id, shown, [ids["B"]], **values) == 1
    assert there(session, first) == {"A": False, "B": True}
    assert (
        service.mark_attendance(session, first.id, {"stranger": False}, ["stranger"], **values) == 0
    )


def test_counts_say_how_many_came_at_least_so_often(session, taught, now):
    season, (first, second) = taught
    assert attended_at_least(session, season.id) == []
    take(
        session,
        season,
        Person("A", marks={first.id: True, second.id: True}),
        Person("B", marks={first.id: True}),
        Person("C", marks={first.id: False}),
        now=now,
    )
    assert attended_at_least(session, season.id) == [(1, 2), (2, 1)]
    rows, total = participant_page(session, season.id, Asked(least=2))
    assert ([row.name for row in rows], total) == (["A"], 1)
    rows, _total = participant_page(session, season.id, Asked(workshop=first.public_id))
    assert [row.name for row in rows] == ["A", "B"]


def test_who_comes_without_signing_up_is_noted_once(session, taught, now):
    _season, (first, second) = taught
    values = {"actor_id": None, "now": now}
    one = service.add_participant(session, first.id, name="Eva", email="e@example.com", **values)
    two = service.add_participant(session, second.id, name="Eva", email="E@example.com", **values)
    assert one.id == two.id
    assert (there(session, first), there(session, second)) == ({"Eva": True}, {"Eva": True})
    call = service.add_participant
    code = refused(call, session, first.id, name=" ", email="", **values)
    assert code == "participant_name_missing"
    assert refused(call, session, first.id, name="X", email="x@", **values) == "email_invalid"


def test_workshops_keep_names_apart_and_stay_while_somebody_is_in_them(session, taught, now):
    season, (first, second) = taught
    assert refused(add, session, season, "FIND a  problem", now) == "workshop_twice"
    assert add(session, season, "Find a problem", now, first.id).id == first.id
    take(session, season, Person("A", marks={first.id: False}), now=now)
    values = {"actor_id": None, "now": now}
    assert refused(service.remove_workshop, session, first.id, **values) == "workshop_used"
    service.remove_workshop(session, second.id, **values)
    row = session.scalars(select(Participant)).one()
    service.remove_participant(session, row.id, **values)
    assert session.scalar(select(func.count(Attendance.id))) == 0
    assert refused(service.remove_participant, session, row.id, **values) == "not_found"

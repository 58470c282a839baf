"""The demo's education phase: workshops, the people who signed up, and who was there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from award.demo.form import text
from award.demo.library import Project
from award.education.importing import AttendancePlan, Person
from award.education.service import save_workshop, take_attendance
from award.models.education import Workshop
from award.models.seasons import Season

WORKSHOPS = (
    (text("Найти проблему", "Find a problem", "Ein Problem finden"), "Москва"),
    (text("Проверить идею, а не себя", "Test the idea, not yourself", "Die Idee prüfen"), "Пермь"),
    (text("Команда и роли", "Team and roles", "Team und Rollen"), "Казань"),
    (text("Бюджет на салфетке", "A budget on a napkin", "Ein Budget auf der Serviette"), "онлайн"),
    (text("Рассказать за три минуты", "Tell it in three minutes", "In drei Minuten"), "онлайн"),
)


def teach(
    session: Session,
    season: Season,
    chosen: Sequence[Project],
    organiser_id: int,
    *,
    first: datetime,
    now: datetime,
) -> None:
    """Plan five workshops, a week apart from ``first`` on; people of the projects sign up for some.

    Who is past is marked: most came.
    """
    workshops = [
        save_workshop(
            session,
            season.id,
            None,
            {"name": name, "held_on": (first + timedelta(weeks=at)).date(), "place": place},
            actor_id=organiser_id,
            now=first,
        )
        for at, (name, place) in enumerate(WORKSHOPS)
    ]
    chance = random.Random(season.slug)
    people = [
        _person(chance, season, project, at, workshops, now) for at, project in enumerate(chosen)
    ]
    plan = AttendancePlan(tuple({person.key: person for person in people}.values()))
    take_attendance(session, season.id, plan, actor_id=organiser_id, now=min(now, first))


def _person(
    chance: random.Random,
    season: Season,
    project: Project,
    number: int,
    workshops: Sequence[Workshop],
    now: datetime,
) -> Person:
    """The project's last member; every tenth left no address."""
    person = Person(
        name=project.members[-1].name,
        email=f"{season.slug}.w{number + 1}@students.example" if number % 10 else "",
        organisation=project.organisation,
        city=project.city,
        language=project.language,
    )
    for workshop in chance.sample(workshops, k=chance.randint(1, len(workshops))):
        held = workshop.held_on is not None and workshop.held_on <= now.date()
        person.marks[workshop.id] = held and chance.random() < 0.8
    return person

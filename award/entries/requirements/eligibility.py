"""Who may enter: ages, students, team size and consents, as rules over plain facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from award.entries.requirements.answers import Problem
from award.entries.requirements.asked import Asked
from award.models.entries import ConsentBy, TeamRole
from award.models.seasons import ConsentScope
from award.seasons.queries import ConsentItem, Eligibility


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What the rules need to know about one member of a team."""

    user_id: int
    name: str
    role: TeamRole
    birth_date: date | None
    is_student: bool


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """One agreement on record, not withdrawn."""

    consent_id: int
    user_id: int
    by: ConsentBy
    text_version: int
    given_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentNeed:
    """One agreement that one person owes: by herself, or by her guardian.

    given is None while it is missing; outdated where an older text was agreed to.
    """

    consent: ConsentItem
    user_id: int
    name: str
    by_guardian: bool
    given: GivenConsent | None
    outdated: bool

    @property
    def missing(self) -> bool:
        """Whether the current text still waits for its agreement."""
        return self.given is None


def age_at(birth_date: date, day: date) -> int:
    """Return the completed years on a day; who was born on 29 February turns on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def local_day(moment: datetime, zone: str) -> date:
    """Return the calendar day of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def age_day(form: Asked, now: datetime) -> date:
    """Return the day on which ages count: the season's, else that of its deadline, else today."""
    if form.eligibility.age_on:
        return form.eligibility.age_on
    return local_day(form.closes_at or now, form.zone)


def needs_guardian(birth_date: date | None, rules: Eligibility, today: date) -> bool:
    """Whether somebody is too young today to consent alone; without a birth date: no."""
    return birth_date is not None and age_at(birth_date, today) < rules.guardian_below_age


def team_problems(
    rules: Eligibility, members: Sequence[MemberFacts], counted_on: date
) -> list[Problem]:
    """Return which rules about ages, students and size the team breaks; empty where none.

    members: everybody who is on the team now. counted_on: the day on which ages count.
    """
    problems = [*_size_problems(rules, len(members))]
    for member in members:
        problems.extend(_age_problems(rules, member, counted_on))
    share = rules.min_student_share
    students = sum(member.is_student for member in members)
    if share and members and Decimal(students) / len(members) < share:
        percent = int((share * 100).to_integral_value())
        params = {"percent": percent, "students": students, "members": len(members)}
        problems.append(Problem("too_few_students", "team", params=params))
    return problems


def _size_problems(rules: Eligibility, size: int) -> Iterable[Problem]:
    if size < rules.min_team:
        yield Problem("team_too_small", "team", params={"least": rules.min_team, "count": size})
    if rules.max_team is not None and size > rules.max_team:
        yield Problem("team_too_large", "team", params={"most": rules.max_team, "count": size})


def _age_problems(rules: Eligibility, member: MemberFacts, day: date) -> Iterable[Problem]:
    if member.birth_date is None:
        named = {"name": member.name}
        yield Problem("birth_date_missing", "team", params=named, user_id=member.user_id)
        return
    age = age_at(member.birth_date, day)
    if rules.min_age is not None and age < rules.min_age:
        params = {"name": member.name, "least": rules.min_age, "day": day}
        yield Problem("too_young", "team", params=params)
    if rules.max_age is not None and age > rules.max_age:
        params = {"name": member.name, "most": rules.max_age, "day": day}
        yield Problem("too_old", "team", params=params)


def consent_needs(
    form: Asked,
    members: Sequence[MemberFacts],
    given: Sequence[GivenConsent],
    today: date,
) -> list[ConsentNeed]:
    """Return every agreement that is asked, person by person in team order, given or not.

    A consent for the entry is the lead's. A guardian's is counted for who is too young today;
    what she gave herself while older than that rule says stays valid for herself only.
    """
    return [
        _need(form, consent, member, given, today)
        for member in members
        for consent in form.consents
        if consent.scope is ConsentScope.MEMBER or member.role is TeamRole.LEAD
    ]


def _need(
    form: Asked,
    consent: ConsentItem,
    member: MemberFacts,
    given: Sequence[GivenConsent],
    today: date,
) -> ConsentNeed:
    guardian = consent.by_guardian and needs_guardian(member.birth_date, form.eligibility, today)
    accepted = {ConsentBy.GUARDIAN, ConsentBy.PAPER} if guardian else set(ConsentBy)
    fitting = [
        one
        for one in given
        if one.consent_id == consent.id and one.user_id == member.user_id and one.by in accepted
    ]
    current = [one for one in fitting if one.text_version == consent.text_version]
    return ConsentNeed(
        consent=consent,
        user_id=member.user_id,
        name=member.name,
        by_guardian=guardian,
        given=max(current, key=lambda one: one.given_at, default=None),
        outdated=bool(fitting) and not current,
    )


def consent_problems(needs: Iterable[ConsentNeed]) -> list[Problem]:
    """Return the required agreements that are missing, in the order of ``needs``."""
    return [
        Problem(
            "guardian_consent_missing" if need.by_guardian else "consent_missing",
            "consents",
            need.consent.key,
            {"name": need.name, "consent": need.consent.title},
            need.user_id,
        )
        for need in needs
        if need.consent.required and need.missing
    ]

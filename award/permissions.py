"""Who may do what: one table from permission to rule, and the guards that every view declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, wraps
from typing import Any, TypeVar

from flask import Flask, g
from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, joinedload, object_session
from sqlalchemy.sql.base import ExecutableOption

from award.db import db
from award.errors import NotFoundError, SignInRequiredError
from award.models.accounts import StaffMembership, StaffRole, User
from award.models.appeals import Appeal
from award.models.entries import Entry, EntryState, StoredFile, TeamMembership, TeamRole
from award.models.jury import Assignment, AssignmentState, Juror, JurorState
from award.models.results import Certificate
from award.models.seasons import Programme, Round, Season

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What can be allowed: ``resource:action``."""

    ACCOUNT_USE = "account:use"
    PROGRAMME_CREATE = "programme:create"
    PROGRAMME_READ = "programme:read"
    PROGRAMME_EDIT = "programme:edit"
    STAFF_MANAGE = "staff:manage"
    KEYS_MANAGE = "keys:manage"
    SEASON_READ = "season:read"
    SEASON_EDIT = "season:edit"
    SEASON_AUDIT = "season:audit"
    ENTRY_CREATE = "entry:create"
    ENTRY_READ = "entry:read"
    ENTRY_EDIT = "entry:edit"
    ENTRY_LEAD = "entry:lead"
    ENTRY_SCREEN = "entry:screen"
    FILE_READ = "file:read"
    JURY_READ = "jury:read"
    JURY_EDIT = "jury:edit"
    JURY_SERVE = "jury:serve"
    SHEET_SCORE = "sheet:score"
    SHEET_REOPEN = "sheet:reopen"
    SCORES_READ = "scores:read"
    RESULTS_DECIDE = "results:decide"
    DELIBERATION_JOIN = "deliberation:join"
    DELIBERATION_LEAD = "deliberation:lead"
    STAGE_FOLLOW = "stage:follow"
    STAGE_LEAD = "stage:lead"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_READ = "certificate:read"
    APPEAL_READ = "appeal:read"
    APPEAL_ANSWER = "appeal:answer"
    MAIL_READ = "mail:read"
    EXPORT_READ = "export:read"
    PROTOCOL_SIGN = "protocol:sign"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person of a request with all her memberships, loaded by one statement.

    staff: programme id -> role; jurors: season id -> juror id (active only);
    teams: entry id -> role (those she left are not there).
    """

    user_id: int | None = None
    staff: Mapping[int, StaffRole] = field(default_factory=dict)
    jurors: Mapping[int, int] = field(default_factory=dict)
    chairs: frozenset[int] = frozenset()
    teams: Mapping[int, TeamRole] = field(default_factory=dict)

    @property
    def signed_in(self) -> bool:
        """Whether there is a person at all."""
        return self.user_id is not None

    @property
    def person_id(self) -> int:
        """The person's id, where a page is only for who is signed in; SignInRequiredError else."""
        if self.user_id is None:
            raise SignInRequiredError
        return self.user_id

    def works_for(self, programme_id: int, *roles: StaffRole) -> bool:
        """Whether she has one of the roles (any where none is named) in the programme."""
        role = self.staff.get(programme_id)
        return role is not None and (not roles or role in roles)


NOBODY = Actor()


def _memberships() -> CompoundSelect[Any]:
    """Return the statement that reads all memberships of the person ``me``."""
    me = bindparam("me", type_=Integer)
    active = Juror.user_id == me, Juror.state == JurorState.ACTIVE
    return union_all(
        select(
            literal("staff"),
            StaffMembership.programme_id,
            # the first part types the column: a StaffRole would refuse the roles of teams
            type_coerce(StaffMembership.role, String),
            null(),
        ).where(StaffMembership.user_id == me),
        select(literal("juror"), Juror.season_id, literal(""), Juror.id).where(
            *active, Juror.is_chair.is_(False)
        ),
        select(literal("chair"), Juror.season_id, literal(""), Juror.id).where(
            *active, Juror.is_chair
        ),
        select(literal("team"), TeamMembership.entry_id, TeamMembership.role, null()).where(
            TeamMembership.user_id == me, TeamMembership.left_at.is_(None)
        ),
    )


MEMBERSHIPS = _memberships()
"""Put together once: every request of somebody signed in reads them."""


def load_actor(session: Session, user: User | None) -> Actor:
    """Read all memberships of a person in one statement; NOBODY for None."""
    if user is None:
        return NOBODY
    rows: Sequence[Any] = session.execute(MEMBERSHIPS, {"me": user.id}).all()
    return Actor(
        user_id=user.id,
        staff={key: StaffRole(role) for kind, key, role, _ in rows if kind == "staff"},
        jurors={key: juror for kind, key, _, juror in rows if kind in {"juror", "chair"}},
        chairs=frozenset(juror for kind, _, _, juror in rows if kind == "chair"),
        teams={key: TeamRole(role) for kind, key, role, _ in rows if kind == "team"},
    )


Rule = Callable[[Actor, Any], bool]
READERS = (StaffRole.OWNER, StaffRole.ORGANISER, StaffRole.AUDITOR)
EDITORS = (StaffRole.OWNER, StaffRole.ORGANISER)


def _programme_id(subject: Any) -> int:
    """Return the programme that a programme, season or anything with a season belongs to."""
    if isinstance(subject, Programme):
        return subject.id
    if isinstance(subject, Season | StoredFile):
        return subject.programme_id
    session = object_session(subject)
    if isinstance(subject, Assignment | Appeal):
        return int(subject.round.season.programme_id)
    if session is None:
        raise ValueError("a permission asks about an object that no session holds")
    season = session.get_one(Season, subject.season_id)
    return season.programme_id


def _anybody_signed_in(actor: Actor, _subject: Any) -> bool:
    return actor.signed_in


def _owner_of_any(actor: Actor, _subject: Any) -> bool:
    return StaffRole.OWNER in actor.staff.values()


def _staff(*roles: StaffRole) -> Rule:
    def rule(actor: Actor, subject: Any) -> bool:
        return actor.works_for(_programme_id(subject), *roles)

    return rule


def _outside_team(rule: Rule) -> Rule:
    """Narrow a staff rule: who is on a team acts for that entry as a team member only."""

    def narrowed(actor: Actor, subject: Any) -> bool:
        entry_id = subject.id if isinstance(subject, Entry) else None
        if isinstance(subject, Assignment | StoredFile | Appeal):
            entry_id = subject.entry_id
        return entry_id not in actor.teams and rule(actor, subject)

    return narrowed


def _team(actor: Actor, entry: Entry) -> bool:
    return entry.id in actor.teams


def _lead(actor: Actor, entry: Entry) -> bool:
    return actor.teams.get(entry.id) is TeamRole.LEAD


def _any_of(*rules: Rule) -> Rule:
    def rule(actor: Actor, subject: Any) -> bool:
        return any(one(actor, subject) for one in rules)

    return rule


def _juror_of(actor: Actor, season: Season) -> bool:
    return season.id in actor.jurors


def _juror_of_round(actor: Actor, round_: Any) -> bool:
    return round_.season_id in actor.jurors


def _chair(actor: Actor, round_: Round) -> bool:
    return actor.jurors.get(round_.season_id) in actor.chairs


def _own_assignment(actor: Actor, assignment: Assignment) -> bool:
    """Whether it is her own, not ended nor withdrawn, and she is not on the team."""
    return (
        assignment.juror_id in actor.jurors.values()
        and assignment.state not in {AssignmentState.RECUSED, AssignmentState.EXCLUDED}
        and assignment.entry_id not in actor.teams
        and assignment.entry.state is not EntryState.WITHDRAWN
    )


def _file_of_own_entry(actor: Actor, file: StoredFile) -> bool:
    return file.entry_id is not None and file.entry_id in actor.teams


def _own_certificate(actor: Actor, certificate: Certificate) -> bool:
    """Whether it bears her name; one that is nobody's account is the whole team's."""
    if certificate.user_id is not None:
        return certificate.user_id == actor.user_id
    return certificate.entry_id in actor.teams


POLICY: Mapping[Permission, Rule] = {
    Permission.ACCOUNT_USE: _anybody_signed_in,
    Permission.PROGRAMME_CREATE: _owner_of_any,
    Permission.PROGRAMME_READ: _staff(*READERS),
    Permission.PROGRAMME_EDIT: _staff(*EDITORS),
    Permission.STAFF_MANAGE: _staff(StaffRole.OWNER),
    Permission.KEYS_MANAGE: _staff(StaffRole.OWNER),
    Permission.SEASON_READ: _staff(*READERS),
    Permission.SEASON_EDIT: _staff(*EDITORS),
    Permission.SEASON_AUDIT: _staff(*READERS),
    Permission.ENTRY_CREATE: _anybody_signed_in,
    Permission.ENTRY_READ: _any_of(_team, _outside_team(_staff(*READERS))),
    Permission.ENTRY_EDIT: _team,
    Permission.ENTRY_LEAD: _lead,
    Permission.ENTRY_SCREEN: _outside_team(_staff(*EDITORS)),
    Permission.FILE_READ: _any_of(_file_of_own_entry, _outside_team(_staff(*READERS))),
    Permission.JURY_READ: _outside_team(_staff(*READERS)),
    Permission.JURY_EDIT: _outside_team(_staff(*EDITORS)),
    Permission.JURY_SERVE: _juror_of,
    Permission.SHEET_SCORE: _own_assignment,
    Permission.SHEET_REOPEN: _outside_team(_staff(*EDITORS)),
    Permission.SCORES_READ: _staff(*READERS),
    Permission.RESULTS_DECIDE: _outside_team(_staff(*EDITORS)),
    Permission.DELIBERATION_JOIN: _any_of(_juror_of_round, _staff(*READERS)),
    Permission.DELIBERATION_LEAD: _any_of(_chair, _staff(*EDITORS)),
    Permission.STAGE_FOLLOW: _any_of(_juror_of_round, _staff(*READERS)),
    Permission.STAGE_LEAD: _any_of(_chair, _staff(*EDITORS)),
    Permission.CERTIFICATE_ISSUE: _staff(*EDITORS),
    Permission.CERTIFICATE_READ: _any_of(_own_certificate, _staff(*READERS)),
    Permission.APPEAL_READ: _outside_team(_staff(*READERS)),
    Permission.APPEAL_ANSWER: _outside_team(_staff(*EDITORS)),
    Permission.MAIL_READ: _staff(*READERS),
    Permission.EXPORT_READ: _staff(*READERS),
    Permission.PROTOCOL_SIGN: _juror_of_round,
}


def current_actor() -> Actor:
    """Return the request's actor, loaded once."""
    if "actor" not in g:
        from flask_login import current_user  # noqa: PLC0415 - only a request has one

        user = current_user._get_current_object() if current_user.is_authenticated else None
        g.actor = load_actor(db.session(), user)
    actor: Actor = g.actor
    return actor


def can(permission: Permission | str, subject: Any = None, actor: Actor | None = None) -> bool:
    """Whether the actor (of the request where none is given) may; templates ask the same."""
    return POLICY[Permission(permission)](actor or current_actor(), subject)


def requires(permission: Permission, model: type[Any] | None = None) -> Callable[[View], View]:
    """Guard a view. With a model, load it by the URL's ``public_id`` and hand it over first.

    Nobody signed in: SignInRequiredError before anything is looked up. Not there, or not
    allowed: the same NotFoundError, so that neither tells the other.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if not actor.signed_in:
                raise SignInRequiredError
            if model is None:
                if not can(permission, None, actor):
                    raise NotFoundError
                return view(*args, **kwargs)
            subject = find(db.session(), model, kwargs.pop("public_id"))
            if not can(permission, subject, actor):
                raise NotFoundError
            g.subject = subject
            return view(subject, *args, **kwargs)

        guarded.__declared__ = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def public(view: View) -> View:
    """Declare that a view is open to everybody on purpose."""
    view.__declared__ = "public"  # type: ignore[attr-defined]
    return view


WITH: Mapping[type[Any], Sequence[ExecutableOption]] = {
    Season: (joinedload(Season.programme),),
    Round: (joinedload(Round.season).joinedload(Season.programme),),
}
"""What is loaded with a row, because every page of it asks for it."""


@cache
def _by_public_id(model: type[Any]) -> Select[Any]:
    """Return the statement that loads a row; put together once, for nearly every page asks it."""
    column = model.number if model is Certificate else model.public_id
    return select(model).where(column == bindparam("public_id")).options(*WITH.get(model, ()))


def find(session: Session, model: type[Any], public_id: str) -> Any:
    """Load a row by its public id (a certificate by its number); NotFoundError if there is none."""
    statement = _by_public_id(model)  # type: ignore[arg-type] # a class is hashable
    found = session.scalar(statement, {"public_id": public_id})
    if found is None:
        raise NotFoundError
    return found


def check_declared(app: Flask) -> None:
    """Refuse to start while a view declares nothing or a permission has no rule."""
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "__declared__")
    ]
    if silent:
        raise RuntimeError(f"views that declare neither @requires nor @public: {sorted(silent)}")
    missing = set(Permission) - set(POLICY)
    if missing:
        raise RuntimeError(f"permissions without a rule: {sorted(missing)}")

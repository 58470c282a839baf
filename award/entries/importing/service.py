"""Writing imported entries: many at once, submitted, with accounts for their teams."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from award import audit
from award.accounts.emails import email_key
from award.db import locked, new_public_id, pick_text
from award.entries.importing.cells import Person
from award.entries.importing.plans import (
    ALPHABET,
    EntryPlan,
    NewEntry,
    check_still_free,
    free_codes,
)
from award.entries.mails import mail_member
from award.entries.requirements.facts import digest_of
from award.errors import RuleError
from award.models.accounts import User
from award.models.entries import (
    CATEGORY,
    TITLE,
    Answer,
    Entry,
    EntryState,
    EntryVersion,
    TeamMembership,
    TeamRole,
)
from award.models.seasons import Category, Season, SeasonState
from award.seasons.form.versions import current_form

TOO_LATE = (SeasonState.DECIDED, SeasonState.ANNOUNCED, SeasonState.ARCHIVED)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ImportedEntries:
    """What an import of entries made: the entries by id in file order, and new accounts."""

    entry_ids: tuple[int, ...]
    accounts: int


def import_entries(
    session: Session,
    season_id: int,
    plan: EntryPlan,
    *,
    invite: bool = False,
    base_url: str = "",
    actor_id: int | None,
    now: datetime,
) -> ImportedEntries:
    """Make the entries of a plan, submitted, with their teams; all or none.

    People without an account get one without a password: "forgot password" lets them in. invite:
    mail each lead where her entry is now. Raises RuleError("import.season_over") once the season
    is decided, InputError("import.changed_meanwhile") where one of them came otherwise.
    """
    season = locked(session, Season, season_id)
    if season.state in TOO_LATE:
        raise RuleError("import.season_over")
    check_still_free(session, season_id, plan)
    made = insert_entries(
        session, season, plan.entries, EntryState.SUBMITTED, actor_id=actor_id, now=now
    )
    if invite:
        _invite_leads(session, season, made.entry_ids, base_url, now)
    return made


def insert_entries(
    session: Session,
    season: Season,
    entries: Sequence[NewEntry],
    state: EntryState,
    *,
    actor_id: int | None,
    now: datetime,
) -> ImportedEntries:
    """Insert entries in bulk with their submitted version, answers, team and audit rows.

    The caller has checked that codes are free and answers clean.
    """
    users, accounts = _users(session, entries, now)
    taken = frozenset(session.scalars(select(Entry.code).where(Entry.season_id == season.id)))
    codes = free_codes(taken, season.code_prefix, entries)
    public_ids = [new_public_id() for _ in entries]
    ids = _insert_rows(session, season.id, entries, codes, public_ids, state, now)
    digests = _insert_versions(session, season.id, ids, codes, entries, users, actor_id, now)
    _insert_answers(session, ids, entries, actor_id, now)
    _insert_teams(session, ids, entries, users, now)
    audit.record_all(
        session,
        "entry.imported",
        (
            ("entry", public_id, {"code": code, "digest": digest, "state": state})
            for public_id, code, digest in zip(public_ids, codes, digests, strict=True)
        ),
        actor_id=actor_id,
        now=now,
        programme_id=season.programme_id,
        season_id=season.id,
    )
    return ImportedEntries(tuple(ids), accounts)


def _insert_rows(
    session: Session,
    season_id: int,
    entries: Sequence[NewEntry],
    codes: Sequence[str],
    public_ids: Sequence[str],
    state: EntryState,
    now: datetime,
) -> list[int]:
    found = select(Category.key, Category.id).where(Category.season_id == season_id)
    categories = {row.key: row.id for row in session.execute(found)}
    rows = [
        {
            "public_id": public_id,
            "season_id": season_id,
            "code": code,
            "title": entry.answers[TITLE],
            "category_id": categories.get(entry.answers.get(CATEGORY, "")),
            "language": entry.language,
            "state": state,
            "created_at": now,
            "edited_at": now,
            "submitted_at": now,
            "screened_at": now if state is EntryState.ELIGIBLE else None,
            "version": 1,
        }
        for entry, code, public_id in zip(entries, codes, public_ids, strict=True)
    ]
    return insert_ids(session, Entry, rows)


def insert_ids(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows in bulk and return their ids in the order given."""
    if not rows:
        return []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def _users(
    session: Session, entries: Sequence[NewEntry], now: datetime
) -> tuple[dict[str, int], int]:
    """Return the account of every address, and how many of them are new."""
    wanted: dict[str, tuple[Person, str]] = {}
    for entry in entries:
        for one in (*([entry.lead] if entry.lead else []), *entry.members):
            if one.email:
                wanted.setdefault(email_key(one.email), (one, entry.language))
    keys = list(wanted)
    known: dict[str, int] = {}
    for at in range(0, len(keys), AT_ONCE):
        found = select(User.email_key, User.id).where(User.email_key.in_(keys[at : at + AT_ONCE]))
        known.update({row.email_key: row.id for row in session.execute(found)})
    new = [key for key in keys if key not in known]
    rows = [
        {
            "public_id": new_public_id(),
            "email": wanted[key][0].email,
            "email_key": key,
            "name": wanted[key][0].name,
            "language": wanted[key][1],
            "created_at": now,
        }
        for key in new
    ]
    known.update(zip(new, insert_ids(session, User, rows), strict=True))
    return known, len(new)


def _insert_versions(
    session: Session,
    season_id: int,
    ids: Sequence[int],
    codes: Sequence[str],
    entries: Sequence[NewEntry],
    users: dict[str, int],
    actor_id: int | None,
    now: datetime,
) -> list[str]:
    names = _names(session, users)
    form = current_form(session, season_id, now=now)
    rows = []
    for entry_id, code, entry in zip(ids, codes, entries, strict=True):
        team = _team(entry, users, names)
        answers = dict(entry.answers)
        rows.append(
            {
                "entry_id": entry_id,
                "number": 1,
                "receipt": f"{code}-1-{''.join(secrets.choice(ALPHABET) for _ in range(6))}",
                "answers": answers,
                "files": [],
                "team": team,
                "digest": digest_of(answers, [], team),
                "form_version_id": form.id,
                "submitted_at": now,
                "submitted_by_id": actor_id,
            }
        )
    versions = insert_ids(session, EntryVersion, rows)
    current = select(EntryVersion.id).where(EntryVersion.entry_id == Entry.id).scalar_subquery()
    table: Any = Entry.__table__
    for at in range(0, len(versions), AT_ONCE):
        chosen = table.c.id.in_(ids[at : at + AT_ONCE])
        session.execute(update(table).where(chosen).values(current_version_id=current))
    return [str(row["digest"]) for row in rows]


def _names(session: Session, users: dict[str, int]) -> dict[int, str]:
    ids = list(users.values())
    names: dict[int, str] = {}
    for at in range(0, len(ids), AT_ONCE):
        found = select(User.id, User.name).where(User.id.in_(ids[at : at + AT_ONCE]))
        names.update({row.id: row.name for row in session.execute(found)})
    return names


def _team(entry: NewEntry, users: dict[str, int], names: dict[int, str]) -> list[dict[str, str]]:
    """Return the team as a version snapshots it; who has no account is there by name only."""
    if entry.lead is None:
        return []
    lead = email_key(entry.lead.email)
    team = [{"name": names[users[lead]], "role": TeamRole.LEAD.value}]
    for one in _others(entry):
        name = names[users[email_key(one.email)]] if one.email else one.name
        team.append({"name": name, "role": TeamRole.MEMBER.value})
    return team


def _others(entry: NewEntry) -> list[Person]:
    """Return the members who are not the lead again, each address once."""
    lead = email_key(entry.lead.email) if entry.lead else ""
    seen, others = {lead}, []
    for one in entry.members:
        key = email_key(one.email)
        named_lead = entry.lead is not None and not key and one.name == entry.lead.name
        if (key and key in seen) or named_lead:
            continue
        seen.add(key)
        others.append(one)
    return others


def _insert_answers(
    session: Session,
    ids: Sequence[int],
    entries: Sequence[NewEntry],
    actor_id: int | None,
    now: datetime,
) -> None:
    rows = [
        {
            "entry_id": entry_id,
            "key": key,
            "value": value,
            "edited_at": now,
            "edited_by_id": actor_id,
            "version": 1,
        }
        for entry_id, entry in zip(ids, entries, strict=True)
        for key, value in entry.answers.items()
    ]
    if rows:
        session.execute(insert(Answer), rows)


def _insert_teams(
    session: Session,
    ids: Sequence[int],
    entries: Sequence[NewEntry],
    users: dict[str, int],
    now: datetime,
) -> None:
    rows = []
    for entry_id, entry in zip(ids, entries, strict=True):
        if entry.lead is None:
            continue
        people = [(entry.lead, TeamRole.LEAD)]
        people += [(one, TeamRole.MEMBER) for one in _others(entry) if one.email]
        rows += [
            {
                "public_id": new_public_id(),
                "entry_id": entry_id,
                "user_id": users[email_key(one.email)],
                "role": role,
                "joined_at": now,
            }
            for one, role in people
        ]
    if rows:
        session.execute(insert(TeamMembership), rows)


def _invite_leads(
    session: Session, season: Season, entry_ids: Sequence[int], base_url: str, now: datetime
) -> None:
    for entry_id in entry_ids:
        entry = session.get_one(Entry, entry_id)
        lead = session.scalars(
            select(User)
            .join(TeamMembership, TeamMembership.user_id == User.id)
            .where(TeamMembership.entry_id == entry_id, TeamMembership.role == TeamRole.LEAD)
        ).one()
        context = {
            "season": pick_text(season.name, lead.language),
            "title": entry.title,
            "code": entry.code,
            "email": lead.email,
            "forgot_url": f"{base_url}/{lead.language}/forgot",
            "url": f"{base_url}/{lead.language}/entries/{entry.public_id}",
        }
        mail_member(session, "entry_imported", lead, entry, "import", context, now=now)

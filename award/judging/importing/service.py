"""Scores from a table into a round: assignments and submitted sheets, all or none, audited."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from award import audit
from award.accounts.emails import email_key
from award.db import locked, new_public_id
from award.entries.importing.plans import NewEntry
from award.entries.importing.service import AT_ONCE, insert_entries, insert_ids
from award.errors import InputError, RuleError
from award.i18n import fold
from award.judging.importing.cells import ScorePlan, Sheet
from award.judging.importing.names import Names, check_names, known_names
from award.judging.sheets import plain_points
from award.models.entries import TITLE, EntryState
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState, Juror, JurorState, RoundEntry
from award.models.seasons import Round, RoundState, Season

IMPORTABLE = (RoundState.OPEN, RoundState.CLOSED, RoundState.TABULATED)
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class ImportedScores:
    """What an import of scores made; entries and jurors count new ones."""

    round_public_id: str
    sheets: int
    scores: int
    entries: int
    jurors: int


def import_scores(
    session: Session,
    round_id: int,
    plan: ScorePlan,
    *,
    create: bool = False,
    own: Collection[int] = (),
    actor_id: int | None,
    now: datetime,
    progress: Progress = lambda done: None,
) -> ImportedScores:
    """Write the sheets of a plan into a round as submitted, with what they need.

    Makes assignments that are missing and admits eligible entries; create: also entries (their
    title is their code, they have no team) and jurors without an account. own: entries on whose
    teams the actor is. progress is told how many sheets were written.

    Raises RuleError("import.round_not_importable") unless the round is open, closed or tabulated,
    InputError("import.changed_meanwhile") where the rubric is another by now, TableErrors as
    check_names.
    """
    round_ = locked(session, Round, round_id)
    if round_.state not in IMPORTABLE:
        raise RuleError("import.round_not_importable")
    criteria = {one.key: one.id for one in round_.criteria}
    if set(criteria) != {line.key for line in plan.lines}:
        raise InputError("import.changed_meanwhile")
    names = known_names(session, round_.season_id, round_id)
    check_names(names, plan, create=create, own=own)
    season = session.get_one(Season, round_.season_id)
    made = len(names.new_entries), len(names.new_jurors)
    _create_missing(session, season, names, actor_id, now)
    _admit(session, round_, names, plan)
    _write(session, round_, names, plan, criteria, actor_id, now, progress)
    _summarise(session, round_, season, plan, made, actor_id, now)
    return ImportedScores(round_.public_id, len(plan.sheets), plan.scores, *made)


def _create_missing(
    session: Session, season: Season, names: Names, actor_id: int | None, now: datetime
) -> None:
    entries = [NewEntry({TITLE: code}, code) for code in names.new_entries.values()]
    made = insert_entries(session, season, entries, EntryState.ELIGIBLE, actor_id=actor_id, now=now)
    names.entries.update(zip(names.new_entries, made.entry_ids, strict=True))
    rows = [_juror_row(season.id, name, now) for name in names.new_jurors.values()]
    ids = insert_ids(session, Juror, rows)
    names.jurors.update((key, {id_}) for key, id_ in zip(names.new_jurors, ids, strict=True))
    audit.record_all(
        session,
        "juror.imported",
        (("juror", row["public_id"], {"account": False}) for row in rows),
        actor_id=actor_id,
        now=now,
        programme_id=season.programme_id,
        season_id=season.id,
    )


def _juror_row(season_id: int, name: str, now: datetime) -> dict[str, Any]:
    """A juror whom nobody can write to: her key is her name, which no address looks like."""
    address = name if "@" in name else ""
    return {
        "public_id": new_public_id(),
        "season_id": season_id,
        "name": name,
        "email": address,
        "email_key": email_key(address) or f"name:{fold(name)}",
        "state": JurorState.ACTIVE,
        "answered_at": now,
    }


def _admit(session: Session, round_: Round, names: Names, plan: ScorePlan) -> None:
    inside = set(
        session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_.id))
    )
    wanted = dict.fromkeys(names.entry_id(sheet.entry) for sheet in plan.sheets)
    rows = [{"round_id": round_.id, "entry_id": one} for one in wanted if one not in inside]
    if rows:
        session.execute(insert(RoundEntry), rows)


def _write(
    session: Session,
    round_: Round,
    names: Names,
    plan: ScorePlan,
    criteria: Mapping[str, int],
    actor_id: int | None,
    now: datetime,
    progress: Progress,
) -> None:
    positions = Counter(juror for _entry, juror in names.assignments)
    for at in range(0, len(plan.sheets), AT_ONCE):
        part = plan.sheets[at : at + AT_ONCE]
        assignments = _assign(session, round_, names, part, positions, now)
        rows = [
            {
                "assignment_id": assignment_id,
                "state": SheetState.SUBMITTED,
                "edited_at": now,
                "submitted_at": now,
                "entered_by_id": actor_id,
                "version": 1,
            }
            for assignment_id, _public_id in assignments
        ]
        ids = insert_ids(session, ScoreSheet, rows)
        scores = [
            {"sheet_id": sheet_id, "criterion_id": criteria[key], "points": points}
            for sheet_id, sheet in zip(ids, part, strict=True)
            for key, points in sheet.points.items()
        ]
        session.execute(insert(Score), scores)
        _record(session, round_, part, [public_id for _id, public_id in assignments], actor_id, now)
        progress(len(part))


def _assign(
    session: Session,
    round_: Round,
    names: Names,
    sheets: Sequence[Sheet],
    positions: Counter[int],
    now: datetime,
) -> list[tuple[int, str]]:
    """Return (id, public id) of each sheet's assignment, made where it was missing; now done."""
    pairs = [_pair(names, sheet) for sheet in sheets]
    missing = [pair for pair in pairs if pair not in names.assignments]
    rows = [_assignment_row(round_.id, *pair, positions, now) for pair in missing]
    new = dict(
        zip(
            missing,
            insert_ids(session, Assignment, rows),
            strict=True,
        )
    )
    ids = [new[pair] if pair in new else names.assignments[pair][0] for pair in pairs]
    table: Any = Assignment.__table__
    session.execute(
        update(table)
        .where(table.c.id.in_([names.assignments[p][0] for p in pairs if p not in new]))
        .values(state=AssignmentState.DONE, version=table.c.version + 1)
    )
    found = select(Assignment.id, Assignment.public_id).where(Assignment.id.in_(ids))
    public = {row.id: row.public_id for row in session.execute(found)}
    return [(id_, public[id_]) for id_ in ids]


def _assignment_row(
    round_id: int, entry_id: int, juror_id: int, positions: Counter[int], now: datetime
) -> dict[str, Any]:
    """Return a new assignment that is done, the next one in its juror's order."""
    positions[juror_id] += 1
    return {
        "public_id": new_public_id(),
        "round_id": round_id,
        "entry_id": entry_id,
        "juror_id": juror_id,
        "state": AssignmentState.DONE,
        "position": positions[juror_id],
        "manual": True,
        "created_at": now,
        "version": 1,
    }


def _pair(names: Names, sheet: Sheet) -> tuple[int, int]:
    entry_id, juror_id = names.entry_id(sheet.entry), names.juror_id(sheet.juror)
    if entry_id is None or juror_id is None:
        raise InputError("import.changed_meanwhile")
    return entry_id, juror_id


def _record(
    session: Session,
    round_: Round,
    sheets: Sequence[Sheet],
    public_ids: Sequence[str],
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record_all(
        session,
        "sheet.imported",
        (
            (
                "assignment",
                public_id,
                {key: plain_points(value) for key, value in sorted(sheet.points.items())},
            )
            for sheet, public_id in zip(sheets, public_ids, strict=True)
        ),
        actor_id=actor_id,
        now=now,
        programme_id=round_.season.programme_id,
        season_id=round_.season_id,
    )


def _summarise(
    session: Session,
    round_: Round,
    season: Season,
    plan: ScorePlan,
    made: tuple[int, int],
    actor_id: int | None,
    now: datetime,
) -> None:
    """One row for the whole: how much came, and the digest of what the table said."""
    said = [[sheet.entry, sheet.juror, sheet.points] for sheet in plan.sheets]
    audit.record(
        session,
        "round.scores_imported",
        round_,
        actor_id=actor_id,
        now=now,
        after={
            "sheets": len(plan.sheets),
            "scores": plan.scores,
            "new_entries": made[0],
            "new_jurors": made[1],
            "digest": hashlib.sha256(audit.canonical(said)).hexdigest(),
        },
        programme_id=season.programme_id,
        season_id=season.id,
    )

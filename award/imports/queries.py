"""What can be imported into a season, the fields that there are, and what a table would make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import texts
from award.db import pick_text
from award.education.importing import (
    AT,
    AttendancePlan,
    participant_fields,
    plan_participants,
)
from award.education.queries import workshop_rows
from award.entries.importing.plans import EntryPlan, entry_fields, plan_entries
from award.entries.requirements.answers import all_questions
from award.entries.requirements.asked import asked_of
from award.errors import NotFoundError, RuleError
from award.imports.columns import POINTS, Choice, score_fields
from award.judging.importing.cells import FIELDS, ScorePlan, name_columns, plan_scores
from award.judging.importing.names import check_names, known_names, rubric_lines
from award.judging.importing.service import IMPORTABLE
from award.jury.people.importing import juror_fields, plan_jurors
from award.jury.people.invitations import JurorOffer
from award.models.entries import TITLE, StoredFile
from award.models.seasons import Criterion, Round
from exports.tables.fields import Field, named_table
from exports.tables.mapping import ColumnMapping
from exports.tables.reading import Table

WAITING = "import"
"""The question key of files that hang on no entry, but wait for somebody to match their columns."""
SHOWN_ROWS = 20
Plan = EntryPlan | ScorePlan | AttendancePlan | tuple[JurorOffer, ...]


class Kind(StrEnum):
    """What the rows of a table are."""

    ENTRIES = "entries"
    JURORS = "jurors"
    SCORES = "scores"
    PARTICIPANTS = "participants"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a table goes. key stands in addresses; name is the round's, "" for the season."""

    key: str
    kind: Kind
    season_id: int
    round_id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would make: how many, the first of them, how many entries lack something."""

    count: int
    rows: tuple[tuple[str, ...], ...]
    incomplete: int = 0


def targets(session: Session, season_id: int, language: str) -> tuple[Target, ...]:
    """Return what can be imported: entries, jurors, participants, and the scores of each round that
    takes them.
    """
    rounds = session.scalars(
        select(Round)
        .where(Round.season_id == season_id, Round.state.in_(IMPORTABLE))
        .order_by(Round.position)
    )
    return (
        Target(Kind.ENTRIES.value, Kind.ENTRIES, season_id),
        Target(Kind.JURORS.value, Kind.JURORS, season_id),
        Target(Kind.PARTICIPANTS.value, Kind.PARTICIPANTS, season_id),
        *(
            Target(one.public_id, Kind.SCORES, season_id, one.id, pick_text(one.name, language))
            for one in rounds
        ),
    )


def find_target(session: Session, season_id: int, key: str, language: str) -> Target:
    """Return the target of that key; NotFoundError for any other."""
    for one in targets(session, season_id, language):
        if one.key == key:
            return one
    raise NotFoundError


def find_table(session: Session, programme_id: int, public_id: str) -> StoredFile:
    """Return a table that waits; RuleError("import.file_expired") where it does no longer."""
    found = session.scalar(
        select(StoredFile).where(
            StoredFile.public_id == public_id,
            StoredFile.programme_id == programme_id,
            StoredFile.question_key == WAITING,
            StoredFile.entry_id.is_(None),
        )
    )
    if found is None:
        raise RuleError("import.file_expired")
    return found


def choices(session: Session, target: Target, language: str) -> tuple[Choice, ...]:
    """Return the fields of a target with their names in ``language``, in the order of the form."""
    fields, names = _fields(session, target, language)
    return tuple(
        Choice(field, names.get(field.key) or texts.say(f"import.field_{field.key}", language))
        for field in fields
    )


def _fields(
    session: Session, target: Target, language: str
) -> tuple[Sequence[Field], dict[str, str]]:
    if target.kind is Kind.ENTRIES:
        asked = all_questions(asked_of(session, target.season_id, language), language)
        return entry_fields(session, target.season_id), {one.key: one.label for one in asked}
    if target.kind is Kind.JURORS:
        return juror_fields(), {}
    if target.kind is Kind.PARTICIPANTS:
        names = _workshop_names(session, target.season_id, language)
        return participant_fields(session, target.season_id), names
    points = [Field(POINTS + one.key, one.titles) for one in rubric_lines(session, target.round_id)]
    return score_fields(FIELDS, points), _criterion_names(session, target.round_id, language)


def _workshop_names(session: Session, season_id: int, language: str) -> dict[str, str]:
    return {
        AT + one.public_id: texts.say("import.field_at", language, {"workshop": one.name})
        for one in workshop_rows(session, season_id, language)
    }


def _criterion_names(session: Session, round_id: int, language: str) -> dict[str, str]:
    found = session.execute(
        select(Criterion.key, Criterion.title).where(Criterion.round_id == round_id)
    )
    return {
        POINTS + row.key: texts.say(
            "import.field_points", language, {"criterion": pick_text(row.title, language)}
        )
        for row in found
    }


def plan_of(
    session: Session,
    target: Target,
    table: Table,
    mapping: ColumnMapping,
    *,
    own: Collection[int] = (),
) -> Plan:
    """Check a whole table; own: entries on whose teams the importing person is.

    Raises TableErrors with everything that is wrong, TableError where the columns do not fit.
    """
    if target.kind is Kind.ENTRIES:
        fields = entry_fields(session, target.season_id)
        return plan_entries(session, target.season_id, named_table(table, mapping, fields))
    if target.kind is Kind.JURORS:
        named = named_table(table, mapping, juror_fields())
        return plan_jurors(session, target.season_id, named)
    if target.kind is Kind.PARTICIPANTS:
        named = named_table(table, mapping, participant_fields(session, target.season_id))
        return plan_participants(session, target.season_id, named)
    lines = rubric_lines(session, target.round_id)
    plan = plan_scores(name_columns(table, mapping, lines), lines)
    check_names(known_names(session, target.season_id, target.round_id), plan, own=own)
    return plan


def preview_of(plan: Plan) -> Preview:
    """Return the first rows of a plan as texts, in the order of the table.

    Entries: title, lead, number of people, code. Jurors: name, address, panel, most entries.
    Scores: entry, juror, points in the order of the rubric. Participants: name, address, how many
    workshops they signed up for or were at, how many they attended.
    """
    if isinstance(plan, EntryPlan):
        return Preview(len(plan.entries), tuple(_entry_rows(plan)), plan.incomplete)
    if isinstance(plan, ScorePlan):
        return Preview(len(plan.sheets), tuple(_sheet_rows(plan)))
    if isinstance(plan, AttendancePlan):
        return Preview(len(plan.people), tuple(_person_rows(plan)))
    rows = ((one.name, one.email, one.panel, str(one.maximum)) for one in plan[:SHOWN_ROWS])
    return Preview(len(plan), tuple(rows))


def _entry_rows(plan: EntryPlan) -> list[tuple[str, ...]]:
    return [
        (
            str(one.answers[TITLE]),
            (one.lead.name or one.lead.email) if one.lead else "",
            str(bool(one.lead) + len(one.members)),
            one.code,
        )
        for one in plan.entries[:SHOWN_ROWS]
    ]


def _person_rows(plan: AttendancePlan) -> list[tuple[str, ...]]:
    return [
        (one.name, one.email, str(len(one.marks)), str(sum(one.marks.values())))
        for one in plan.people[:SHOWN_ROWS]
    ]


def _sheet_rows(plan: ScorePlan) -> list[tuple[str, ...]]:
    keys = [line.key for line in plan.lines]
    return [
        (one.entry, one.juror, " · ".join(_points(one.points.get(key)) for key in keys))
        for one in plan.sheets[:SHOWN_ROWS]
    ]


def _points(value: object) -> str:
    return "—" if value is None else str(value)

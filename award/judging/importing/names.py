"""What a table of scores calls by name, held against a season: its entries, jurors and pairs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.entries.importing.plans import LONGEST_CODE
from award.i18n import fold
from award.judging.importing.cells import ENTRY, JUROR, Line, ScorePlan, Sheet
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.judging import ScoreSheet
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Conflict,
    Juror,
    JurorState,
)
from award.models.seasons import Criterion
from exports.errors import TableError, TableErrors

ON_TRIAL = (EntryState.ELIGIBLE, EntryState.FINALIST, EntryState.WINNER)


@dataclass
class Names:
    """What a table may call the entries and jurors of a season, and what is there of each pair.

    entries: folded code or public id -> id; jurors: folded address or name -> ids.
    """

    entries: dict[str, int] = field(default_factory=dict)
    jurors: dict[str, set[int]] = field(default_factory=dict)
    on_trial: frozenset[int] = frozenset()
    assignments: dict[tuple[int, int], tuple[int, AssignmentState, bool]] = field(
        default_factory=dict
    )
    barred: frozenset[tuple[int, int]] = frozenset()
    new_entries: dict[str, str] = field(default_factory=dict)
    new_jurors: dict[str, str] = field(default_factory=dict)

    def entry_id(self, name: str) -> int | None:
        """Return the entry that a table calls so."""
        return self.entries.get(fold(name))

    def juror_id(self, name: str) -> int | None:
        """Return the juror that a table calls so, None where there is none or more than one."""
        found = self.jurors.get(fold(name), set())
        return next(iter(found)) if len(found) == 1 else None


def rubric_lines(session: Session, round_id: int) -> tuple[Line, ...]:
    """Return a round's criteria in order, each with its titles in every language."""
    criteria = session.scalars(
        select(Criterion).where(Criterion.round_id == round_id).order_by(Criterion.position)
    )
    return tuple(
        Line(
            key=one.key,
            titles=tuple(one.title.values()) or (one.key,),
            minimum=one.minimum,
            maximum=one.maximum,
            step=one.step,
            required=one.required,
            weight=one.weight,
        )
        for one in criteria
    )


def known_names(session: Session, season_id: int, round_id: int | None) -> Names:
    """Read what a table of scores may refer to, in five statements; round_id None: a new round."""
    entries, on_trial = {}, set()
    found = select(Entry.id, Entry.code, Entry.public_id, Entry.state)
    for row in session.execute(found.where(Entry.season_id == season_id)):
        entries[fold(row.code)] = entries[fold(row.public_id)] = row.id
        if row.state in ON_TRIAL:
            on_trial.add(row.id)
    jurors: dict[str, set[int]] = {}
    people = select(Juror.id, Juror.name, Juror.email_key).where(
        Juror.season_id == season_id, Juror.state.in_((JurorState.ACTIVE, JurorState.INVITED))
    )
    for juror_id, name, key in session.execute(people):
        for text in {fold(name), fold(key)}:
            jurors.setdefault(text, set()).add(juror_id)
    return Names(
        entries,
        jurors,
        frozenset(on_trial),
        _assignments(session, round_id),
        _barred(session, season_id),
    )


def _assignments(
    session: Session, round_id: int | None
) -> dict[tuple[int, int], tuple[int, AssignmentState, bool]]:
    if round_id is None:
        return {}
    rows = session.execute(
        select(
            Assignment.entry_id,
            Assignment.juror_id,
            Assignment.id,
            Assignment.state,
            ScoreSheet.id,
        )
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id)
    )
    return {
        (entry, juror): (assignment, state, sheet is not None)
        for entry, juror, assignment, state, sheet in rows
    }


def _barred(session: Session, season_id: int) -> frozenset[tuple[int, int]]:
    """Return the pairs that may not be: a conflict stands, or the juror is on the team."""
    conflicts = (
        select(Conflict.entry_id, Conflict.juror_id)
        .join(Juror)
        .where(Juror.season_id == season_id, Conflict.lifted_at.is_(None))
    )
    teams = (
        select(TeamMembership.entry_id, Juror.id)
        .join(Juror, Juror.user_id == TeamMembership.user_id)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .where(
            Juror.season_id == season_id,
            Entry.season_id == season_id,
            TeamMembership.left_at.is_(None),
        )
    )
    rows = [*session.execute(conflicts), *session.execute(teams)]
    return frozenset((entry_id, juror_id) for entry_id, juror_id in rows)


def check_names(
    names: Names, plan: ScorePlan, *, create: bool = False, own: Collection[int] = ()
) -> None:
    """Hold the sheets of a plan against a season; create: unknown entries and jurors are new.

    New ones are kept in ``names.new_entries`` and ``new_jurors`` (folded -> as written, in file
    order). own: entries on whose teams the importing person is. Raises TableErrors with everything
    that is wrong, in the table itself too.
    """
    wrong = list(plan.errors)
    seen: dict[tuple[int, int], int] = {}
    for sheet in plan.sheets:
        error = _name_error(names, plan, sheet, create=create)
        error = error or _own_error(names, plan, sheet, own)
        error = error or _pair_error(names, plan, sheet, seen)
        if error:
            wrong.append(error)
    if wrong:
        raise TableErrors(wrong)


def _own_error(
    names: Names, plan: ScorePlan, sheet: Sheet, own: Collection[int]
) -> TableError | None:
    """Who is on a team acts for that entry as a team member only, also where she organises."""
    if names.entry_id(sheet.entry) not in own:
        return None
    return plan.table.error("import.entry_own", sheet.row, ENTRY, entry=sheet.entry)


def _name_error(names: Names, plan: ScorePlan, sheet: Sheet, *, create: bool) -> TableError | None:
    if names.entry_id(sheet.entry) is None:
        if not create:
            shown = sheet.entry[:80]
            return plan.table.error("import.entry_unknown", sheet.row, ENTRY, entry=shown)
        if len(sheet.entry) > LONGEST_CODE:
            return plan.table.error("import.code_too_long", sheet.row, ENTRY, most=LONGEST_CODE)
        names.new_entries.setdefault(fold(sheet.entry), sheet.entry)
    if names.juror_id(sheet.juror) is None:
        several = fold(sheet.juror) in names.jurors
        if several or not create:
            code = "import.juror_ambiguous" if several else "import.juror_unknown"
            return plan.table.error(code, sheet.row, JUROR, juror=sheet.juror[:80])
        names.new_jurors.setdefault(fold(sheet.juror), sheet.juror)
    return None


def _pair_error(
    names: Names, plan: ScorePlan, sheet: Sheet, seen: dict[tuple[int, int], int]
) -> TableError | None:
    entry_id, juror_id = names.entry_id(sheet.entry), names.juror_id(sheet.juror)
    if entry_id is None or juror_id is None:
        return None
    pair = entry_id, juror_id
    if entry_id not in names.on_trial:
        return plan.table.error("import.entry_not_eligible", sheet.row, ENTRY, entry=sheet.entry)
    if pair in names.barred:
        return plan.table.error("pair_conflicts", sheet.row, JUROR, juror=sheet.juror)
    if pair in seen:
        return plan.table.error("import.sheet_twice", sheet.row, JUROR, other=seen[pair])
    seen[pair] = sheet.row.number
    _id, state, begun = names.assignments.get(pair, (0, AssignmentState.ACTIVE, False))
    if state not in LIVE_ASSIGNMENTS:
        return plan.table.error("pair_ended", sheet.row, JUROR, juror=sheet.juror)
    if begun:
        return plan.table.error("import.sheet_there", sheet.row, JUROR, juror=sheet.juror)
    return None

"""Score sheets on paper: what is printed for a juror, and typing a filled one in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import locked, pick_text
from award.errors import InputError, NotFoundError, RuleError
from award.judging import service
from award.judging.sheets import SheetValues, gaps, read_values
from award.models.entries import SUMMARY, Entry, EntryState, EntryVersion
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, AssignmentState, Juror
from award.models.seasons import Criterion, Programme, Round, RoundState, Season
from exports.documents.score_sheets import PaperCriterion, PaperEntry, PaperSheets


@dataclass(frozen=True, slots=True)
class PaperPair:
    """A juror's entry in the list of sheets; state is "", or that of her sheet."""

    assignment: str
    code: str
    title: str
    state: str
    on_paper: bool


@dataclass(frozen=True, slots=True)
class PaperJuror:
    """A juror with what she has to judge, in the order of her work."""

    public_id: str
    name: str
    pairs: tuple[PaperPair, ...]


def paper_list(session: Session, round_id: int) -> tuple[PaperJuror, ...]:
    """Return who judges what in a round, by the juror's name; one statement."""
    rows = session.execute(
        _pairs(round_id)
        .add_columns(ScoreSheet.state, ScoreSheet.on_paper)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
    )
    found: dict[tuple[str, str], list[PaperPair]] = {}
    for assignment, entry, juror, state, on_paper in rows:
        pair = PaperPair(
            assignment.public_id,
            entry.code,
            entry.title,
            state.value if state else "",
            bool(on_paper),
        )
        found.setdefault((juror.public_id, juror.name), []).append(pair)
    return tuple(PaperJuror(key, name, tuple(pairs)) for (key, name), pairs in found.items())


def paper_sheets(
    session: Session, round_id: int, juror_id: str, language: str, base_url: str
) -> PaperSheets:
    """Return what is printed for a juror (by public id); NotFoundError where she judges nothing."""
    round_ = session.get_one(Round, round_id)
    season = session.get_one(Season, round_.season_id)
    programme = session.get_one(Programme, season.programme_id)
    rows = session.execute(
        _pairs(round_id)
        .add_columns(EntryVersion.answers)
        .outerjoin(EntryVersion, EntryVersion.id == Entry.current_version_id)
        .where(Juror.public_id == juror_id)
    ).all()
    if not rows:
        raise NotFoundError
    return PaperSheets(
        programme=pick_text(programme.name, language),
        season=pick_text(season.name, language),
        round=pick_text(round_.name, language),
        juror=rows[0][2].name,
        language=language,
        criteria=tuple(_criterion(one, language) for one in round_.criteria),
        entries=tuple(
            PaperEntry(
                entry.code,
                entry.title,
                str((answers or {}).get(SUMMARY) or ""),
                f"{base_url}/{language}/assignments/{assignment.public_id}/paper",
            )
            for assignment, entry, _juror, answers in rows
        ),
        colour=programme.colour,
    )


def enter_from_paper(
    session: Session,
    assignment_id: int,
    data: Mapping[str, Any],
    *,
    replace_draft: bool,
    actor_id: int | None,
    now: datetime,
) -> ScoreSheet:
    """Hand in a sheet that a juror filled in on paper; it is marked, and the log says who typed it.

    data: see ``sheets.read_values``. Allowed until the round is decided, also after it closed: the
    jury has met by then. Raises RuleError assignment_ended, sheet_submitted, judging_not_open,
    round_decided, or draft_on_screen where the juror began one and replace_draft is False;
    InputError paper_incomplete and what ``read_values`` raises.
    """
    assignment = locked(session, Assignment, assignment_id)
    sheet = _checked_sheet(session, assignment)
    criteria = assignment.round.criteria
    values = read_values(data, criteria)
    missing = gaps(values, criteria)
    if missing:
        raise InputError("paper_incomplete", count=len(missing))
    if sheet is not None and has_draft(sheet) and not replace_draft:
        raise RuleError("draft_on_screen")
    if sheet is None:
        sheet = ScoreSheet(assignment_id=assignment_id, edited_at=now)
        session.add(sheet)
        session.flush()
    service.write_values(session, sheet, _kept_note(sheet, values), actor_id=actor_id, now=now)
    sheet.state, sheet.submitted_at, sheet.edited_at = SheetState.SUBMITTED, now, now
    sheet.on_paper, sheet.entered_by_id = True, actor_id
    assignment.state = AssignmentState.DONE
    session.flush()
    service.record_points(session, "sheet.entered_from_paper", assignment, values, actor_id, now)
    return sheet


def has_draft(sheet: ScoreSheet | None) -> bool:
    """Whether the juror has written something on screen that is not handed in."""
    if sheet is None or sheet.on_paper or sheet.state is SheetState.SUBMITTED:
        return False
    return service.values_of(sheet) != SheetValues()


def sheet_of(session: Session, assignment_id: int) -> ScoreSheet | None:
    """Return the sheet of an assignment, None before its first touch."""
    return session.scalar(select(ScoreSheet).where(ScoreSheet.assignment_id == assignment_id))


def _pairs(round_id: int):  # type: ignore[no-untyped-def]  # a Select of three entities
    return (
        select(Assignment, Entry, Juror)
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Juror, Juror.id == Assignment.juror_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            Entry.state != EntryState.WITHDRAWN,
        )
        .order_by(Juror.name, Juror.id, Assignment.position, Entry.code)
    )


def _criterion(one: Criterion, language: str) -> PaperCriterion:
    return PaperCriterion(
        title=pick_text(one.title, language),
        help=pick_text(one.help, language),
        minimum=one.minimum,
        maximum=one.maximum,
        step=one.step,
        required=one.required,
        levels=tuple(
            (f"{level.points.normalize():f}", pick_text(level.text, language))
            for level in one.levels
        ),
        comment_required=one.comment_required,
    )


def _checked_sheet(session: Session, assignment: Assignment) -> ScoreSheet | None:
    if assignment.state in service.ENDED:
        raise RuleError("assignment_ended")
    if assignment.round.state is RoundState.SET_UP:
        raise RuleError("judging_not_open")
    if assignment.round.state not in service.REOPENABLE:
        raise RuleError("round_decided")
    sheet = sheet_of(session, assignment.id)
    if sheet is not None and sheet.state is SheetState.SUBMITTED:
        raise RuleError("sheet_submitted")
    return sheet


def _kept_note(sheet: ScoreSheet, values: SheetValues) -> SheetValues:
    """The juror's note to herself stays: nobody else reads it, nobody else may lose it."""
    return SheetValues(
        values.points, values.comments, sheet.private_note or "", values.team_comment
    )

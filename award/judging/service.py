"""Writing score sheets: saved at each touch, submitted when complete, reopened with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from award import audit, mail
from award.db import locked, pick_text
from award.errors import EditConflictError, InputError, RuleError
from award.judging.sheets import SheetValues, form_values, gaps, plain_points, read_values
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState
from award.models.seasons import Criterion, Round, RoundState

ENDED = (AssignmentState.RECUSED, AssignmentState.EXCLUDED)
REOPENABLE = (RoundState.OPEN, RoundState.CLOSED, RoundState.TABULATED)


def save_sheet(
    session: Session,
    assignment_id: int,
    data: Mapping[str, Any],
    version: int,
    *,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Save the whole sheet as a form sends it and return its new version.

    data: see sheets.read_values; what is absent is left open. version: the one that the juror saw,
    0 before the first touch. The first touch makes the sheet and accepts an offered assignment;
    saving what stands there already changes nothing. Raises EditConflictError with ``current`` =
    {"version", "values"} where somebody saved meanwhile, RuleError judging_not_open,
    judging_closed, sheet_submitted or assignment_ended, InputError where a value is no score.
    """
    assignment = locked(session, Assignment, assignment_id)
    criteria = assignment.round.criteria
    sheet = _sheet(session, assignment_id)
    _check_writable(assignment, sheet, now)
    values = read_values(data, criteria)
    if sheet is None:
        if version:
            raise EditConflictError(
                current={"version": 0, "values": form_values(SheetValues(), criteria)}
            )
        sheet = ScoreSheet(assignment_id=assignment_id, edited_at=now, entered_by_id=actor_id)
        session.add(sheet)
        session.flush()
    elif sheet.version != version:
        stored = form_values(values_of(sheet), criteria)
        raise EditConflictError(current={"version": sheet.version, "values": stored})
    if assignment.state is AssignmentState.OFFERED:
        assignment.state = AssignmentState.ACTIVE
    sheet.on_paper = sheet.on_paper and values == values_of(sheet)
    _write(session, sheet, values, criteria, actor_id=actor_id, now=now)
    return sheet.version


def submit_sheet(
    session: Session, assignment_id: int, version: int, *, actor_id: int | None, now: datetime
) -> ScoreSheet:
    """Hand the saved sheet in; from now on it counts and is read-only, and comes from the screen.

    version: the one that the juror read. Raises InputError("sheet_incomplete") with ``count`` of
    the gaps, EditConflictError where another version is stored, RuleErrors as save_sheet.
    """
    assignment = locked(session, Assignment, assignment_id)
    sheet = _sheet(session, assignment_id)
    _check_writable(assignment, sheet, now)
    criteria = assignment.round.criteria
    values = values_of(sheet) if sheet is not None else SheetValues()
    missing = gaps(values, criteria)
    if missing or sheet is None:
        raise InputError("sheet_incomplete", count=len(missing))
    if sheet.version != version:
        current = {"version": sheet.version, "values": form_values(values, criteria)}
        raise EditConflictError(current=current)
    sheet.state, sheet.submitted_at, sheet.edited_at = SheetState.SUBMITTED, now, now
    sheet.on_paper, sheet.entered_by_id = False, actor_id
    assignment.state = AssignmentState.DONE
    session.flush()
    _record(session, "sheet.submitted", assignment, actor_id, now, after=_points(values))
    return sheet


def handed_in(session: Session, assignment_id: int, data: Mapping[str, Any]) -> int | None:
    """Return the version of the sheet where it is submitted with just these values, else None.

    A submit whose answer was lost on the way is sent again, perhaps while the first is still being
    carried out: it has happened, and nothing is wrong.
    """
    locked(session, Assignment, assignment_id)
    sheet = _sheet(session, assignment_id)
    if sheet is None or sheet.state is not SheetState.SUBMITTED:
        return None
    same = read_values(data, sheet.assignment.round.criteria) == values_of(sheet)
    return sheet.version if same else None


def reopen_sheet(
    session: Session,
    assignment_id: int,
    reason: str,
    *,
    actor_id: int | None,
    now: datetime,
    desk_url: str = "",
) -> ScoreSheet:
    """Give a submitted sheet back to its juror, who gets a mail with the reason.

    desk_url: the address of her desk, for the mail. Allowed until the round is decided, also after
    it closed. Raises InputError("reason_missing"), RuleError("sheet_not_submitted") or
    RuleError("round_decided").
    """
    reason = reason.strip()
    if not reason:
        raise InputError("reason_missing", field="reason")
    assignment = locked(session, Assignment, assignment_id)
    sheet = _sheet(session, assignment_id)
    if sheet is None or sheet.state is not SheetState.SUBMITTED:
        raise RuleError("sheet_not_submitted")
    if assignment.round.state not in REOPENABLE:
        raise RuleError("round_decided")
    sheet.state, sheet.reopened_reason, sheet.edited_at = SheetState.REOPENED, reason, now
    assignment.state = AssignmentState.ACTIVE
    session.flush()
    _record(session, "sheet.reopened", assignment, actor_id, now, after={"reason": reason})
    _mail_reopened(session, assignment, sheet, desk_url, now)
    return sheet


def take_back_sheet(
    session: Session, assignment_id: int, *, actor_id: int | None, now: datetime
) -> ScoreSheet:
    """Make the juror's submitted sheet a draft again; until she submits it anew it does not count.

    Allowed while her round is open, so nobody learns from results what to correct. Raises
    RuleError("sheet_not_submitted"), RuleError("chair_keeps_sheet") for the chair of a live round,
    who has seen what others gave, RuleErrors judging_closed or assignment_ended.
    """
    assignment = locked(session, Assignment, assignment_id)
    sheet = _sheet(session, assignment_id)
    if assignment.state in ENDED:
        raise RuleError("assignment_ended")
    if sheet is None or sheet.state is not SheetState.SUBMITTED:
        raise RuleError("sheet_not_submitted")
    check_open(assignment.round, now)
    if assignment.round.live and assignment.juror.is_chair:
        raise RuleError("chair_keeps_sheet")
    sheet.state, sheet.submitted_at, sheet.edited_at = SheetState.DRAFT, None, now
    assignment.state = AssignmentState.ACTIVE
    session.flush()
    _record(session, "sheet.taken_back", assignment, actor_id, now)
    return sheet


def values_of(sheet: ScoreSheet) -> SheetValues:
    """Return what stands on a stored sheet."""
    return SheetValues(
        points={s.criterion.key: s.points for s in sheet.scores if s.points is not None},
        comments={s.criterion.key: s.comment for s in sheet.scores if s.comment},
        private_note=sheet.private_note,
        team_comment=sheet.team_comment,
    )


def write_values(
    session: Session,
    sheet: ScoreSheet,
    values: SheetValues,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write values to a sheet that the caller has locked and checked."""
    assignment = session.get_one(Assignment, sheet.assignment_id)
    _write(session, sheet, values, assignment.round.criteria, actor_id=actor_id, now=now)


def record_points(
    session: Session,
    action: str,
    assignment: Assignment,
    values: SheetValues,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write to the log which points a sheet was handed in with."""
    _record(session, action, assignment, actor_id, now, after=_points(values))


def _sheet(session: Session, assignment_id: int) -> ScoreSheet | None:
    return session.scalar(
        select(ScoreSheet)
        .where(ScoreSheet.assignment_id == assignment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _check_writable(assignment: Assignment, sheet: ScoreSheet | None, now: datetime) -> None:
    if assignment.state in ENDED:
        raise RuleError("assignment_ended")
    if sheet is not None and sheet.state is SheetState.SUBMITTED:
        raise RuleError("sheet_submitted")
    check_open(
        assignment.round, now, reopened=sheet is not None and sheet.state is SheetState.REOPENED
    )


def check_open(round_: Round, now: datetime, *, reopened: bool = False) -> None:
    """Raise RuleError judging_not_open or judging_closed unless scores may be written now.

    A reopened sheet may be corrected after the round closed, until it is decided.
    """
    if reopened and round_.state in REOPENABLE:
        return
    zone = round_.season.programme.time_zone
    if round_.state is RoundState.SET_UP or (round_.opens_at and now < round_.opens_at):
        raise RuleError("judging_not_open")
    over = round_.closes_at is not None and now >= round_.closes_at
    if over or round_.state is not RoundState.OPEN:
        raise RuleError("judging_closed", at=round_.closes_at or "", zone=zone)


def _write(
    session: Session,
    sheet: ScoreSheet,
    values: SheetValues,
    criteria: list[Criterion],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    before = values_of(sheet)
    if before == values:
        return
    _set_scores(sheet, values, criteria)
    sheet.private_note, sheet.team_comment = values.private_note, values.team_comment
    sheet.edited_at = now
    # Only the sheet's own row carries the version: a change of one score must move it too.
    flag_modified(sheet, "edited_at")
    session.flush()
    changed = {
        key
        for key in {*before.points, *values.points}
        if before.points.get(key) != values.points.get(key)
    }
    if changed:
        _record(
            session,
            "sheet.scored",
            sheet.assignment,
            actor_id,
            now,
            before=_points(before, changed),
            after=_points(values, changed),
        )


def _set_scores(sheet: ScoreSheet, values: SheetValues, criteria: list[Criterion]) -> None:
    """An untouched criterion gets no row."""
    stored = {score.criterion_id: score for score in sheet.scores}
    for criterion in criteria:
        points = values.points.get(criterion.key)
        comment = values.comments.get(criterion.key, "")
        score = stored.get(criterion.id)
        if score is None and (points is not None or comment):
            score = Score(criterion=criterion)
            sheet.scores.append(score)
        if score is not None:
            score.points, score.comment = points, comment


def _points(values: SheetValues, keys: set[str] | None = None) -> dict[str, str]:
    return {
        key: plain_points(points)
        for key, points in sorted(values.points.items())
        if keys is None or key in keys
    }


def _record(
    session: Session,
    action: str,
    assignment: Assignment,
    actor_id: int | None,
    now: datetime,
    *,
    before: Any = None,
    after: Any = None,
) -> None:
    season = assignment.round.season
    audit.record(
        session,
        action,
        assignment,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        programme_id=season.programme_id,
        season_id=season.id,
    )


def _mail_reopened(
    session: Session, assignment: Assignment, sheet: ScoreSheet, desk_url: str, now: datetime
) -> None:
    juror, season = assignment.juror, assignment.round.season
    language = juror.user.language if juror.user is not None else season.programme.languages[0]
    mail.queue(
        session,
        "sheet_reopened",
        to=juror.email,
        name=juror.name,
        user_id=juror.user_id,
        season_id=season.id,
        key=f"sheet-reopened:{assignment.public_id}:{sheet.version}",
        now=now,
        language=language,
        context={
            "season": pick_text(season.name, language),
            "position": assignment.position,
            "reason": sheet.reopened_reason,
            "url": desk_url,
        },
    )

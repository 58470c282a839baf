"""The tables that organisers download: columns and rows, ready for ``exports.tables.spreadsheets``.

Each function returns (columns, rows); rows are lazy where a table may be long. Column keys are
stable, titles are in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from award.db import pick_text
from award.entries.reading.queries import EntryFilters, entry_rows
from award.jury.assignment.tables import assignment_table
from award.jury.progress.queries import (
    ProgressFilters,
    ProgressRow,
    entry_progress,
    juror_progress,
    narrowed,
)
from award.models.accounts import User
from award.models.entries import CORE_KEYS, Entry, EntryVersion, TeamMembership, TeamRole
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Juror, Panel
from award.models.seasons import Category, Criterion
from award.results.decisions.tables import decisions_table, results_table, severities_table
from award.results.downloads.outcome_tables import (
    criteria_table,
    moves_table,
    running_order_table,
)
from award.seasons.queries import QuestionItem, form_of
from award.tables import EVERYTHING, Filters, Say, Table
from exports.tables.spreadsheets import Column

LIST_FILTERS = ("q", "state", "category", "sort")


def entries_table(
    session: Session,
    season_id: int,
    language: str,
    _: Say,
    filters: Filters = EVERYTHING,
) -> Table:
    """All entries that were submitted: who, what, state, and the submitted answers, by code.

    filters (q, state, category, sort): exactly the entries of the filtered list instead, drafts
    too, in the list's order.
    """
    form = form_of(session, season_id, language)
    asked = [item for item in (*form.questions, *form.withdrawn) if item.key not in CORE_KEYS]
    answers = (Column(f"answer:{item.key}", _titled(item, _)) for item in asked)
    columns = (*_entry_columns(_), *answers)
    options = {
        f"answer:{item.key}": {option.key: option.label for option in item.options}
        for item in asked
        if item.options
    }
    words = {"state": _entry_states(_), **options}
    said = {name: filters[name] for name in LIST_FILTERS if name in filters}
    found = _entry_rows(session, season_id, language, submitted=not said)
    if not said:
        return Table(columns, found, words)
    by_code = {row["code"]: row for row in found}
    chosen = EntryFilters(text=said.pop("q", ""), **said)
    listed = entry_rows(session, season_id, chosen, language=language).rows
    return Table(columns, [by_code[row.code] for row in listed], words)


def _entry_columns(_: Say) -> tuple[Column, ...]:
    return (
        Column("code", _("Code")),
        Column("title", _("Project")),
        Column("category", _("Category")),
        Column("state", _("State")),
        Column("submitted_at", _("Submitted (UTC)"), "moment"),
        Column("lead", _("Team lead")),
        Column("lead_email", _("E-mail address")),
        Column("members", _("Team members"), "number"),
        Column("summary", _("Summary")),
        Column("city", _("City")),
        Column("organisation", _("Organisation")),
        Column("topics", _("Topics")),
    )


def _entry_states(_: Say) -> dict[str, str]:
    return {
        "draft": _("Draft"),
        "submitted": _("Handed in"),
        "eligible": _("Eligible"),
        "ineligible": _("Not eligible"),
        "finalist": _("Finalist"),
        "winner": _("Winner"),
        "withdrawn": _("Withdrawn"),
    }


def _titled(question: QuestionItem, _: Say) -> str:
    mark = _("no longer asked")
    return f"{question.label} ({mark})" if question.withdrawn_at else question.label


def _entry_rows(
    session: Session, season_id: int, language: str, *, submitted: bool
) -> Iterator[dict[str, Any]]:
    for entry, version, category, name, email in session.execute(_entries(season_id, submitted)):
        answers = version.answers if version else {}
        yield {
            "code": entry.code,
            "title": entry.title,
            "category": pick_text(category, language),
            "state": entry.state.value,
            "submitted_at": entry.submitted_at,
            "lead": name,
            "lead_email": email,
            "members": (len(version.team) or None) if version else None,
            "summary": answers.get("summary"),
            "city": answers.get("city"),
            "organisation": answers.get("organisation"),
            "topics": answers.get("topics"),
            **{f"answer:{key}": value for key, value in answers.items()},
        }


def _entries(
    season_id: int, submitted: bool
) -> Select[Entry, EntryVersion, dict[str, str], str, str]:
    """Select entries with their submitted version, category and lead, a portion at a time."""
    lead = aliased(TeamMembership)
    return (
        select(Entry, EntryVersion, Category.name, User.name, User.email)
        .join(EntryVersion, EntryVersion.id == Entry.current_version_id, isouter=not submitted)
        .outerjoin(Category, Category.id == Entry.category_id)
        .outerjoin(
            lead,
            (lead.entry_id == Entry.id) & (lead.role == TeamRole.LEAD) & lead.left_at.is_(None),
        )
        .outerjoin(User, User.id == lead.user_id)
        .where(Entry.season_id == season_id)
        .order_by(Entry.code)
        .execution_options(yield_per=200)
    )


def _scores(session: Session, round_id: int) -> Iterator[Any]:
    yield from session.execute(
        select(
            Entry.code.label("entry"),
            Entry.title,
            Juror.name.label("juror"),
            Panel.key.label("panel"),
            Criterion.key.label("criterion"),
            Score.points.label("score"),
            Score.comment,
            ScoreSheet.id.label("sheet"),
            ScoreSheet.submitted_at,
            ScoreSheet.on_paper,
            ScoreSheet.team_comment,
        )
        .join(Assignment, Assignment.entry_id == Entry.id)
        .join(Juror, Juror.id == Assignment.juror_id)
        .outerjoin(Panel, Panel.id == Juror.panel_id)
        .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .join(Score, Score.sheet_id == ScoreSheet.id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
        )
        .order_by(Entry.code, Juror.name, Juror.id, Criterion.position, Criterion.id)
        .execution_options(yield_per=500)
    )


def scores_long(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """One row a score; the first columns are those that ``award score`` reads."""
    columns = (
        Column("entry", "entry"),
        Column("juror", "juror"),
        Column("criterion", "criterion"),
        Column("score", "score", "number"),
        Column("title", _("Project")),
        Column("panel", _("Panel")),
        Column("comment", _("Comment")),
        Column("submitted_at", _("Submitted (UTC)"), "moment"),
        Column("on_paper", _("On paper")),
    )
    rows = (row._asdict() for row in _scores(session, round_id))
    return Table(columns, rows, _paper_words(_))


def scores_wide(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """One row a score sheet, a column a criterion, and the comment for the team."""
    criteria = session.execute(
        select(Criterion.key, Criterion.title)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    ).all()
    columns = (
        Column("entry", _("Code")),
        Column("title", _("Project")),
        Column("juror", _("Juror")),
        Column("panel", _("Panel")),
        *(Column(f"points:{key}", pick_text(title, language), "number") for key, title in criteria),
        Column("team_comment", _("Comment for the team")),
        Column("submitted_at", _("Submitted (UTC)"), "moment"),
        Column("on_paper", _("On paper")),
    )
    return Table(columns, _sheets(session, round_id), _paper_words(_))


def _paper_words(_: Say) -> dict[str, dict[Any, Any]]:
    return {"on_paper": {True: _("yes"), False: None}}


def _sheets(session: Session, round_id: int) -> Iterator[dict[str, Any]]:
    for _sheet, scores in groupby(_scores(session, round_id), key=attrgetter("sheet")):
        rows = list(scores)
        points = {f"points:{row.criterion}": row.score for row in rows}
        yield rows[0]._asdict() | points


def progress_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """How far each juror is: assigned, begun, handed in; in the order of the page.

    filters: q, state and sort, as ProgressFilters reads them.
    """
    columns = (Column("juror", _("Juror")), Column("panel", _("Panel")), *_progress_columns(_))
    rows = narrowed(juror_progress(session, round_id, language), ProgressFilters.read(filters))
    return Table(columns, [_progress(row, "juror", "panel") for row in rows])


def progress_entries_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """How far each entry is: assigned, begun, handed in; in the order of the page.

    filters: as progress_table.
    """
    columns = (Column("entry", _("Code")), Column("title", _("Project")), *_progress_columns(_))
    rows = narrowed(entry_progress(session, round_id), ProgressFilters.read(filters))
    return Table(columns, [_progress(row, "entry", "title") for row in rows])


def _progress_columns(_: Say) -> tuple[Column, ...]:
    return (
        Column("assigned", _("Assigned"), "number"),
        Column("begun", _("Begun"), "number"),
        Column("done", _("Handed in"), "number"),
    )


def _progress(row: ProgressRow, name: str, note: str) -> dict[str, Any]:
    counts = {"assigned": row.all, "begun": row.begun, "done": row.done}
    return {name: row.name, note: row.note} | counts


ROUND_TABLES: Mapping[str, Callable[[Session, int, str, Say, Filters], Table]] = {
    "scores-long": scores_long,
    "scores-wide": scores_wide,
    "results": results_table,
    "decisions": decisions_table,
    "severities": severities_table,
    "progress": progress_table,
    "progress-entries": progress_entries_table,
    "assignment": assignment_table,
    "criteria": criteria_table,
    "moves": moves_table,
    "running-order": running_order_table,
}
SCORES = frozenset({"scores-long", "scores-wide"})
"""Those that hold what single jurors gave."""


def own_codes(session: Session, entry_ids: Collection[int]) -> set[str]:
    """Return the codes of the entries on whose teams somebody is; no statement for none."""
    if not entry_ids:
        return set()
    return set(session.scalars(select(Entry.code).where(Entry.id.in_(entry_ids))))

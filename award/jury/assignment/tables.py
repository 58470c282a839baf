"""The assignment as a table: out for a spreadsheet, in as a proposal like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as engine
from assignment import Difference, PairKey, Problem
from award.db import LANGUAGES, pick_text
from award.errors import RuleError
from award.i18n import translator
from award.jury.assignment.grid import looked_at
from award.jury.assignment.window import look_of
from award.jury.proposals.drafting import Proposal, Wish, fingerprint, plain_pair
from award.jury.proposals.figures import describe
from award.jury.proposals.problem import RoundProblem, load_problem
from award.models.entries import Entry
from award.models.judging import ScoreSheet
from award.models.jury import Assignment, Juror, Panel
from award.tables import EVERYTHING, Filters, Say
from award.tables import Table as Exported
from award.texts.marking import N_
from exports.errors import TableError, TableErrors
from exports.tables.reading import Row, Table, fold
from exports.tables.spreadsheets import Column, Kind

TITLES = {
    "entry": N_("Code"),
    "title": N_("Project"),
    "juror": N_("Juror"),
    "email": N_("E-mail address"),
    "panel": N_("Panel"),
    "state": N_("State"),
    "affinity": N_("Fit"),
    "locked": N_("Locked"),
    "manual": N_("By hand"),
    "on_paper": N_("On paper"),
    "reason": N_("Reason"),
    "created_at": N_("Assigned (UTC)"),
}
KINDS: Mapping[str, Kind] = {"affinity": "number", "created_at": "moment"}
STATES = {
    "offered": N_("offered"),
    "active": N_("accepted"),
    "begun": N_("begun"),
    "done": N_("submitted"),
    "recused": N_("stepped back"),
    "excluded": N_("excluded"),
}
ENDED = ("recused", "excluded")
ALSO: Mapping[str, tuple[str, ...]] = {
    "entry": ("код", "номер", "заявка", "номер заявки", "einreichung", "nummer"),
    "email": ("e-mail", "mail address", "mailadresse", "почта", "адрес почты", "электронная почта"),
    "juror": ("name", "эксперт", "фио"),
    "state": (),
}


def said(msgid: str) -> set[str]:
    """Return how a text is said in every language of the interface, folded for comparing."""
    return {fold(translator(language).gettext(msgid)) for language in LANGUAGES}


def assignment_table(
    session: Session, round_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Exported:
    """Return every pair of a round that was ever made, ended ones with their reason, as a table
    that ``draft_table`` reads back.

    The entries in the order of the assignment's page, then by panel and juror; filters: those of
    that page (show, panel, find), exactly. state is the assignment's, or "begun" where an accepted
    one has a sheet; locked where no proposal may take the pair away. Empty without pairs.
    """
    look = look_of(filters)
    rank = {row.id: place for place, row in enumerate(looked_at(session, round_id, language, look))}
    rows = session.execute(
        select(Assignment, Entry, Juror, Panel.name, ScoreSheet.on_paper)
        .join(Entry, Assignment.entry_id == Entry.id)
        .join(Juror, Assignment.juror_id == Juror.id)
        .outerjoin(Panel, Juror.panel_id == Panel.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id)
    ).all()
    found = [
        _pair_row(pair, entry, juror, pick_text(panel, language), on_paper)
        for pair, entry, juror, panel, on_paper in sorted(
            (row for row in rows if row[1].id in rank), key=lambda row: (rank[row[1].id], row[0].id)
        )
    ]
    shown = [row for row in found if not look.panel or row["panel"] in ("", look.panel)]
    yes = {True: _("yes"), False: None}
    words = dict.fromkeys(("locked", "manual", "on_paper"), yes)
    columns = tuple(Column(key, _(title), KINDS.get(key, "text")) for key, title in TITLES.items())
    return Exported(
        columns, shown, words | {"state": {key: _(word) for key, word in STATES.items()}}
    )


def _pair_row(
    pair: Assignment, entry: Entry, juror: Juror, panel: str, on_paper: bool | None
) -> dict[str, Any]:
    state = pair.state.value
    return {
        "entry": entry.code,
        "title": entry.title,
        "juror": juror.name,
        "email": juror.email,
        "panel": panel,
        "state": "begun" if on_paper is not None and state == "active" else state,
        "affinity": pair.affinity,
        "locked": pair.locked or pair.manual,
        "manual": pair.manual,
        "on_paper": on_paper,
        "reason": pair.reason,
        "created_at": pair.created_at,
    }


def draft_table(session: Session, round_id: int, table: Table, *, whole: bool) -> Proposal:
    """Return what a table of pairs would change, with its figures; nothing is written.

    Each row names an entry by its code and a juror by her address or name; headers and states are
    understood in every language of the interface. Rows whose state says that a pair ended are left
    out, so that what was exported comes back unchanged; so are pairs that stand although a conflict
    stands against them, which the report lists as "against" ([entry, juror]). whole: the table is
    the assignment, and what it lacks goes, but for what is locked or begun; else it only adds.
    Raises TableErrors with everything that is wrong, TableError column_missing or table_empty,
    RuleError no_entries_admitted or no_active_jurors.
    """
    state = load_problem(session, round_id)
    if not state.problem.entries:
        raise RuleError("no_entries_admitted")
    if not state.problem.jurors:
        raise RuleError("no_active_jurors")
    wanted = _pairs(session, table, state)
    present = frozenset(state.present)
    kept = wanted | (state.sure if whole else present)
    against = kept & present & _never(state)
    plan = engine.assign(_as_told(state.problem, kept, against), present=present)
    report = describe(state.problem, plan, engine.Options())
    report |= {"share": None, "bound": None, "against": [list(pair) for pair in sorted(against)]}
    wish = Wish(mode="default")
    return Proposal("table", report, _change(plan, state), asdict(wish))


def _change(plan: Difference, state: RoundProblem) -> dict[str, Any]:
    return {
        "added": [plain_pair(pair) for pair in plan.added],
        "removed": [list(key) for key in plan.removed if key in state.present],
        "kept": len(plan.kept),
        "found": [[c.entry, c.juror, c.code] for c in sorted(state.found, key=lambda c: c.entry)],
        "base": fingerprint(state.present),
    }


def _never(state: RoundProblem) -> frozenset[PairKey]:
    return state.problem.forbidden.union((c.entry, c.juror) for c in state.problem.conflicts)


def _as_told(problem: Problem, kept: frozenset[PairKey], against: frozenset[PairKey]) -> Problem:
    """The problem whose only solution is the table, whatever stands against some pairs."""
    needs = Counter(entry for entry, _ in kept)
    loads = Counter(juror for _, juror in kept)
    return replace(
        problem,
        kept=kept,
        conflicts=frozenset(c for c in problem.conflicts if (c.entry, c.juror) not in against),
        forbidden=problem.forbidden - against,
        entries=tuple(replace(one, per_entry=needs[one.key]) for one in problem.entries),
        jurors=tuple(replace(one, minimum=0, maximum=loads[one.key]) for one in problem.jurors),
    )


def _pairs(session: Session, table: Table, state: RoundProblem) -> frozenset[PairKey]:
    columns = _columns(table)
    known = _people(session, state)
    codes = {fold(code): code for code in state.entry_ids}
    never = _never(state) - state.present.keys()
    found: dict[PairKey, int] = {}
    wrong: list[TableError] = []
    ended = {word for key in ENDED for word in (key, *said(STATES[key]))}
    for row in table.rows:
        if "state" in columns and fold(row.get(columns["state"])) in ended:
            continue
        try:
            pair = _pair(table, row, columns, codes, known)
            if pair in never:
                code = "pair_ended" if pair in state.problem.forbidden else "pair_conflicts"
                told = {"entry": pair[0], "juror": next(_told(row, columns))[1]}
                raise table.error(f"table.{code}", row, columns["entry"], **told)
            if pair in found:
                raise table.error("pair_listed", row, columns["entry"], first=found[pair])
        except TableError as error:
            wrong.append(error)
            continue
        found[pair] = row.number
    if wrong:
        raise TableErrors(wrong)
    if not found:
        raise TableError("table_empty", file=table.name)
    return frozenset(found)


def _columns(table: Table) -> dict[str, str]:
    found = {
        name: column
        for name, others in ALSO.items()
        for column in reversed(table.columns)
        if fold(column) in {name, *others, *said(TITLES[name])}
    }
    if "entry" not in found:
        table.require("entry")
    if not {"email", "juror"} & set(found):
        table.require("email")
    return found


def _people(session: Session, state: RoundProblem) -> dict[str, str]:
    """Folded address or name -> public id; a name that two jurors share leads nowhere."""
    rows = session.execute(
        select(Juror.public_id, Juror.name, Juror.email).where(
            Juror.id.in_(state.juror_ids.values())
        )
    ).all()
    names = Counter(fold(row.name) for row in rows)
    found = {fold(row.name): row.public_id for row in rows if names[fold(row.name)] == 1}
    return found | {fold(row.email): row.public_id for row in rows}


def _pair(
    table: Table,
    row: Row,
    columns: Mapping[str, str],
    codes: Mapping[str, str],
    known: Mapping[str, str],
) -> PairKey:
    told = table.text(row, columns["entry"])
    code = codes.get(fold(told))
    if code is None:
        raise table.error("pair_entry_unknown", row, columns["entry"], value=told)
    for column, value in _told(row, columns):
        if fold(value) in known:
            return code, known[fold(value)]
        raise table.error("pair_juror_unknown", row, column, value=value)
    raise table.error("cell_empty", row, columns.get("email") or columns["juror"])


def _told(row: Row, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("email", "juror"):
        if name in columns and row.get(columns[name]):
            yield columns[name], row.get(columns[name])

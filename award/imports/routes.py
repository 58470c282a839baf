"""Importing a table in the browser: send it, match its columns, read what is wrong, import."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from award import texts
from award.db import db, unit_of_work
from award.errors import AwardError, InputError, RuleError
from award.imports import queries, service
from award.imports.columns import (
    Choice,
    Column,
    chosen_columns,
    guessed_columns,
    mapping_of,
    missing_fields,
)
from award.imports.forms import SendForm
from award.imports.queries import Kind, Plan, Preview, Target
from award.languages import current_language
from award.models.entries import StoredFile
from award.models.seasons import Round, Season
from award.permissions import Permission, current_actor, requires
from exports.errors import ExportError, TableError, TableErrors
from exports.tables.mapping import ColumnMapping, mapping_text
from exports.tables.reading import Table, sheet_names

bp = Blueprint("imports", __name__)
LAST_HEADER_ROW = 1000
SHOWN_PROBLEMS = 200
AFTERWARDS = {
    Kind.ENTRIES: "entries.entry_list",
    Kind.JURORS: "jury.jurors",
    Kind.PARTICIPANTS: "education.participants",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A table that waits, as this request reads it; error says why its rows cannot be read."""

    file: StoredFile
    target: Target
    choices: tuple[Choice, ...]
    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    table: Table | None
    error: TableError | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, "" for the whole table, and the sentence."""

    row: str
    column: str
    sentence: str


@bp.get("/seasons/<public_id>/import")
@requires(Permission.SEASON_EDIT, Season)
def start(season: Season) -> ResponseReturnValue:
    """Ask for a table and what its rows are."""
    form = _send_form(season, formdata=None)
    form.target.data = request.args.get("target", "")
    return _start_page(season, form)


@bp.post("/seasons/<public_id>/import")
@requires(Permission.SEASON_EDIT, Season)
def send(season: Season) -> ResponseReturnValue:
    """Take a table in and go on to its columns."""
    form = _send_form(season)
    if not form.validate():
        return _start_page(season, form), 422
    try:
        table = _take(season, form.table.data)
    except TableError as error:
        form.table.errors = [texts.say(error.code, current_language(), error.params)]
        return _start_page(season, form), 422
    except InputError as error:
        form.table.errors = [texts.sentence(error, current_language())]
        return _start_page(season, form), 422
    return redirect(_address("columns", season, form.target.data, table), code=303)


def _send_form(season: Season, **options: Any) -> SendForm:
    form = SendForm(**options)
    form.target.choices = [
        (one.key, _name_of(one))
        for one in queries.targets(db.session(), season.id, current_language())
    ]
    return form


def _name_of(target: Target) -> str:
    if target.kind is Kind.SCORES:
        return _("Scores: %(round)s", round=target.name)
    return {
        Kind.ENTRIES: _("Entries with their teams"),
        Kind.JURORS: _("Jurors"),
        Kind.PARTICIPANTS: _("Workshop participants and who was there"),
    }[target.kind]


def _start_page(season: Season, form: SendForm) -> str:
    return render_template("imports/start.html", season=season, form=form)


def _take(season: Season, upload: Any) -> str:
    """Keep an upload as a waiting table and return its public id."""
    name, content = upload.filename or "", upload.read()
    service.check_table(name, content)
    storage = current_app.extensions["storage"]
    stored = storage.write(content)
    try:
        with unit_of_work() as unit:
            old = service.forget_old_tables(unit, season.programme_id, now=g.now)
            actor_id = current_actor().person_id
            kept = service.keep_table(
                unit, season.programme_id, name, content, stored, actor_id=actor_id, now=g.now
            )
    except AwardError:
        storage.remove(stored.storage_name)
        raise
    for one in old:
        storage.remove(one)
    return kept.public_id


def _address(view: str, season: Season, target: str, table: str) -> str:
    return url_for(f"imports.{view}", public_id=season.public_id, target=target, table=table)


@bp.get("/seasons/<public_id>/import/<target>/<table>")
@requires(Permission.SEASON_EDIT, Season)
def columns(season: Season, target: str, table: str) -> ResponseReturnValue:
    """Show each column with some values and the field that it seems to be."""
    try:
        sent = _read(season, target, table, request.args)
    except RuleError as error:
        return _sent_again(season, error)
    if sent.table is None:
        return _columns_page(season, sent, ()), 422
    return _columns_page(season, sent, guessed_columns(sent.table, sent.choices))


def _read(season: Season, target: str, table: str, said: Any) -> Sent:
    """Read the waiting table as ``said`` has it: which sheet, which row names the columns."""
    session, language = db.session(), current_language()
    found = queries.find_target(session, season.id, target, language)
    file = queries.find_table(session, season.programme_id, table)
    try:
        content = current_app.extensions["storage"].read(file.storage_name)
    except FileNotFoundError as error:
        raise RuleError("import.file_expired") from error
    sheets = sheet_names(content, file.name)
    sheet = said.get("sheet", "") if said.get("sheet", "") in sheets[1:] else ""
    row = said.get("row", 1, type=int)
    row = row if 1 <= row <= LAST_HEADER_ROW else 1
    offered = queries.choices(session, found, language)
    sent = Sent(file, found, offered, sheets, sheet, row, None)
    try:
        rows = service.read_columns(file.name, content, sheet=sheet, header_row=row)
    except TableError as error:
        return replace(sent, error=error)
    return replace(sent, table=rows)


def _sent_again(season: Season, error: RuleError) -> ResponseReturnValue:
    form = _send_form(season, formdata=None)
    form.form_errors.append(texts.sentence(error, current_language()))
    return _start_page(season, form), error.status


def _columns_page(
    season: Season,
    sent: Sent,
    shown: tuple[Column, ...],
    problems: tuple[Problem, ...] = (),
    preview: Preview | None = None,
) -> str:
    if sent.error:
        problems = (_problem(sent.error),)
    return render_template(
        "imports/columns.html",
        season=season,
        sent=sent,
        target_name=_name_of(sent.target),
        columns=shown,
        sentences={one.position: texts.say(one.error, current_language()) for one in shown},
        problems=problems[:SHOWN_PROBLEMS],
        more=max(0, len(problems) - SHOWN_PROBLEMS),
        preview=preview,
        invite=bool(request.form.get("invite")),
        to=lambda view: _address(view, season, sent.target.key, sent.file.public_id),
    )


def _problem(error: ExportError) -> Problem:
    row, column = str(error.params.get("row", "")), str(error.params.get("column", ""))
    return Problem(row, column, texts.say(error.code, current_language(), error.params))


@dataclass(frozen=True, slots=True)
class Checked:
    """What the chosen columns make of a table: a plan, or all that is wrong."""

    sent: Sent
    columns: tuple[Column, ...]
    mapping: ColumnMapping
    problems: tuple[Problem, ...]
    plan: Plan | None


def _check(season: Season, target: str, table: str) -> Checked:
    sent = _read(season, target, table, request.form)
    if sent.table is None:
        return Checked(sent, (), ColumnMapping(), (), None)
    chosen = chosen_columns(sent.table, sent.choices, request.form)
    mapping = mapping_of(chosen, sheet=sent.sheet, header_row=sent.header_row)
    problems = tuple(_column_problems(sent, chosen))
    if problems:
        return Checked(sent, chosen, mapping, problems, None)
    try:
        own = current_actor().teams
        plan = queries.plan_of(db.session(), sent.target, sent.table, mapping, own=own)
    except TableErrors as found:
        return Checked(sent, chosen, mapping, tuple(map(_problem, found.errors)), None)
    except TableError as error:
        return Checked(sent, chosen, mapping, (_problem(error),), None)
    return Checked(sent, chosen, mapping, (), plan)


def _column_problems(sent: Sent, chosen: tuple[Column, ...]) -> list[Problem]:
    language = current_language()
    twice = [one for one in chosen if one.error]
    found = [Problem("", one.header, texts.say(one.error, language)) for one in twice]
    for choice in missing_fields(chosen, sent.choices):
        sentence = texts.say("import.field_needed", language, {"field": choice.label})
        found.append(Problem("", "", sentence))
    return found


@bp.post("/seasons/<public_id>/import/<target>/<table>/check")
@requires(Permission.SEASON_EDIT, Season)
def check(season: Season, target: str, table: str) -> ResponseReturnValue:
    """Say row by row what is wrong, or show what would be imported; nothing is yet."""
    try:
        checked = _check(season, target, table)
    except RuleError as error:
        return _sent_again(season, error)
    return _checked_page(season, checked)


def _checked_page(season: Season, checked: Checked) -> ResponseReturnValue:
    preview = None if checked.plan is None else queries.preview_of(checked.plan)
    page = _columns_page(season, checked.sent, checked.columns, checked.problems, preview)
    return page, 422 if preview is None else 200


@bp.post("/seasons/<public_id>/import/<target>/<table>/all")
@requires(Permission.SEASON_EDIT, Season)
def carry_out(season: Season, target: str, table: str) -> ResponseReturnValue:
    """Import the whole table, or nothing."""
    try:
        checked = _check(season, target, table)
    except RuleError as error:
        return _sent_again(season, error)
    if checked.plan is None:
        return _checked_page(season, checked)
    try:
        name, count = _carry_out(checked, checked.plan)
    except AwardError as error:
        told = Problem("", "", texts.sentence(error, current_language()))
        return _columns_page(season, checked.sent, checked.columns, (told,)), error.status
    except TableErrors as refused:
        found = tuple(map(_problem, refused.errors))
        return _columns_page(season, checked.sent, checked.columns, found), 409
    current_app.extensions["storage"].remove(name)
    flash(_told(checked.sent.target.kind, count), "success")
    return redirect(_afterwards(season, checked.sent.target), code=303)


def _carry_out(checked: Checked, plan: Plan) -> tuple[str, int]:
    actor = current_actor()
    with unit_of_work() as unit:
        name = service.put_away(unit, checked.sent.file.id)
        count = service.carry_out(
            unit,
            checked.sent.target,
            plan,
            invite=bool(request.form.get("invite")),
            base_url=str(current_app.extensions["settings"].base_url),
            own=actor.teams,
            actor_id=actor.person_id,
            now=g.now,
        )
    return name, count


def _told(kind: Kind, count: int) -> str:
    if kind is Kind.ENTRIES:
        return ngettext("%(num)d entry is imported.", "%(num)d entries are imported.", count)
    if kind is Kind.PARTICIPANTS:
        return ngettext("%(num)d person is imported.", "%(num)d people are imported.", count)
    if kind is Kind.JURORS:
        return ngettext("%(num)d juror is imported.", "%(num)d jurors are imported.", count)
    return ngettext("%(num)d score sheet is imported.", "%(num)d score sheets are imported.", count)


def _afterwards(season: Season, target: Target) -> str:
    if target.kind is Kind.SCORES:
        round_ = db.session.get_one(Round, target.round_id)
        return url_for("jury.progress", public_id=round_.public_id)
    return url_for(AFTERWARDS[target.kind], public_id=season.public_id)


@bp.post("/seasons/<public_id>/import/<target>/<table>/mapping.toml")
@requires(Permission.SEASON_EDIT, Season)
def mapping_file(season: Season, target: str, table: str) -> ResponseReturnValue:
    """Hand out the choices as a mapping file for ``award import --map``."""
    try:
        checked = _check(season, target, table)
    except RuleError as error:
        return _sent_again(season, error)
    if checked.sent.table is None:
        return _checked_page(season, checked)
    content = io.BytesIO(mapping_text(checked.mapping).encode())
    return send_file(
        content, mimetype="application/toml", as_attachment=True, download_name="mapping.toml"
    )


@bp.post("/seasons/<public_id>/import/<target>/<table>/put-away")
@requires(Permission.SEASON_EDIT, Season)
def put_away(season: Season, target: str, table: str) -> ResponseReturnValue:
    """Forget a table that will not be imported."""
    try:
        found = queries.find_table(db.session(), season.programme_id, table)
        with unit_of_work() as unit:
            name = service.put_away(unit, found.id)
    except RuleError as error:
        return _sent_again(season, error)
    current_app.extensions["storage"].remove(name)
    flash(_("The table is put away. Nothing was imported."), "success")
    return redirect(url_for("imports.start", public_id=season.public_id, target=target), code=303)

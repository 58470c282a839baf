"""``award import``: entries, jurors, participants, scores from any table, all rows or none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from award.app import create_app
from award.commands.console import complain, complain_all, problem
from award.commands.failing import readable_errors
from award.commands.imports_scores import ScoresJob
from award.commands.language import system_language
from award.commands.lookup import find_season
from award.db import db, read_only, unit_of_work
from award.education.importing import participant_fields, plan_participants
from award.education.service import take_attendance
from award.entries.importing.plans import entry_fields, plan_entries
from award.entries.importing.service import import_entries
from award.jury.people.importing import import_jurors, juror_fields, plan_jurors
from award.texts import say
from exports.errors import ExportError, TableError, TableErrors
from exports.tables.fields import named_table
from exports.tables.mapping import ColumnMapping, load_mapping
from exports.tables.reading import Table, read_table

FILE = click.Path(path_type=Path)
Option = Callable[[Callable[..., Any]], Callable[..., Any]]
SEASON = click.option(
    "--season", "season_name", required=True, metavar="SEASON", help="PROGRAMME/SEASON or its id."
)
MAP = click.option("--map", "mapping", type=FILE, metavar="FILE.toml", help="Columns to fields.")
CHECK = click.option("--check", "only_check", is_flag=True, help="Check all rows, import nothing.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
INVITE = click.option("--invite", is_flag=True, help="Mail everybody now. Without it nobody.")


@dataclass(frozen=True, slots=True)
class Source:
    """A table as it lies in its file, and what a mapping file says about it."""

    table: Table
    mapping: ColumnMapping | None


@click.group(name="import")
def import_() -> None:
    """Bring entries, jurors, participants or scores from a CSV or XLSX table into a season.

    Everything that is wrong is said row by row; then nothing is imported.
    """


@import_.command("entries")
@click.argument("file", type=FILE)
@SEASON
@MAP
@INVITE
@CHECK
@JSON
@readable_errors
def entries(
    file: Path,
    season_name: str,
    mapping: Path | None,
    invite: bool,
    only_check: bool,
    as_json: bool,
) -> None:
    """Import submitted entries with their teams; people get accounts without a password."""
    app = create_app()
    with app.app_context(), problems_told(as_json):
        source = read_source(file, mapping)
        read_only()
        season_id = find_season(db.session(), season_name).id
        fields = entry_fields(db.session(), season_id)
        table = named_table(source.table, source.mapping, fields)
        plan = plan_entries(db.session(), season_id, table)
        db.session.remove()
        told = {"entries": len(plan.entries), "accounts": 0, "incomplete": plan.incomplete}
        if not only_check:
            with unit_of_work() as session:
                made = import_entries(
                    session,
                    season_id,
                    plan,
                    invite=invite,
                    base_url=app.extensions["settings"].base_url,
                    actor_id=None,
                    now=datetime.now(UTC),
                )
            told["accounts"] = made.accounts
        report("entries_done", told, only_check, as_json)


@import_.command("jurors")
@click.argument("file", type=FILE)
@SEASON
@MAP
@INVITE
@CHECK
@JSON
@readable_errors
def jurors(
    file: Path,
    season_name: str,
    mapping: Path | None,
    invite: bool,
    only_check: bool,
    as_json: bool,
) -> None:
    """Put jurors on a season's jury; each joins by accepting her invitation."""
    app = create_app()
    with app.app_context(), problems_told(as_json):
        source = read_source(file, mapping)
        read_only()
        season_id = find_season(db.session(), season_name).id
        table = named_table(source.table, source.mapping, juror_fields())
        offers = plan_jurors(db.session(), season_id, table)
        db.session.remove()
        if not only_check:
            with unit_of_work() as session:
                import_jurors(
                    session,
                    season_id,
                    offers,
                    invite=invite,
                    base_url=app.extensions["settings"].base_url,
                    actor_id=None,
                    now=datetime.now(UTC),
                )
        report("jurors_done", {"jurors": len(offers)}, only_check, as_json)


@import_.command("participants")
@click.argument("file", type=FILE)
@SEASON
@MAP
@CHECK
@JSON
@readable_errors
def participants(
    file: Path, season_name: str, mapping: Path | None, only_check: bool, as_json: bool
) -> None:
    """Import who signed up for the workshops of a season or was there; nobody gets an account.

    A workshop has a column of its own, with yes and no, or a column lists the workshops. Who is
    known already, by address or name, keeps what is there. Attendance is added; only a plain no
    takes it back.
    """
    app = create_app()
    with app.app_context(), problems_told(as_json):
        source = read_source(file, mapping)
        read_only()
        season_id = find_season(db.session(), season_name).id
        fields = participant_fields(db.session(), season_id)
        table = named_table(source.table, source.mapping, fields)
        plan = plan_participants(db.session(), season_id, table)
        db.session.remove()
        told = {"people": len(plan.people), "added": 0, "marks": 0}
        if not only_check:
            with unit_of_work() as session:
                made = take_attendance(
                    session, season_id, plan, actor_id=None, now=datetime.now(UTC)
                )
            told |= {"added": made.added, "marks": made.marks}
        report("participants_done", told, only_check, as_json)


@import_.command("scores")
@click.argument("file", type=FILE)
@SEASON
@click.option("--round", "round_name", metavar="ROUND", help="Its number or id.")
@MAP
@click.option("--create", is_flag=True, help="Make what is missing: entries, jurors, a round.")
@click.option("--rubric", type=FILE, metavar="RUBRIC.toml", help="The rubric of a new round.")
@click.option("--cut", type=click.IntRange(min=1), metavar="K", help="The cut of a new round.")
@CHECK
@JSON
@readable_errors
def scores(
    file: Path,
    season_name: str,
    round_name: str | None,
    mapping: Path | None,
    create: bool,
    rubric: Path | None,
    cut: int | None,
    only_check: bool,
    as_json: bool,
) -> None:
    """Import submitted score sheets: entry,juror,criterion,score, or a column a criterion.

    With --create also a jury that judged elsewhere: its season where PROGRAMME has none of that
    name, entries that are called by their code, jurors without an account, and without --round a
    closed round to be tabulated.
    """
    if (rubric or cut) and (round_name or not create):
        raise click.UsageError(say("import.rubric_of_round", system_language()))
    app = create_app()
    with app.app_context(), problems_told(as_json):
        source = read_source(file, mapping)
        job = ScoresJob(season_name, round_name, create, rubric, cut)
        read_only()
        plan = job.plan(db.session(), source.table, source.mapping)
        db.session.remove()
        told: dict[str, Any] = {"sheets": len(plan.sheets), "scores": plan.scores}
        if not only_check:
            bar = tqdm(total=len(plan.sheets), unit=" sheets", disable=None)
            with bar, unit_of_work() as session:
                made = job.write(session, plan, now=datetime.now(UTC), progress=bar.update)
            told |= {"round": made.round_public_id, "entries": made.entries, "jurors": made.jurors}
        report("scores_done", told, only_check, as_json)


def read_source(file: Path, mapping: Path | None) -> Source:
    """Read the table as it is; the mapping only says which sheet and which header row."""
    known = load_mapping(mapping) if mapping else None
    if known is None:
        return Source(read_table(file), None)
    return Source(read_table(file, sheet=known.sheet, header_row=known.header_row), known)


@contextmanager
def problems_told(as_json: bool) -> Iterator[None]:
    """Say all that is wrong with a table, line by line on standard error, and end with exit 1."""
    try:
        yield
    except TableErrors as found:
        complain_all(found.errors)
        complain(say("import.nothing_done", system_language(), {"count": len(found.errors)}))
        _refuse_json(found.errors, as_json)
    except TableError as error:
        complain(problem(error))
        _refuse_json((error,), as_json)


def _refuse_json(errors: tuple[ExportError, ...], as_json: bool) -> None:
    if as_json:
        places = ("file", "row", "column")
        told = [
            {name: error.params[name] for name in places if error.params.get(name)}
            | {"code": error.code, "sentence": say(error.code, system_language(), error.params)}
            for error in errors
        ]
        click.echo(json.dumps({"problems": told}, ensure_ascii=False))
    raise click.exceptions.Exit(1)


def report(code: str, told: Mapping[str, Any], only_check: bool, as_json: bool) -> None:
    """Say what was imported, or that everything could be."""
    if as_json:
        click.echo(json.dumps({"imported": not only_check, **told}, ensure_ascii=False))
    elif only_check:
        click.echo(say("import.checked", system_language()))
    else:
        click.echo(say(f"import.{code}", system_language(), told))

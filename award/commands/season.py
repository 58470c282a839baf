"""``award tabulate`` and ``award export``: a season's results and tables, without a browser."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

import scoring
from award.app import create_app
from award.commands.failing import readable_errors
from award.commands.language import system_language
from award.commands.lookup import find_round, find_season
from award.db import db, read_only, unit_of_work
from award.i18n import translator
from award.messages.tables import MESSAGE_TABLES
from award.models.results import Tabulation
from award.results.downloads.season_tables import SEASON_TABLES
from award.results.downloads.tables import ROUND_TABLES, entries_table
from award.results.service import compute, read_input, tabulate_round
from award.tables import EVERYTHING, TYPES, Table, write_table
from award.texts import say

OF_SEASON = {**SEASON_TABLES, **MESSAGE_TABLES}
ALIASES = {"scores": "scores-long"}
TABLES = (
    "entries",
    "scores",
    *(name for name in ROUND_TABLES if name != "scores-long"),
    *OF_SEASON,
)


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.option("--reason", default="", help="Why the tabulation before is superseded.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@readable_errors
def tabulate(round_name: str, reason: str, as_json: bool) -> None:
    """Freeze the standings of a closed round: ROUND is PROGRAMME/SEASON/NUMBER or its id."""
    with create_app().app_context():
        read_only()
        round_id = find_round(db.session(), round_name).id
        found = read_input(db.session(), round_id)
        db.session.remove()
        click.echo(say("tabulate.begun", system_language()), err=True)
        computed = compute(found)
        with unit_of_work() as session:
            made = tabulate_round(
                session,
                round_id,
                reason=reason,
                actor_id=None,
                now=datetime.now(UTC),
                computed=computed,
            )
            told = _told(made, computed)
    if as_json:
        variance = computed.variance
        told["variance"] = {
            name: getattr(variance, name) for name in ("merit", "severity", "residual")
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(say("tabulate.done", system_language(), told))


def _told(made: Tabulation, computed: scoring.Tabulation) -> dict[str, Any]:
    return {
        "tabulation": made.public_id,
        "number": made.number,
        "digest": made.input_digest,
        "entries": sum(row.place is not None for row in computed.entries),
        "jurors": len(computed.jurors),
    }


@click.command()
@click.argument("place", metavar="SEASON|ROUND")
@click.argument("table", type=click.Choice(TABLES))
@click.option(
    "--format",
    "kind",
    type=click.Choice(sorted(TYPES)),
    help="Told from FILE's ending otherwise.",
)
@click.option(
    "--headers",
    type=click.Choice(["titles", "keys"]),
    default="titles",
    show_default=True,
    help="Titles in the reader's language, or keys that are the same in every language.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write.",
)
@readable_errors
def export(place: str, table: str, kind: str | None, headers: str, out: Path) -> None:
    """Write a table: a SEASON's entries, jurors, certificates or mails, or a ROUND's scores,
    results, progress or assignment.

    SEASON is PROGRAMME/SEASON or its id; ROUND is PROGRAMME/SEASON/NUMBER, its id, or the season
    where it has only one.
    """
    ending = out.suffix.casefold().lstrip(".")
    kind = kind or (ending if ending in TYPES else "csv")
    with create_app().app_context():
        read_only()
        found = _table(place, ALIASES.get(table, table))
        partial = out.with_name(f"{out.name}.part")
        rows = tqdm(found.rows, unit=" rows", disable=None)
        try:
            write_table(partial, found, kind, name=table, keys=headers == "keys", rows=rows)
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
            db.session.remove()
    click.echo(say("export.done", system_language(), {"file": str(out)}), err=True)


def _table(place: str, name: str) -> Table:
    session, language = db.session(), system_language()
    translate = translator(language).gettext
    if name == "entries":
        return entries_table(session, find_season(session, place).id, language, translate)
    if name in OF_SEASON:
        season_id = find_season(session, place).id
        return OF_SEASON[name](session, season_id, language, translate, EVERYTHING)
    round_id = find_round(session, place).id
    return ROUND_TABLES[name](session, round_id, language, translate, EVERYTHING)

"""``award score``: a ranking from anybody's table of scores, with no season set up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from award.commands.score_input import Rubric
    from scoring import Scores, Tabulation

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("scores", type=FILE)
@click.option("--rubric", type=FILE, metavar="RUBRIC.toml", help="Criteria, weights, tie rules.")
@click.option("--map", "mapping", type=FILE, metavar="FILE.toml", help="Columns to fields.")
@click.option("--rank-by", type=click.Choice(["calibrated", "plain"]), default="calibrated")
@click.option("--cut", type=click.IntRange(min=1), metavar="K", help="How many entries go on.")
@click.option("--group", metavar="COLUMN", help="Category or panel that jurors keep to.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--juror-weights", is_flag=True, help="Let jurors who stray less count more.")
@click.option("--robust", is_flag=True, help="Let sheets far from all else count less.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write entries.csv, jurors.csv and result.json.",
)
def score(
    scores: Path,
    rubric: Path | None,
    mapping: Path | None,
    group: str | None,
    as_json: bool,
    out: Path | None,
    **options: Any,
) -> None:
    """Rank entries by their scores: fair to those who drew a strict juror, and saying how sure.

    SCORES is a CSV or XLSX table with the columns entry, juror, score and, optionally, criterion.
    """
    from award.commands.score_report import as_json as as_object
    from award.commands.score_report import as_page

    table = _tabulated(*_read(scores, rubric, mapping, group), options, scores.name)
    if out:
        _write(out, table)
    if as_json:
        click.echo(json.dumps(as_object(table), ensure_ascii=False, allow_nan=False))
    else:
        click.echo(as_page(table, _say))


def _read(
    scores: Path, rubric: Path | None, mapping: Path | None, group: str | None
) -> tuple[Scores, Rubric]:
    from award.commands.console import complain_all, refuse
    from award.commands.score_input import read_rubric, read_scores
    from exports.errors import TableError, TableErrors
    from exports.tables.mapping import load_mapping, read_mapped

    try:
        rules = read_rubric(rubric) if rubric else None
        known = load_mapping(mapping) if mapping else None
        return read_scores(read_mapped(scores, mapping=known), rules, group)
    except TableError as error:
        refuse(error, scores.name)
    except TableErrors as found:
        complain_all(found.errors)
        raise SystemExit(1) from None


def _tabulated(scores: Scores, rubric: Rubric, options: Mapping[str, Any], name: str) -> Tabulation:
    from award.commands.console import refuse
    from exports.errors import TableError
    from scoring import Rules, ScoringError, tabulate

    try:
        return tabulate(scores, Rules(rubric.criteria, ties=rubric.ties, **options))
    except ScoringError as error:
        refuse(TableError(f"score.{error.code}", file=name, **error.params))


def _write(folder: Path, table: Tabulation) -> None:
    from award.commands.console import refuse, write_whole
    from award.commands.score_report import as_json, entries_csv, jurors_csv
    from exports.errors import TableError

    result = json.dumps(as_json(table), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / "entries.csv", entries_csv(table))
        write_whole(folder / "jurors.csv", jurors_csv(table))
        write_whole(folder / "result.json", result.encode())
    except OSError as error:
        refuse(TableError("score.file_not_written", file=str(folder), why=error.strerror))


def _say(code: str, params: Mapping[str, Any]) -> str:
    from award.commands.language import system_language
    from award.texts import say

    return say(f"score.{code}", system_language(), params)

"""``award assign``: who judges what, from plain tables, with no season set up."""

from __future__ import annotations

import csv
import io
import json as jsonlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exports.languages import LANGUAGES

if TYPE_CHECKING:
    from assignment import (
        Difference,
        Impossible,
        Plan,
        Relaxation,
    )
    from award.commands.assign_tables import Tables
    from exports.errors import TableError

MODES = ("default", "optimum", "fewest-changes", "random")
FIGURES = (
    "total",
    "bound",
    "share",
    "worst_entry",
    "p5_entry",
    "weak_entries",
    "zero_pairs",
    "load_min",
    "load_max",
    "connected",
    "seconds",
    "seed",
)
YES_NO = {True: "yes", False: "no"}
BESIDE = {
    "worst_entry": "worst_bound",
    "p5_entry": "p5_bound",
    "zero_pairs": "zero_minimum",
    "load_max": "load_spread",
    "connected": "severity_variance",
}
"""What the readable table adds below a figure: the bound of a good one, how even, how well."""
Say = Callable[[str, Mapping[str, Any]], str]
TABLE = click.Path(path_type=Path)
SHARE = click.FloatRange(0, 1)


@click.command()
@click.option("--entries", type=TABLE, required=True, help="entry[,category,topics,…]")
@click.option("--jurors", type=TABLE, required=True, help="juror[,min,max,panel,topics,…]")
@click.option("--per-entry", type=click.IntRange(1), required=True, help="Jurors an entry gets.")
@click.option("--affinity", type=TABLE, help="entry,juror,affinity (0 to 1)")
@click.option("--conflicts", type=TABLE, help="entry,juror: pairs that must never be")
@click.option("--kept", type=TABLE, help="entry,juror: assignments that are already made")
@click.option("--mode", type=click.Choice(MODES), default="default", show_default=True)
@click.option("--budget", type=SHARE, default=0.01, show_default=True, help="What fairness costs.")
@click.option("--strong", type=SHARE, default=0.5, show_default=True, help="A strong match.")
@click.option("--max-probability", type=SHARE, help="Of any pair, with --mode random.  [0.5]")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--out", type=TABLE, help="Write entry,juror,affinity,why here.")
def assign(
    *,
    entries: Path,
    jurors: Path,
    per_entry: int,
    affinity: Path | None,
    conflicts: Path | None,
    kept: Path | None,
    as_json: bool,
    out: Path | None,
    **search: Any,
) -> None:
    """Assign jurors to entries: provably close to the best fit, even, and without conflicts."""
    from assignment import AssignmentError, CannotAssign
    from award.commands.assign_tables import Tables
    from award.commands.console import complain_lines
    from exports.errors import TableError, TableErrors

    language = _language(os.environ)
    say = _sayer(language)
    lenient = search["mode"] == "fewest-changes"
    tables = Tables(entries, jurors, affinity, conflicts, lenient=lenient)
    try:
        made = _solve(tables, per_entry, kept, search, say)
        if out:
            _write(out, _csv(made.plan, language))
    except CannotAssign as refusal:
        _refuse(refusal.certificate, as_json, language)
    except TableError as error:
        raise click.ClickException(_in_place(error, say)) from None
    except TableErrors as found:
        complain_lines([_in_place(one, say) for one in found.errors], len(found.errors))
        raise click.exceptions.Exit(1) from None
    except AssignmentError as error:
        raise click.ClickException(say(error.code, error.params)) from None
    except OSError as error:
        params = {"file": str(out), "why": error.strerror}
        raise click.ClickException(say("file_not_written", params)) from None
    else:
        _report(made, as_json, say)


def _solve(
    tables: Tables, per_entry: int, kept: Path | None, search: dict[str, Any], say: Say
) -> Difference:
    from assignment import Options
    from assignment import assign as solve

    highest = search.pop("max_probability")
    if highest is not None and search["mode"] != "random":
        raise click.UsageError("--max-probability goes with --mode random")
    options = Options(
        **search,
        max_probability=0.5 if highest is None else highest,
        progress=lambda stage: click.echo(say(stage, {}), err=True),
    )
    problem = tables.problem(per_entry)
    present = tables.pairs(kept) if kept else frozenset()
    if tables.skipped:
        click.echo(say("rows_skipped", {"rows": tables.skipped}), err=True)
    if options.mode != "fewest-changes":
        problem = replace(problem, kept=present)
    return solve(problem, options, present)


def _language(environment: Mapping[str, str]) -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return locale[:2] if locale[:2] in LANGUAGES else "en"


def _sayer(language: str) -> Say:
    from award.texts import TEXTS, say

    def in_language(code: str, params: Mapping[str, Any]) -> str:
        own = f"assign.{code}"
        return say(own if own in TEXTS else code, language, params)

    return in_language


def _in_place(error: TableError, say: Say) -> str:
    where = {
        (False, False): "in_file",
        (True, False): "in_row",
        (False, True): "in_column",
        (True, True): "in_cell",
    }[bool(error.params.get("row")), bool(error.params.get("column"))]
    return say(where, {**error.params, "sentence": say(error.code, error.params)})


def _report(made: Difference, as_json: bool, say: Say) -> None:
    figures = {name: _rounded(getattr(made.plan, name)) for name in FIGURES}
    if as_json:
        click.echo(jsonlib.dumps(figures, ensure_ascii=False))
        return
    for name, value in _told_figures(made.plan, figures):
        told = say(YES_NO[value], {}) if isinstance(value, bool) else value
        click.echo(f"{say(f'figure_{name}', {}):<44}{told}")
    click.echo(
        say(
            "changes_made",
            {"added": len(made.added), "removed": len(made.removed), "kept": len(made.kept)},
        )
    )


def _told_figures(plan: Plan, figures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        yield name, value
        beside = BESIDE.get(name)
        if beside and (bound := getattr(plan, beside)) is not None:
            yield beside, _rounded(bound)
        if name == "weak_entries" and plan.served[0].minimum is not None:
            yield "weak_minimum", plan.served[0].minimum


def _rounded(value: float | int | bool) -> float | int | bool:
    return round(value, 6) if isinstance(value, float) else value


def _csv(plan: Plan, language: str) -> str:
    from award.texts.plans import why_text

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("entry", "juror", "affinity", "why"))
    for pair in plan.pairs:
        row = (pair.entry, pair.juror, f"{pair.affinity:.3f}", why_text(pair.why, language))
        writer.writerow(row)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    """Write beside the place and move into it, so that nobody meets half a file."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _refuse(certificate: Impossible, as_json: bool, language: str) -> None:
    from award.texts.plans import change_text, changes_text, impossible_text

    sentence = impossible_text(certificate, language)
    click.echo(sentence, err=True)
    click.echo(changes_text(certificate, language), err=True)
    if as_json:
        impossible = {
            "entries": certificate.entries,
            "jurors": certificate.jurors,
            "missing": certificate.missing,
            "sentence": sentence,
            "relaxation": [
                {**_told(change), "sentence": change_text(change, language)}
                for change in certificate.relaxation
            ],
        }
        click.echo(jsonlib.dumps({"impossible": impossible}, ensure_ascii=False))
    raise click.exceptions.Exit(1)


def _told(change: Relaxation) -> dict[str, Any]:
    params = {"entry": change.entry, "juror": change.juror, "by": change.by, "to": change.to}
    return {"code": change.code, **{name: value for name, value in params.items() if value}}

"""What the commands share: the reader's language, refusals on standard error, files whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from award.commands.language import system_language
from award.texts import say
from exports.errors import ExportError

SHOWN_PROBLEMS = 50


def problem(error: ExportError, subject: str = "") -> str:
    """Return one readable line: the file, row and column where known, then the sentence."""
    tongue = system_language()
    where = [str(error.params.get("file") or subject)]
    if "row" in error.params:
        where.append(say("at_row", tongue, {"row": error.params["row"]}))
    if error.params.get("column"):
        where.append(say("at_column", tongue, {"column": error.params["column"]}))
    place = ", ".join(part for part in where if part)
    sentence = say(error.code, tongue, error.params)
    return one_line(f"{place}: {sentence}".removeprefix(": "))


def one_line(text: str) -> str:
    """Return what a file or a person wrote as a terminal may print it: on a single line, without
    the control characters that would move the cursor or change colours.
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def complain(line: str) -> None:
    """Print one line on standard error."""
    click.echo(line, err=True)


def complain_all(errors: Sequence[ExportError]) -> None:
    """Print a line for each of the first problems, and how many more there are."""
    complain_lines([problem(error) for error in errors[:SHOWN_PROBLEMS]], len(errors))


def complain_lines(lines: Sequence[str], count: int) -> None:
    """Print the first of so many problems, and how many more there are."""
    shown = lines[:SHOWN_PROBLEMS]
    for line in shown:
        complain(line)
    if count > len(shown):
        more = {"count": count - len(shown)}
        complain(say("score.more_problems", system_language(), more))


def refuse(error: ExportError, subject: str = "") -> NoReturn:
    """Say what is wrong with the input and end with exit code 1."""
    complain(problem(error, subject))
    raise SystemExit(1)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is never seen half-written, also when the command is killed."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)

"""Reading the delivery-status messages that come back to the sender's address."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import BinaryIO

import click

from award.app import create_app
from award.commands.console import complain
from award.commands.failing import readable_errors
from award.commands.language import system_language
from award.db import unit_of_work
from award.messages.bounces import LONGEST, Failure, mark_failure, read_failures
from award.texts import say


@click.command()
@click.argument("files", metavar="FILE…", type=click.File("rb"), nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@readable_errors
def bounces(files: tuple[BinaryIO, ...], as_json: bool) -> None:
    """Mark the mails that came back: FILE holds a delivery-status message (RFC 3464), - reads it.

    Exit 1 where a FILE is none; the others are read all the same.
    """
    failures: list[Failure] = []
    strange: list[str] = []
    for file in files:
        found = read_failures(file.read(LONGEST))
        if found is None:
            strange.append(str(getattr(file, "name", "-")))
            complain(say("bounces.strange", system_language(), {"file": strange[-1]}))
        failures += found or []
    marked = _mark(failures)
    if as_json:
        told = [
            {"mail": one.mail_id, "address": one.address, "reason": one.reason} for one in marked
        ]
        click.echo(json.dumps({"marked": told, "other": strange}, ensure_ascii=False))
    else:
        for one in marked:
            click.echo(f"{one.address}: {one.reason}")
        click.echo(say("bounces.done", system_language(), {"count": len(marked)}))
    sys.exit(1 if strange else 0)


def _mark(failures: list[Failure]) -> list[Failure]:
    if not failures:
        return []
    with create_app().app_context(), unit_of_work() as session:
        now = datetime.now(UTC)
        return [one for one in failures if mark_failure(session, one, now=now)]

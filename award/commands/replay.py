"""``award replay``: a published result computed anew from its bundle, every number compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from award.commands.console import complain, refuse
from award.commands.evidence import content_of, own_issuer
from award.commands.language import system_language
from award.results.tabulation.replaying import Replay, libraries, replay
from award.texts import say
from exports.errors import ExportError
from exports.records.bundles import KIND, Bundle, read_bundle
from exports.records.sealing import check_seal

SHOWN = 20


@click.command(name="replay")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay_(bundle: Path, as_json: bool) -> None:
    """Compute a published result anew from its BUNDLE and compare every number.

    Needs neither the store nor a network. Ends with 0 only if all of them come out, from a bundle
    whose seal belongs to it.
    """
    try:
        read = read_bundle(content_of(bundle))
        seal = _seal_sentence(read)
        found = replay(read)
    except ExportError as error:
        refuse(error, str(bundle))
    if as_json:
        click.echo(json.dumps(_told(read, found), ensure_ascii=False))
    else:
        for line in (*_lines(read, found), seal):
            click.echo(f"{bundle}: {line}")
    _complain(bundle, found)
    raise SystemExit(int(bool(found.differences)))


def _lines(read: Bundle, found: Replay) -> list[str]:
    if found.differences:
        return []
    language = system_language()
    if found.identical:
        return [say("replay.identical", language, {"count": found.exact, "engine": found.engine})]
    said = {
        "exact": found.exact,
        "drawn": found.loose,
        "engine": found.engine,
        "libraries": _named(read.content["libraries"]),
        "here": _named(libraries()),
    }
    return [say("replay.agrees", language, said)]


def _named(versions: dict[str, Any]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def _complain(bundle: Path, found: Replay) -> None:
    language = system_language()
    for one in found.differences[:SHOWN]:
        complain(f"{bundle}: {say('replay.differs', language, one._asdict())}")
    if found.differences:
        numbers = {"count": len(found.differences), "compared": found.exact + found.loose}
        complain(f"{bundle}: {say('replay.failed', language, numbers)}")


def _seal_sentence(read: Bundle) -> str:
    """Say whether this installation sealed it: an outsider has other keys, or none.

    Raises ExportError seal_malformed or seal_broken where nobody sealed these bytes.
    """
    language = system_language()
    try:
        check_seal(KIND, read.digest, read.seal, own_issuer())
    except ExportError as error:
        if error.code in {"seal_malformed", "seal_broken"}:
            raise
        return say("replay.unsealed", language, {"why": say(error.code, language, error.params)})
    return say("replay.seal", language)


def _told(read: Bundle, found: Replay) -> dict[str, Any]:
    return {
        "digest": read.digest,
        "engine": found.engine,
        "identical": found.identical and not found.differences,
        "compared": found.exact + found.loose,
        "differences": [one._asdict() for one in found.differences],
    }

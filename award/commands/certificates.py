"""``award certificates``: a table of recipients in, one signed PDF a recipient out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

import config
from award.commands.console import refuse, write_whole
from award.i18n import translator
from exports.archive import safe_name
from exports.certificates.badges import sign_badge
from exports.certificates.designs import ORIENTATIONS, design
from exports.certificates.issuing import issue
from exports.certificates.numbers import new_number
from exports.certificates.page import CertificateData, Signatory
from exports.certificates.recipients import Recipient, recipients
from exports.errors import ExportError
from exports.signing.keys import SigningKeys, installation_keys, signing_keys
from exports.tables.mapping import load_mapping, read_mapped


@dataclass(frozen=True, slots=True)
class Batch:
    """What all certificates of one run share."""

    programme: str
    colour: str
    logo: bytes | None
    template: str
    orientation: str
    signatures: tuple[Signatory, ...]
    url: str
    issued_on: date
    badges: bool


@click.command()
@click.argument("recipients_file", metavar="RECIPIENTS", type=click.Path(path_type=Path))
@click.option(
    "--template",
    default="classic",
    show_default=True,
    metavar="NAME|FILE.html",
    help="classic, engraved or horizon, or a design of your own.",
)
@click.option(
    "--orientation", type=click.Choice(ORIENTATIONS), default="landscape", show_default=True
)
@click.option(
    "--signatory",
    "signatories",
    multiple=True,
    metavar="NAME;ROLE;PICTURE",
    help="Who signs; role and picture may be left out. Repeat it for several.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR"
)
@click.option("--url", default="", metavar="BASE", help="Address of the pages that confirm them.")
@click.option("--sign", type=click.Path(path_type=Path), metavar="KEY", help="PEM or P12 file.")
@click.option("--map", "mapping", type=click.Path(path_type=Path), metavar="FILE.toml")
@click.option("--programme", default="Social Impact Award Russia", show_default=True)
@click.option("--colour", default="#0b6650", show_default=True, help="The programme's colour.")
@click.option("--logo", type=click.Path(path_type=Path), help="PNG, JPEG or WebP.")
@click.option("--date", "issued_on", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@click.option("--badges", is_flag=True, help="Write an Open Badge beside each PDF.")
@click.option("--passphrase", envvar="AWARD_KEY_PASSPHRASE", default="", hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def certificates(
    recipients_file: Path,
    template: str,
    orientation: str,
    signatories: tuple[str, ...],
    out: Path,
    url: str,
    sign: Path | None,
    mapping: Path | None,
    programme: str,
    colour: str,
    logo: Path | None,
    issued_on: Any,
    badges: bool,
    passphrase: str,
    as_json: bool,
) -> None:
    """Make a certificate (PDF, signed) for each row of RECIPIENTS.

    RECIPIENTS is a CSV or XLSX table with the columns name, kind, project, place, season and
    language, and may have prize and email.
    """
    try:
        plan = load_mapping(mapping) if mapping else None
        people = recipients(read_mapped(recipients_file, mapping=plan))
        design(template, orientation)
        keys = _keys(sign, passphrase, programme)
        batch = Batch(
            programme=programme,
            colour=colour,
            logo=logo.read_bytes() if logo else None,
            template=template,
            orientation=orientation,
            signatures=tuple(_signatory(said) for said in signatories),
            url=url,
            badges=badges,
            issued_on=issued_on.date() if issued_on else date.today(),  # noqa: DTZ011 - the day on the desk
        )
        made = _make(people, batch, keys, out)
    except ExportError as error:
        refuse(error, recipients_file.name)
    except OSError as error:
        refuse(ExportError("file_unreadable", file=str(error.filename), why=error.strerror))
    _report(made, out, as_json)


def _make(
    people: Sequence[Recipient], batch: Batch, keys: SigningKeys, out: Path
) -> list[dict[str, Any]]:
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for person in tqdm(people, unit="pdf", file=sys.stderr, disable=not sys.stderr.isatty()):
        data = _data(person, batch)
        translate = translator(person.language).gettext
        pdf = issue(
            data,
            keys,
            translate,
            base_url=batch.url,
            template=batch.template,
            orientation=batch.orientation,
        )
        name = safe_name(f"{person.kind}-{person.name[:48]}-{data.number}.pdf").replace(" ", "_")
        write_whole(out / name, pdf)
        if batch.badges:
            badge = sign_badge(
                data, keys.payload, translate, base_url=batch.url, email=person.email
            )
            write_whole(out / f"{name.removesuffix('.pdf')}.badge.jwt", badge.encode())
        made.append(
            {"row": person.row, "name": person.name, "kind": person.kind}
            | {"number": data.number, "file": name, "email": person.email}
        )
    return made


def _data(person: Recipient, batch: Batch) -> CertificateData:
    return CertificateData(
        name=person.name,
        kind=person.kind,
        programme=batch.programme,
        season=person.season,
        language=person.language,
        issued_on=batch.issued_on,
        number=new_number(),
        verify_url="",
        project=person.project,
        place=person.place,
        prize=person.prize,
        colour=batch.colour,
        logo=batch.logo,
        signatures=batch.signatures,
    )


def _keys(sign: Path | None, passphrase: str, programme: str) -> SigningKeys:
    own = installation_keys(config.from_environment().keys, programme)
    return signing_keys(sign, passphrase, own) if sign else own


def _signatory(said: str) -> Signatory:
    name, role, picture = (part.strip() for part in (*said.split(";", 2), "", "")[:3])
    return Signatory(name, role, Path(picture).read_bytes() if picture else None)


def _report(made: list[dict[str, Any]], out: Path, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"out": str(out), "certificates": made}, ensure_ascii=False))
        return
    for one in made:
        click.echo(f"{one['number']}  {one['name']}  {out / one['file']}")

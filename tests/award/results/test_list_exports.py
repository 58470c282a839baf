"""Every list page of the organiser's rooms gives out what it shows: as filtered, in its order."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook

from award import mail
from award.models.results import Certificate, CertificateKind, CertificateState
from tests.award.results.conftest import Judged
from tests.award.results.test_exports import fetch

LINK = re.compile(r'href="([^"]+\.(csv|xlsx)(?:\?[^"]*)?)"')
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def full(session: Any, decided: Judged, now: datetime) -> Judged:
    """A decided round with something on every list, and a name that a spreadsheet would run."""
    decided.jurors[0].name = FORMULA
    decided.entries[1].title = decided.entries[0].title + "s"
    for number, state in enumerate((CertificateState.ISSUED, CertificateState.PENDING)):
        session.add(
            Certificate(
                season_id=decided.season.id,
                key=f"walk:{number}",
                kind=CertificateKind.FINALIST,
                number=f"ABCDEFGHJKMN{number}0",
                name=f"Person {number}",
                language="en",
                state=state,
                issued_on=now.date(),
            )
        )
    for number in range(3):
        mail.queue(
            session,
            "protocol_ready",
            to=f"person{number}@example.org",
            name="Person",
            key=f"walk:{number}",
            now=now,
            season_id=decided.season.id,
            context={"season": "S", "round": f"R{number}", "url": "http://localhost/"},
        )
    session.commit()
    return decided


def links_of(client: Any, page: str) -> dict[str, list[str]]:
    """Return the page's links to tables by format."""
    found: dict[str, list[str]] = {"csv": [], "xlsx": []}
    answer = client.get(page)
    assert answer.status_code == 200, page
    for address, kind in LINK.findall(answer.text):
        found[kind].append(unescape(address))
    return found


def cells(client: Any, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(fetch(client, address).decode("utf-8-sig"))))


def typed(client: Any, address: str) -> list[tuple[Any, ...]]:
    sheet = load_workbook(io.BytesIO(fetch(client, address))).active
    return list(sheet.iter_rows(values_only=True))


def with_keys(address: str) -> str:
    return address + ("&" if "?" in address else "?") + "headers=keys"


def test_every_list_page_offers_csv_and_xlsx_of_the_same_rows(session, sign_in, full):
    client = sign_in(full.organiser)
    season, round_ = full.season.public_id, full.round.public_id
    entry = full.entries[0]
    pages = {
        f"seasons/{season}/entries?q={entry.code}": (1, {entry.code}),
        f"seasons/{season}/entries/alike": (None, {entry.code}),
        f"seasons/{season}/jury": (3, {full.jurors[1].name}),
        f"seasons/{season}/certificates?find=Person+1": (1, {"Person 1"}),
        f"seasons/{season}/messages?text=person2": (1, {"person2@example.org"}),
        f"seasons/{season}/audit?action=round.tabulation": (1, {"round.tabulation_frozen"}),
        f"rounds/{round_}/assignment?find={entry.code}": (3, {entry.code}),
        f"rounds/{round_}/progress": (3, {full.jurors[1].name}),
        f"rounds/{round_}/results?view=plain": (6, {entry.code}),
        f"rounds/{round_}/decisions": (6, {entry.code}),
    }
    for page, (count, needed) in pages.items():
        links = links_of(client, f"/en/{page}")
        assert links["csv"], page
        assert len(links["csv"]) == len(links["xlsx"]), page
        for number, (plain, book) in enumerate(zip(links["csv"], links["xlsx"], strict=True)):
            header, *rows = cells(client, plain)
            assert not any(cell.startswith("=") for row in rows for cell in row), plain
            shown = typed(client, book)
            assert [str(one) for one in shown[0]] == header
            assert len(shown) == len(rows) + 1
            keyed = cells(client, with_keys(plain))
            assert keyed[0] != header
            assert cells(client, with_keys(plain.replace("/en/", "/ru/")))[0] == keyed[0]
            assert cells(client, plain.replace("/en/", "/ru/"))[0] != header
            if number == 0:
                assert count in (None, len(rows)), (page, rows)
                assert needed <= {cell for row in rows for cell in row}, page


def test_an_export_keeps_the_order_of_its_page(sign_in, full):
    client = sign_in(full.organiser)
    season = f"/en/seasons/{full.season.public_id}"
    mails = cells(client, f"{season}/tables/mails.csv?headers=keys")
    addresses = [row[2] for row in mails[1:] if row[2].startswith("person")]
    assert addresses == [f"person{number}@example.org" for number in (2, 1, 0)]
    page = client.get(f"{season}/messages").text
    assert page.index("person2@") < page.index("person1@") < page.index("person0@")
    log = [int(row[0]) for row in cells(client, f"{season}/audit.csv")[1:]]
    assert log == sorted(log, reverse=True)
    certificates = cells(client, f"{season}/tables/certificates.csv?headers=keys")
    assert [row[2] for row in certificates[1:]] == ["Person 1", "Person 0"]


def test_dates_and_numbers_are_real_and_codes_have_words(sign_in, full, now):
    client = sign_in(full.organiser)
    season = f"seasons/{full.season.public_id}"
    head, row, *_more = typed(client, f"/de/{season}/tables/certificates.xlsx")
    first = dict(zip(head, row, strict=True))
    assert isinstance(first["Ausgestellt am"], datetime)
    assert first["Stand"] == "in Arbeit"
    head, row, *_more = typed(client, f"/en/{season}/audit.xlsx")
    first = dict(zip(head, row, strict=True))
    assert isinstance(first["№"], int)
    assert isinstance(first["When (UTC)"], datetime)
    keyed = cells(client, f"/de/{season}/tables/certificates.csv?headers=keys")
    assert keyed[1][8] == "pending"

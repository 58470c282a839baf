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
from award.models.accounts import StaffRole
from award.models.education import Attendance, Participant, Workshop
from award.models.results import Certificate, CertificateKind, CertificateState
from award.models.seasons import Extension, QuestionKind
from award.models.threads import ThreadMessage
from award.results.tabulation.warning_queries import (
    Apart,
    FarJuror,
    SplitEntry,
    Unreliable,
    Warnings,
)
from award.results.tabulation.warning_table import warnings_table
from tests import factories as make
from tests.award.results.conftest import Judged
from tests.award.results.downloads.test_exports import fetch

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
    assert first["Stand"] == "wartet"
    head, row, *_more = typed(client, f"/en/{season}/audit.xlsx")
    first = dict(zip(head, row, strict=True))
    assert isinstance(first["№"], int)
    assert isinstance(first["When (UTC)"], datetime)
    keyed = cells(client, f"/de/{season}/tables/certificates.csv?headers=keys")
    assert keyed[1][8] == "pending"


def test_deadlines_threads_staff_and_warnings_can_be_taken_away(session, sign_in, full, now):
    entry, season = full.entries[0], full.season
    owner = make.make_staff(session, season.programme, StaffRole.OWNER, name="Olga Owner")
    for entry_id, reason in ((None, "Holidays"), (entry.id, "=The server was down")):
        session.add(
            Extension(
                season_id=season.id,
                entry_id=entry_id,
                closes_at=now,
                reason=reason,
                granted_at=now,
                granted_by_id=owner.id,
            )
        )
    for text, settled in (("May we change the plan?", None), ("Thank you", now)):
        session.add(
            ThreadMessage(
                key=text,
                entry_id=entry.id,
                author_id=owner.id,
                from_staff=False,
                text=text,
                written_at=now,
                settled_at=settled,
            )
        )
    session.commit()
    client, url = sign_in(full.organiser), f"/en/seasons/{season.public_id}"
    table = cells(client, f"{url}/tables/extensions.csv?headers=keys")
    assert [(row[0], row[3].lstrip("'"), row[5]) for row in table[1:]] == [
        ("", "Holidays", "Olga Owner"),
        (entry.code, "=The server was down", "Olga Owner"),
    ]
    assert not table[2][3].startswith("=")
    for show, texts in (("waiting", ["May we change the plan?"]), ("settled", ["Thank you"])):
        table = cells(client, f"{url}/tables/threads.csv?show={show}")
        assert [(row[0], row[4], row[5]) for row in table[1:]] == [
            (entry.code, "team", text) for text in texts
        ]
    staff = f"/en/programmes/{season.programme.public_id}/staff.csv"
    assert client.get(staff).status_code == 404
    assert ["Olga Owner", owner.email, "Owner"] in cells(sign_in(owner), staff)
    warned = cells(client, f"/en/rounds/{full.round.public_id}/warnings.csv?headers=keys")
    assert warned[0] == ["kind", "juror", "entry", "project", "points", "count", "share"]


def test_set_up_workshops_and_what_stands_behind_a_result_can_be_taken_away(
    session, sign_in, full, now
):
    season, round_ = full.season, full.round
    make.make_question(session, season, key="where", kind=QuestionKind.NUMBER)
    workshop = Workshop(season_id=season.id, name={"en": "Pitching"}, held_on=now.date())
    comers = [
        Participant(
            season_id=season.id, key=name, search=name.casefold(), name=name, created_at=now
        )
        for name in ("Dora", "=Egor")
    ]
    session.add_all([workshop, *comers])
    session.flush()
    for comer, there in zip(comers, (True, False), strict=True):
        session.add(
            Attendance(
                workshop_id=workshop.id, participant_id=comer.id, attended=there, marked_at=now
            )
        )
    session.commit()
    client = sign_in(full.organiser)
    url, at = f"/en/seasons/{season.public_id}", f"/en/rounds/{round_.public_id}"

    def taken(page: str) -> list[list[str]]:
        return cells(client, links_of(client, page)["csv"][0])[1:]

    assert ["where", "A number"] in [row[2:4] for row in taken(f"{url}/set-up/questions")]
    assert [row[1] for row in taken(f"{url}/set-up/rounds")] == ["decided"]
    assert taken(f"{url}/workshops") == [["Pitching", "", str(now.date()), "2", "1"]]
    people = f"/en/workshops/{workshop.public_id}"
    assert [(row[0], row[4]) for row in taken(people)] == [("'=Egor", ""), ("Dora", "yes")]
    assert [row[0] for row in taken(f"{people}?q=dora")] == ["Dora"]
    criteria = taken(f"{at}/set-up")
    assert sum(float(row[3]) for row in criteria) == pytest.approx(1, abs=1e-5)
    assert all(row[8] for row in criteria)
    behaviour = cells(client, f"{at}/severities.csv?headers=keys")
    assert behaviour[0][-3:] == ["agreement", "width", "halo"]
    moved = re.findall(
        r'<td class="title">.*?<small class="muted">([\w-]+)',
        client.get(f"{at}/results/changes").text,
        re.DOTALL,
    )
    assert [row[0] for row in cells(client, f"{at}/moves.csv")[1:]] == moved


def test_the_table_of_warnings_says_what_the_page_says():
    found = Warnings(
        sheets=20,
        early=False,
        jurors=(FarJuror("j1", 1.25, 6, False), FarJuror("j2", 0.5, 4, True)),
        entries=(SplitEntry("A-1", 4.5, (("j1", 9.0), ("j2", 4.5))),),
        apart=Apart((("A-1",), ("A-2",)), ()),
        unreliable=Unreliable(0.61, 3, 0.8, 8),
    )
    names = {"j1": "Jana", "j2": "Ida"}
    rows = list(warnings_table(found, {"A-1": ("Bus stops", "x")}, names, str).rows)
    assert [row["kind"] for row in rows] == ["apart", "unreliable", "far", "erratic", "split"]
    assert (rows[1]["share"], rows[2]["points"], rows[3]["points"]) == (0.61, 1.25, None)
    assert (rows[4]["project"], rows[4]["points"], rows[4]["count"]) == ("Bus stops", 4.5, 2)

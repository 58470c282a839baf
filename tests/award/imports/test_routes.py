"""Importing a table in the browser: columns are matched, rows checked, all imported or nothing."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from award.models.accounts import StaffRole
from award.models.entries import Entry, EntryState, StoredFile
from award.models.judging import Score, ScoreSheet
from award.models.jury import Juror
from award.models.operations import Mail
from award.models.seasons import RoundState, SeasonState
from tests import factories as make
from tests.award.pages import forms_of

ENTRIES = [
    ["Отметка времени", "Электронка для связи", "Как называется ваш проект?", "Направление"],
    ["24.11.2026 10:00:01", "anna@perm.example", "Тёплый двор", "inclusion"],
    ["24.11.2026 10:05:12", "oleg@omsk.example", "Шахматы для всех", "environment"],
]
CHOSEN = {"column-1": "lead_email", "column-2": "title", "column-3": "category"}


def csv_of(rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


@dataclass
class Desk:
    """An organiser at the import of a season."""

    session: Session
    season: Any
    round: Any
    browser: FlaskClient
    app: Flask

    @property
    def start(self) -> str:
        return f"/en/seasons/{self.season.public_id}/import"

    def send(
        self, content: bytes, name: str = "table.csv", target: str = "entries"
    ) -> TestResponse:
        data = {"target": target, "table": (io.BytesIO(content), name)}
        return self.browser.post(self.start, data=data)

    def sent(self, content: bytes, name: str = "table.csv", target: str = "entries") -> str:
        answer = self.send(content, name, target)
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    def count(self, model: type[Any]) -> int:
        self.session.rollback()
        found = self.session.scalar(sa.select(sa.func.count()).select_from(model))
        self.session.rollback()
        return int(found or 0)

    def stored(self) -> list[Any]:
        root = self.app.extensions["storage"].root
        return [one for one in root.rglob("*") if one.is_file()]


@pytest.fixture
def desk(session, sign_in, app) -> Desk:
    season = make.make_season(session)
    round_ = make.make_round(session, season)
    organiser = make.make_staff(session, season.programme)
    session.commit()
    return Desk(session, season, round_, sign_in(organiser), app)


def test_columns_are_shown_with_values_and_with_the_fields_they_sound_like(desk):
    table = [["Название вашего проекта", "E-mail", "Любимый цвет"], ["Двор", "a@x.org", "жёлтый"]]
    page = desk.browser.get(desk.sent(csv_of(table, encoding="cp1251", delimiter=";")))
    assert page.status_code == 200
    assert "жёлтый" in page.text
    assert re.findall(r'value="(\w*)" selected', page.text) == ["title", "lead_email"]


def test_a_table_is_checked_then_imported_whole_and_forgotten(desk):
    columns = desk.sent(csv_of(ENTRIES))
    assert len(desk.stored()) == 1
    checked = desk.browser.post(f"{columns}/check", data=CHOSEN)
    assert checked.status_code == 200
    assert "2 entries can be imported" in checked.text
    assert "Тёплый двор" in checked.text
    assert desk.count(Entry) == 0
    done = desk.browser.post(f"{columns}/all", data=CHOSEN)
    assert (done.status_code, done.location) == (
        303,
        f"/en/seasons/{desk.season.public_id}/entries",
    )
    found = {one.title: one.state for one in desk.session.query(Entry)}
    assert found == dict.fromkeys(("Тёплый двор", "Шахматы для всех"), EntryState.SUBMITTED)
    desk.session.rollback()
    assert (desk.count(StoredFile), desk.stored(), desk.count(Mail)) == (0, [], 0)


def test_a_second_import_of_the_same_table_says_that_it_is_gone(desk):
    columns = desk.sent(csv_of(ENTRIES))
    desk.browser.post(f"{columns}/all", data=CHOSEN)
    for again in (desk.browser.get(columns), desk.browser.post(f"{columns}/all", data=CHOSEN)):
        assert again.status_code == 409
        assert "imported or put away already" in again.text
    assert desk.count(Entry) == 2


def test_each_wrong_row_is_named_and_nothing_is_imported(desk):
    rows = [*ENTRIES, ["", "nowhere", "Река", "космос"], ["", "r@x.org", "", ""]]
    columns = desk.sent(csv_of(rows))
    for step in ("check", "all"):
        page = desk.browser.post(f"{columns}/{step}", data=CHOSEN)
        assert page.status_code == 422
        assert "3 things need your attention" in page.text
        assert "“космос” is none of the options" in page.text
        assert "Как называется ваш проект?" in page.text
        chosen = next(form.values for form in forms_of(page.text) if "column-0" in form.values)
        assert {key: chosen[key] for key in CHOSEN} == CHOSEN
    assert desk.count(Entry) == 0
    assert desk.count(StoredFile) == 1


def test_a_needed_field_without_a_column_and_one_with_two_are_said(desk):
    columns = desk.sent(csv_of(ENTRIES))
    page = desk.browser.post(f"{columns}/check", data={"column-2": "title", "column-3": "title"})
    assert page.status_code == 422
    assert "Choose the column that holds: E-mail of the team lead." in page.text
    assert "Another column is this field already." in page.text


def test_a_column_that_is_left_out_stays_out_though_its_header_is_known(desk):
    rows = [["title", "lead_email", "code"], ["Река", "r@x.org", "OLD-7"]]
    columns = desk.sent(csv_of(rows))
    chosen = {"column-0": "title", "column-1": "lead_email", "column-2": ""}
    assert desk.browser.post(f"{columns}/all", data=chosen).status_code == 303
    assert desk.session.query(Entry).one().code != "OLD-7"
    desk.session.rollback()


def test_the_mapping_file_says_what_was_chosen(desk):
    columns = desk.sent(csv_of(ENTRIES))
    answer = desk.browser.post(f"{columns}/mapping.toml", data=CHOSEN | {"fill-3": "1"})
    assert "attachment" in answer.headers["Content-Disposition"]
    assert tomllib.loads(answer.text) == {
        "fill_down": ["Направление"],
        "columns": {
            "Отметка времени": "",
            "Электронка для связи": "lead_email",
            "Как называется ваш проект?": "title",
            "Направление": "category",
        },
    }


def test_a_workbook_with_a_title_row_and_merged_cells_makes_teams(desk):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Cover"
    sheet = book.create_sheet("Teams")
    sheet.append(["Teams of spring"])
    sheet.append(["Project", "Mail", "Member"])
    sheet.append(["River", "lead@x.org", "Ann Quiet"])
    sheet.append([None, None, "Ben Calm"])
    for column in "AB":
        sheet.merge_cells(f"{column}3:{column}4")
    content = io.BytesIO()
    book.save(content)
    columns = desk.sent(content.getvalue(), "teams.xlsx")
    assert desk.browser.get(columns).status_code == 422
    page = desk.browser.get(f"{columns}?sheet=Teams&row=1")
    assert page.status_code == 422
    assert "more cells than the header" in page.text
    page = desk.browser.get(f"{columns}?sheet=Teams&row=2")
    assert page.status_code == 200
    chosen = {"sheet": "Teams", "row": "2", "column-0": "title", "column-1": "lead_email"}
    chosen |= {"column-2": "member_name", "fill-0": "1", "fill-1": "1", "invite": "1"}
    assert desk.browser.post(f"{columns}/all", data=chosen).status_code == 303
    entry = desk.session.query(Entry).one()
    assert [one["name"] for one in entry.current_version.team][1:] == ["Ann Quiet", "Ben Calm"]
    assert [one.template for one in desk.session.query(Mail)] == ["entry_imported"]
    desk.session.rollback()


def test_jurors_come_without_mail_unless_it_is_asked_for(desk):
    rows = [["Кто", "Куда писать"], ["Ирина Ключ", "irina@hse.example"]]
    chosen = {"column-0": "name", "column-1": "email"}
    columns = desk.sent(csv_of(rows), target="jurors")
    assert desk.browser.post(f"{columns}/all", data=chosen).status_code == 303
    assert (desk.count(Juror), desk.count(Mail)) == (1, 0)
    rows[1] = ["Павел Шум", "pavel@itmo.example"]
    columns = desk.sent(csv_of(rows), target="jurors")
    assert desk.browser.post(f"{columns}/all", data=chosen | {"invite": "1"}).status_code == 303
    assert (desk.count(Juror), desk.count(Mail)) == (2, 1)


@pytest.fixture
def scored(desk):
    entry = make.make_submitted(desk.session, desk.season, state=EntryState.ELIGIBLE)
    juror = make.make_juror(desk.session, desk.season)
    code, name = entry.code, juror.name
    desk.session.commit()
    rows = [["Project no.", "Who", "Impact, 1-10", "New?", "The team"]]
    rows.append([code, name, "7", "8", "9"])
    chosen = {"column-0": "entry", "column-1": "juror", "column-2": "points:impact"}
    return desk, rows, chosen | {"column-3": "points:innovation", "column-4": "points:team"}


def test_scores_with_a_column_a_criterion_become_a_submitted_sheet(scored):
    desk, rows, chosen = scored
    columns = desk.sent(csv_of(rows), target=desk.round.public_id)
    checked = desk.browser.post(f"{columns}/check", data=chosen)
    assert "7 · 8 · 9" in checked.text
    assert desk.browser.post(f"{columns}/all", data=chosen).status_code == 303
    assert (desk.count(ScoreSheet), desk.count(Score)) == (1, 3)


def test_scores_off_the_scale_and_unknown_names_are_said_together(scored):
    desk, rows, chosen = scored
    rows[1][2] = "11"
    rows.append(["NO-1", rows[1][1], "7", "7", "7"])
    columns = desk.sent(csv_of(rows), target=desk.round.public_id)
    page = desk.browser.post(f"{columns}/all", data=chosen)
    assert page.status_code == 422
    assert "11 is off the scale" in page.text
    assert "the code or id “NO-1”" in page.text
    assert desk.count(ScoreSheet) == 0


def test_nobody_imports_scores_for_her_own_team(scored, sign_in):
    desk, rows, chosen = scored
    helper = make.make_staff(desk.session, desk.season.programme)
    own = make.make_submitted(desk.session, desk.season, lead=helper, state=EntryState.ELIGIBLE)
    rows[1][0] = own.code
    desk.session.commit()
    columns = desk.sent(csv_of(rows), target=desk.round.public_id)
    page = sign_in(helper).post(f"{columns}/all", data=chosen)
    assert page.status_code == 422
    assert "You are on the team" in page.text
    assert desk.browser.post(f"{columns}/all", data=chosen).status_code == 303


def test_a_round_that_is_decided_takes_no_scores(scored):
    desk, rows, chosen = scored
    columns = desk.sent(csv_of(rows), target=desk.round.public_id)
    desk.session.merge(desk.round).state = RoundState.DECIDED
    desk.session.commit()
    assert desk.browser.post(f"{columns}/all", data=chosen).status_code == 404
    assert desk.browser.get(desk.start).text.count('name="target"') == 3


def test_a_decided_season_refuses_and_keeps_the_choices(desk):
    columns = desk.sent(csv_of(ENTRIES))
    desk.session.merge(desk.season).state = SeasonState.DECIDED
    desk.session.commit()
    page = desk.browser.post(f"{columns}/all", data=CHOSEN)
    assert page.status_code == 409
    assert "This season is decided" in page.text
    assert 'value="lead_email" selected' in page.text
    assert (desk.count(Entry), desk.count(StoredFile)) == (0, 1)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("table.csv", b"", "no header row"),
        ("table.csv", b"a\0b\n", "neither a CSV file nor an XLSX workbook"),
        ("table.xlsx", b"PK\x03\x04" + bytes(30), "neither a CSV file nor an XLSX workbook"),
        ("table.xls", b"\xd0\xcf\x11\xe0" + bytes(30), "old .xls workbook"),
        ("table.csv", b'a,b\n"x,1\n', "quotation mark is not closed"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence_and_not_kept(desk, name, content, sentence):
    page = desk.send(content, name)
    assert page.status_code == 422
    assert sentence in page.text
    assert (desk.count(StoredFile), desk.stored()) == (0, [])


def test_more_columns_than_anybody_can_match_are_not_shown(desk):
    columns = desk.sent(b"a," * 40_000)
    page = desk.browser.get(columns)
    assert page.status_code == 422
    assert "The table has 40000 columns, and at most 500" in page.text
    assert len(page.data) < 100_000


def test_a_form_without_a_choice_or_a_file_comes_back(desk):
    page = desk.browser.post(desk.start, data={"target": "planets"})
    assert page.status_code == 422
    assert "Please choose a file." in page.text


def test_a_table_can_be_put_away(desk):
    columns = desk.sent(csv_of(ENTRIES))
    assert desk.browser.post(f"{columns}/put-away").status_code == 303
    assert (desk.count(StoredFile), desk.stored()) == (0, [])
    assert desk.browser.post(f"{columns}/put-away").status_code == 409


def test_import_is_for_who_may_edit_the_season(session, desk, sign_in):
    columns = desk.sent(csv_of(ENTRIES))
    auditor = make.make_staff(session, desk.season.programme, StaffRole.AUDITOR)
    foreigner = make.make_staff(session, make.make_programme(session))
    session.commit()
    assert "/import" in desk.browser.get(f"/en/seasons/{desk.season.public_id}").text
    for person in (auditor, foreigner):
        browser = sign_in(person)
        assert browser.get(columns).status_code == 404
        assert browser.post(f"{columns}/all", data=CHOSEN).status_code == 404
    assert "/import" not in sign_in(auditor).get(f"/en/seasons/{desk.season.public_id}").text
    assert desk.count(Entry) == 0


def test_a_table_of_another_programme_is_not_there(session, desk, sign_in):
    columns = desk.sent(csv_of(ENTRIES))
    other = make.make_season(session)
    organiser = make.make_staff(session, other.programme)
    session.commit()
    moved = columns.replace(desk.season.public_id, other.public_id)
    page = sign_in(organiser).get(moved)
    assert page.status_code == 409
    assert "Тёплый двор" not in page.text

"""Tables of participants, as forms and Russian spreadsheets write them."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.education.importing import names_in, participant_fields, plan_participants
from award.models.education import Workshop
from exports.errors import TableError, TableErrors
from exports.tables.fields import named_table
from exports.tables.reading import read_table
from tests import factories as make

NAMES = ("Find a problem", "Money, and how to ask", "Pitching (online)")
GOOGLE = (
    '"Отметка времени","ФИО","Адрес электронной почты","ВУЗ","Какой воркшоп вы выбираете?"\n'
    '"12.03.2026 18:01:22","Алёна Фёдорова","alena@example.com","ПГНИУ",'
    '"Find a problem, Money, and how to ask"\n'
    '"12.03.2026 18:03:40","Борис Ким","","ПНИПУ","Pitching (online)"\n'
)


@pytest.fixture
def season(session: Session):
    """A season with three workshops, one of whose names holds a comma."""
    season = make.make_season(session)
    session.add_all(Workshop(season_id=season.id, name={"en": name}) for name in NAMES)
    session.commit()
    return season


def ids(session, season):
    rows = session.scalars(select(Workshop).where(Workshop.season_id == season.id))
    return {one.name["en"]: one.id for one in rows}


def plan(session, season, content, name="table.csv"):
    table = read_table(content, name)
    fields = participant_fields(session, season.id)
    return plan_participants(session, season.id, named_table(table, None, fields)).people


def test_a_google_form_signs_people_up_for_what_it_lists_with_commas(session, season):
    found = plan(session, season, GOOGLE.encode())
    known = ids(session, season)
    assert [(one.name, one.email, one.organisation) for one in found] == [
        ("Алёна Фёдорова", "alena@example.com", "ПГНИУ"),
        ("Борис Ким", "", "ПНИПУ"),
    ]
    assert found[0].marks == {known[NAMES[0]]: False, known[NAMES[1]]: False}
    assert found[1].marks == {known[NAMES[2]]: False}


def test_excels_table_in_cp1251_says_by_plus_and_minus_who_was_where(session, season):
    lines = (
        "ФИО;E-mail;Find a problem;Money, and how to ask;Pitching\r\n"
        "Алёна Фёдорова;alena@example.com;+;;да\r\n"
        "Борис Ким;boris@example.com;н;1;НЕТ\r\n"
    )
    found = plan(session, season, lines.encode("cp1251"))
    known = ids(session, season)
    assert found[0].marks == {known[NAMES[0]]: True, known[NAMES[2]]: True}
    assert found[1].marks == {known[NAMES[0]]: False, known[NAMES[1]]: True, known[NAMES[2]]: False}
    assert found[1].absent == {known[NAMES[0]], known[NAMES[2]]}


def test_a_workbook_with_a_row_for_each_visit_puts_rows_of_one_person_together(session, season):
    book = openpyxl.Workbook()
    for row in (
        ("Участник", "Email", "Город", "Воркшоп"),
        ("Алёна Фёдорова", "Alena@Example.com", None, "find a problem"),
        ("Алена Федорова", "alena@example.com", "Пермь", "Pitching (online)"),
        ("Борис  Ким", None, "Уфа", "Find a problem; Money, and how to ask"),
        ("борис ким", None, None, "Pitching"),
    ):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = plan(session, season, content.getvalue(), "visits.xlsx")
    known = ids(session, season)
    assert [(one.name, one.city, sum(one.marks.values())) for one in found] == [
        ("Алёна Фёдорова", "Пермь", 2),
        ("Борис Ким", "Уфа", 3),
    ]
    assert found[0].marks == {known[NAMES[0]]: True, known[NAMES[2]]: True}


def test_everything_that_is_wrong_is_said_with_its_row_and_column(session, season):
    lines = (
        "ФИО,E-mail,Язык,Воркшоп,Find a problem\n"
        ",nobody@example.com,ru,,+\n"
        "Борис Ким,not an address,суахили,Basket weaving,maybe\n"
        f"{'x' * 201},,,,\n"
    )
    with pytest.raises(TableErrors) as caught:
        plan(session, season, lines.encode())
    found = [(one.code, one.params["row"], one.params["column"]) for one in caught.value.errors]
    assert found == [
        ("cell_empty", 2, "ФИО"),
        ("email_invalid", 3, "E-mail"),
        ("import.language_unknown", 3, "Язык"),
        ("import.workshop_unknown", 3, "Воркшоп"),
        ("import.mark_unknown", 3, "Find a problem"),
        ("import.text_too_long", 4, "ФИО"),
    ]
    assert "Money, and how to ask" in caught.value.errors[3].params["known"]


def test_an_empty_table_and_one_without_names_are_refused(session, season):
    with pytest.raises(TableError) as caught:
        plan(session, season, "ФИО\n".encode())
    assert caught.value.code == "table_empty"
    with pytest.raises(TableError) as caught:
        plan(session, season, b"colour\nred\n")
    assert caught.value.code == "column_missing"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", []),
        ("a, b", ["a", "b"]),
        ("a, b; c", ["a", "b", "c"]),
        ("x, y", ["x, y"]),
        ("a, x, y, b", ["a", "x, y", "b"]),
        ("a\nb,, ", ["a", "b"]),
    ],
)
def test_a_cell_lists_names_by_comma_semicolon_or_line(cell, found):
    assert names_in(cell, {"x, y": 1, "a": 2}) == found


def test_brackets_tell_two_workshops_apart_and_short_names_then_mean_neither(session, season):
    names = ("Canvas (Perm)", "Canvas (Ufa)")
    session.add_all(Workshop(season_id=season.id, name={"en": name}) for name in names)
    session.flush()
    found = plan(session, season, "ФИО,Воркшоп\nA,Canvas (Ufa)\n".encode())
    assert found[0].marks == {ids(session, season)["Canvas (Ufa)"]: True}
    with pytest.raises(TableErrors):
        plan(session, season, "ФИО,Воркшоп\nA,Canvas\n".encode())

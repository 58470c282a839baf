"""``award import``: tables as people send them; every wrong row is said, all comes in or nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from award.cli import main
from award.models.accounts import User
from award.models.education import Participant, Workshop
from award.models.entries import Answer, Entry, EntryState
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Juror, JurorState
from award.models.operations import Mail
from award.models.seasons import Question, QuestionKind, Round, RoundState, Season
from tests import factories as make

FORM = [
    [
        "Отметка времени",
        "Адрес электронной почты",
        "Название проекта *",
        "Направление",
        "Сколько нужно, рублей",
        "Откуда вы о нас узнали?",
        "Участники команды",
    ],
    [
        "24.11.2026 10:00:01",
        "anna@perm.example",
        "Тёплый двор",
        "инклюзия",
        "150 000,50",
        "Друзья, Школа, вуз",
        "1. Борис Лужин <boris@perm.example>\n2. Вера Нежина",
    ],
    ["", "oleg@omsk.example", "Шахматы для всех", "Environment", "90000", "", ""],
]


def csv_file(
    path: Path, rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def run(*words: Any) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def count(session: Session, model: type[Any]) -> int:
    found = session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
    session.rollback()
    return int(found)


@pytest.fixture
def season(session: Session, as_installation: Callable[[], None]) -> str:
    """The address of an open season whose form asks in Russian as well."""
    as_installation()
    programme = make.make_programme(session, slug="sia")
    made = make.make_season(session, programme, slug="2026")
    made.categories[0].name = {"en": "Inclusion", "ru": "Инклюзия"}
    budget = session.query(Question).filter_by(season_id=made.id, key="budget").one()
    budget.label = {"en": "Budget", "ru": "Сколько нужно, рублей"}
    make.make_question(
        session,
        made,
        key="heard",
        kind=QuestionKind.MANY_CHOICES,
        required=False,
        label={"en": "Heard from", "ru": "Откуда вы о нас узнали?"},
        options=[
            {"key": "friends", "label": {"ru": "Друзья", "en": "Friends"}},
            {"key": "school", "label": {"ru": "Школа, вуз", "en": "School"}},
        ],
    )
    session.commit()
    return "sia/2026"


def test_answers_of_a_form_become_submitted_entries_with_teams(
    season: str, session: Session, tmp_path: Path
) -> None:
    file = csv_file(tmp_path / "form.csv", FORM)
    done = run("import", "entries", file, "--season", season, "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == {
        "imported": True, "entries": 2, "accounts": 3, "incomplete": 2,
    }  # fmt: skip
    first, second = session.query(Entry).order_by(Entry.id)
    assert (first.title, first.state, second.title) == (
        "Тёплый двор", EntryState.SUBMITTED, "Шахматы для всех",
    )  # fmt: skip
    assert [one.key for one in (first.category, second.category)] == ["inclusion", "environment"]
    answers = {one.key: one.value for one in session.query(Answer).filter_by(entry_id=first.id)}
    assert answers["heard"] == ["friends", "school"]
    assert float(answers["budget"]) == 150000.5
    assert [one["name"] for one in first.current_version.team][1:] == ["Борис Лужин", "Вера Нежина"]
    assert count(session, Mail) == 0


def test_each_wrong_row_is_one_line_and_not_one_row_comes_in(
    season: str, session: Session, tmp_path: Path
) -> None:
    people = count(session, User)
    rows = [*FORM, ["", "nowhere", "Река", "Космос", "много", "Друзья", ""]]
    file = csv_file(tmp_path / "form.csv", [*rows, ["", "x@y.example", "", "", "", "", ""]])
    refused = run("import", "entries", file, "--season", season)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    lines = refused.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "form.csv, row 4, column “Направление”",
        "form.csv, row 4, column “Сколько нужно, рублей”",
        "form.csv, row 4, column “Адрес электронной почты”",
        "form.csv, row 5, column “Название проекта *”",
        "Problems",
    ]
    assert "“Космос” is none of the options" in lines[0]
    assert lines[-1] == "Problems: 4. Nothing was imported."
    assert (count(session, Entry), count(session, User)) == (0, people)


def test_wrong_rows_as_json_name_file_row_and_column(season: str, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "form.csv", [FORM[0], ["", "nowhere", "Река", "", "", "", ""]])
    refused = run("import", "entries", file, "--season", season, "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["problems"] == [
        {
            "file": "form.csv",
            "row": 2,
            "column": "Адрес электронной почты",
            "code": "email_invalid",
            "sentence": "This does not look like an e-mail address. Please check it.",
        }
    ]


def test_a_check_imports_nothing(season: str, session: Session, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "form.csv", FORM)
    checked = run("import", "entries", file, "--season", season, "--check")
    assert (checked.exit_code, count(session, Entry)) == (0, 0)
    assert run("import", "entries", file, "--season", season).exit_code == 0
    assert count(session, Entry) == 2


def test_the_same_table_does_not_come_in_twice(
    season: str, session: Session, tmp_path: Path
) -> None:
    file = csv_file(tmp_path / "form.csv", FORM)
    assert run("import", "entries", file, "--season", season).exit_code == 0
    again = run("import", "entries", file, "--season", season)
    assert again.exit_code == 1
    assert again.stderr.count("in the season already") == 2
    assert count(session, Entry) == 2


def test_merged_cells_of_a_workbook_make_one_team(
    season: str, session: Session, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Заявки"
    for row in (
        ["Команды весны"],
        ["Проект", "Почта лидера", "Лидер", "Участник", "Почта участника"],
        ["Река", "lev@x.example", "Лев Рекин", "Аня Тихая", "anya@x.example"],
        [None, None, None, "Глеб Смирный", None],
        ["Мост", "mila@x.example", "Мила Мост", None, None],
    ):
        sheet.append(row)
    for column in "ABC":
        sheet.merge_cells(f"{column}3:{column}4")
    book.save(tmp_path / "teams.xlsx")
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        'sheet = "Заявки"\nheader_row = 2\nfill_down = ["Проект", "Почта лидера", "Лидер"]\n'
    )
    words = ["import", "entries", tmp_path / "teams.xlsx", "--season", season, "--map", mapping]
    done = run(*words, "--invite")
    assert done.exit_code == 0, done.stderr
    teams = [
        [one["name"] for one in entry.current_version.team]
        for entry in session.query(Entry).order_by(Entry.id)
    ]
    assert teams == [["Лев Рекин", "Аня Тихая", "Глеб Смирный"], ["Мила Мост"]]
    assert [one.template for one in session.query(Mail)] == ["entry_imported"] * 2


def test_jurors_come_from_excel_in_russian(season: str, session: Session, tmp_path: Path) -> None:
    rows = [["ФИО", "Электронная почта", "Темы", "Языки", "Не больше", "Председатель"]]
    rows.append(["Ирина Ключ", "irina@hse.example", "школа; экология", "русский", "12,0", "да"])
    file = csv_file(tmp_path / "jury.csv", rows, encoding="cp1251", delimiter=";")
    done = run("import", "jurors", file, "--season", season)
    assert (done.exit_code, done.stdout.strip()) == (0, "Imported jurors: 1.")
    juror = session.query(Juror).one()
    assert (juror.state, juror.topics, juror.maximum, juror.is_chair) == (
        JurorState.INVITED, ["школа", "экология"], 12, True,
    )  # fmt: skip
    assert count(session, Mail) == 0
    again = run("import", "jurors", file, "--season", season)
    assert again.exit_code == 1
    assert "jury.csv, row 2, column “Электронная почта”" in again.stderr


@pytest.fixture
def judged(season: str, session: Session) -> tuple[list[str], list[str]]:
    """Codes of two eligible entries and names of two jurors of an open round."""
    found = session.query(Season).one()
    round_ = make.make_round(session, found)
    for criterion in round_.criteria:
        criterion.step = 0.5
    entries = [
        make.make_submitted(session, found, state=EntryState.ELIGIBLE).code for _ in range(2)
    ]
    jurors = [make.make_juror(session, found).name for _ in range(2)]
    session.commit()
    return entries, jurors


def wide(entries: list[str], jurors: list[str]) -> list[list[str]]:
    return [
        ["Код заявки", "Эксперт", "impact (1-10)", "Innovation", "team", "Итого"],
        [entries[0], jurors[0], "7,5", "8", "9", "24,5"],
        [entries[0], jurors[1], "6", "7,0", "8", "21"],
        [entries[1], jurors[0], "5", "5", "10", "20"],
    ]


def test_scores_with_a_column_a_criterion_become_submitted_sheets(
    judged: tuple[list[str], list[str]], season: str, session: Session, tmp_path: Path
) -> None:
    file = csv_file(tmp_path / "s.csv", wide(*judged), encoding="cp1251", delimiter=";")
    done = run("import", "scores", file, "--season", season, "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert {key: told[key] for key in ("sheets", "scores", "entries", "jurors")} == {
        "sheets": 3, "scores": 9, "entries": 0, "jurors": 0,
    }  # fmt: skip
    assert {one.state for one in session.query(ScoreSheet)} == {SheetState.SUBMITTED}
    assert sum(one.points for one in session.query(Score)) == 24.5 + 21 + 20


def test_wrong_scores_and_unknown_names_are_said_together_and_nothing_comes_in(
    judged: tuple[list[str], list[str]], season: str, session: Session, tmp_path: Path
) -> None:
    rows = wide(*judged)
    rows[1][2], rows[2][3], rows[3][4] = "7,3", "11", ""
    rows += [["NO-1", "Nobody", "5", "5", "5", ""]]
    file = csv_file(tmp_path / "s.csv", rows, delimiter=";")
    refused = run("import", "scores", file, "--season", season)
    assert refused.exit_code == 1
    found = [line.partition(": ")[0] for line in refused.stderr.splitlines()]
    assert found == [
        "s.csv, row 2, column “impact (1-10)”",
        "s.csv, row 3, column “Innovation”",
        "s.csv, row 4",
        "s.csv, row 5, column “Код заявки”",
        "Problems",
    ]
    assert (count(session, ScoreSheet), count(session, Score)) == (0, 0)


def test_a_jury_that_judged_elsewhere_gets_its_own_season_round_and_jurors(
    season: str, session: Session, tmp_path: Path
) -> None:
    rows = [["entry", "juror", "criterion", "score"]]
    rows += [
        ["E1", "Ann", "impact", "3"],
        ["E1", "Ben", "impact", "4"],
        ["E2", "Ann", "impact", "5"],
    ]
    file = csv_file(tmp_path / "long.csv", rows)
    words = ["import", "scores", file, "--season", "sia/before", "--create", "--json"]
    assert run(*words, "--check").exit_code == 0
    assert session.query(Season).filter_by(slug="before").count() == 0
    session.rollback()
    told = json.loads(run(*words).stdout)
    assert (told["sheets"], told["entries"], told["jurors"]) == (3, 2, 2)
    made = session.query(Round).one()
    assert (made.state, made.public_id) == (RoundState.CLOSED, told["round"])
    assert {one.code for one in session.query(Entry)} == {"E1", "E2"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no header row"),
        (b"\xd0\xcf\x11\xe0" + bytes(20), "old .xls workbook"),
        (b"a\0b", "neither a CSV file nor an XLSX workbook"),
        (
            b"name,colour\n1,2\n",
            "column “title”: This column is missing. The file has: name, colour.",
        ),
        ("Название,Почта\n".encode(), "a header, but no rows"),
    ],
)
def test_what_cannot_be_read_is_one_readable_line(
    season: str, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    refused = run("import", "entries", file, "--season", season)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_season_names_those_that_there_are(season: str, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "form.csv", FORM)
    refused = run("import", "entries", file, "--season", "sia/1999")
    assert refused.exit_code == 1
    assert "sia/2026" in refused.stderr


def test_a_rubric_for_a_round_that_has_one_is_wrong_usage(season: str, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "form.csv", FORM)
    words = ["import", "scores", file, "--season", season, "--round", "1", "--cut", "3"]
    assert run(*words).exit_code == 2


def test_participants_come_with_their_attendance_and_a_wrong_row_keeps_all_out(
    season: str, session: Session, tmp_path: Path
) -> None:
    season_id = session.scalars(sa.select(Season.id)).one()
    session.add(Workshop(season_id=season_id, name={"ru": "Первый", "en": "First"}))
    session.commit()
    header = ["ФИО", "E-mail", "Первый"]
    rows = [header, ["Анна Ёлкина", "anna@perm.example", "да"], ["Борис", "", "нет"]]
    wrong = csv_file(tmp_path / "wrong.csv", [*rows, ["", "nowhere", "может быть"]])
    refused = run("import", "participants", wrong, "--season", season, "--json")
    assert (refused.exit_code, count(session, Participant)) == (1, 0)
    assert [(one["row"], one["column"]) for one in json.loads(refused.stdout)["problems"]] == [
        (4, "E-mail"), (4, "ФИО"), (4, "Первый"),
    ]  # fmt: skip
    file = csv_file(tmp_path / "people.csv", rows)
    looked = run("import", "participants", file, "--season", season, "--check", "--json")
    assert json.loads(looked.stdout) == {"imported": False, "people": 2, "added": 0, "marks": 0}
    assert count(session, Participant) == 0
    for added in (2, 0):
        done = run("import", "participants", file, "--season", season, "--json")
        assert json.loads(done.stdout) == {
            "imported": True, "people": 2, "added": added, "marks": added // 2,
        }  # fmt: skip
    told = run("import", "participants", file, "--season", season)
    assert "Imported people: 2, of them new: 0" in told.stdout
    assert count(session, Mail) == 0

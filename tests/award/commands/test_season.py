"""``award tabulate`` and ``award export``: results and tables without a browser."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from award.cli import main
from award.models.entries import EntryState
from award.models.results import Standing, Tabulation
from award.models.seasons import Round, RoundState
from tests import factories as make

POINTS = ({"impact": 9, "innovation": 8, "team": 7}, {"impact": 4, "innovation": 5, "team": 6})


def run(*words: Any) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def codes(session: Session, as_installation: Callable[[], None]) -> list[str]:
    """A closed round with two entries that two jurors scored; the better entry first."""
    as_installation()
    programme = make.make_programme(session, slug="sia")
    season = make.make_season(session, programme, slug="2026")
    round_ = make.make_round(session, season, state=RoundState.CLOSED, cut=1)
    jurors = [make.make_juror(session, season) for _ in range(2)]
    found = []
    for points in POINTS:
        entry = make.make_submitted(session, season, state=EntryState.ELIGIBLE)
        for juror in jurors:
            make.make_sheet(session, make.make_assignment(session, round_, entry, juror), points)
        found.append(entry.code)
    session.commit()
    return found


def test_a_closed_round_is_tabulated_and_its_standings_frozen(
    codes: list[str], session: Session
) -> None:
    done = run("tabulate", "sia/2026/1", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["number"], told["entries"], told["jurors"]) == (1, 2, 2)
    assert session.query(Tabulation).one().public_id == told["tabulation"]
    assert sorted(one.place for one in session.query(Standing)) == [1, 2]
    assert session.query(Round).one().state is RoundState.TABULATED


def test_a_second_tabulation_needs_a_reason(codes: list[str], session: Session) -> None:
    assert run("tabulate", "sia/2026").exit_code == 0
    again = run("tabulate", "sia/2026")
    assert again.exit_code == 1
    assert session.query(Tabulation).count() == 1
    session.rollback()
    assert run("tabulate", "sia/2026", "--reason", "A sheet was reopened").exit_code == 0
    assert session.query(Tabulation).count() == 2


@pytest.mark.parametrize("name", ["sia/2026/7", "sia/1999/1", "nothing"])
def test_a_round_that_is_not_there_is_said_in_one_line(codes: list[str], name: str) -> None:
    refused = run("tabulate", name)
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 1


def test_an_open_round_is_not_tabulated(codes: list[str], session: Session) -> None:
    session.query(Round).one().state = RoundState.OPEN
    session.commit()
    refused = run("tabulate", "sia/2026")
    assert refused.exit_code == 1
    assert "still open" in refused.stderr
    assert session.query(Tabulation).count() == 0


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_scores_are_exported_in_the_form_that_the_import_reads(
    codes: list[str], tmp_path: Path
) -> None:
    target = tmp_path / "scores.csv"
    done = run("export", "sia/2026", "scores", "--out", target)
    assert (done.exit_code, done.stdout) == (0, "")
    rows = rows_of(target)
    assert len(rows) == 12
    assert {"entry", "juror", "criterion", "score"} <= set(rows[0])
    assert {row["entry"] for row in rows} == set(codes)


def test_entries_and_results_are_exported_as_csv_and_xlsx(codes: list[str], tmp_path: Path) -> None:
    assert run("tabulate", "sia/2026").exit_code == 0
    assert run("export", "sia/2026", "entries", "--out", tmp_path / "e.csv").exit_code == 0
    assert len(rows_of(tmp_path / "e.csv")) == 2
    assert run("export", "sia/2026/1", "results", "--out", tmp_path / "r.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert set(codes) <= set(cells)


def test_a_table_that_is_not_there_is_wrong_usage_and_an_unknown_place_writes_nothing(
    codes: list[str], tmp_path: Path
) -> None:
    target = tmp_path / "x.csv"
    assert run("export", "sia/2026", "planets", "--out", target).exit_code == 2
    assert run("export", "sia/1999", "entries", "--out", target).exit_code == 1
    assert run("export", "sia/2026", "entries", "--out", tmp_path / "no" / "x.csv").exit_code == 1
    assert list(tmp_path.glob("x.csv*")) == []

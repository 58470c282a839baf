"""The main job on real juries' scores: figure skating, BuzzFeed News, CC BY 4.0.

The data lies beside the repository; its README publishes the figures that this test holds.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import scoring
from award.cli import main
from award.invariants import breaches
from award.models.entries import Entry, EntryState
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import Assignment, Juror
from award.models.results import Standing, Tabulation
from award.models.seasons import Round, RoundState
from config import Settings
from tests import factories as make

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "skating"
MEAN = 7.54434
VARIANCES = (1.24627, 0.01989, 0.11560)
LAST_DIGIT = 0.00001
"""What a figure published with five decimals may be off by."""


@dataclass(frozen=True)
class Imported:
    told: dict[str, Any]
    frozen: dict[str, Any]


@pytest.fixture
def real_data() -> Path:
    if not FOLDER.is_dir():
        reason = f"no real juries' scores at {FOLDER}: import and tabulation of them are UNTESTED"
        if os.environ.get("CI"):
            pytest.fail(reason)
        warnings.warn(pytest.PytestWarning(reason), stacklevel=1)
        pytest.skip(reason)
    return FOLDER


@pytest.fixture
def imported(
    real_data: Path,
    session: Session,
    settings: Settings,
    as_installation: Callable[[], None],
) -> Imported:
    """The whole jury through the two commands an organiser would type."""
    as_installation()
    make.make_programme(session, slug="skating", name={"en": "Skating"}, languages=["en"])
    session.commit()
    words = ["import", "scores", f"{real_data}/components.csv", "--season", "skating/2017"]
    words += ["--create", "--rubric", f"{real_data}/rubric.toml", "--json"]
    told = CliRunner().invoke(main, words, catch_exceptions=False)
    assert told.exit_code == 0, told.stderr
    frozen = CliRunner().invoke(main, ["tabulate", "skating/2017/1", "--json"])
    assert frozen.exit_code == 0, frozen.stderr
    return Imported(json.loads(told.stdout), json.loads(frozen.stdout))


def test_a_published_jury_is_imported_and_tabulated_with_its_published_figures(
    imported: Imported, session: Session, app: Flask
) -> None:
    counts = {"sheets": 15526, "scores": 77630, "entries": 1726, "jurors": 214}
    assert {name: imported.told[name] for name in counts} == counts
    assert (imported.frozen["entries"], imported.frozen["jurors"]) == (1726, 214)
    for model, number in ((Entry, 1726), (Juror, 214), (ScoreSheet, 15526), (Score, 77630)):
        assert session.scalar(select(func.count()).select_from(model)) == number

    made = session.scalars(select(Tabulation)).one()
    result = scoring.Tabulation.from_dict(made.result)
    found = result.variance
    shown = (found.merit, found.severity, found.residual)
    assert shown == pytest.approx(VARIANCES, abs=LAST_DIGIT)

    names = {one.public_id: one.name for one in session.scalars(select(Juror))}
    first, last = result.jurors[0], result.jurors[-1]
    assert (names[first.juror], round(first.severity, 3)) == ("judge-092", 0.528)
    assert (names[last.juror], round(last.severity, 3)) == ("judge-187", -0.372)
    merits = session.scalars(select(Standing.score)).all()
    assert sum(x or 0 for x in merits) / len(merits) == pytest.approx(MEAN, abs=LAST_DIGIT)

    round_ = session.scalars(select(Round)).one()
    assert round_.state is RoundState.TABULATED
    assert {one.step for one in round_.criteria} == {one.minimum for one in round_.criteria}
    assert set(session.scalars(select(Entry.state))) == {EntryState.ELIGIBLE}
    assert set(session.scalars(select(ScoreSheet.state))) == {SheetState.SUBMITTED}
    assert session.scalar(select(func.count(Assignment.id.distinct()))) == 15526
    assert list(breaches(session, app.extensions["storage"])) == []

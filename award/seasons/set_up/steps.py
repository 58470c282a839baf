"""The guided way through a season's set-up: its steps in order, and how far each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from award.db import locked
from award.models.seasons import Season
from award.seasons.set_up.queries import missing_to_open

STEPS = (
    "name",
    "start",
    "dates",
    "categories",
    "form",
    "entrants",
    "rounds",
    "people",
    "open",
)
CHECKED: Mapping[str, frozenset[str]] = {
    "name": frozenset({"programme"}),
    "entrants": frozenset({"consents"}),
}
"""A step -> the pages of the checklist that it fills; any other step fills the one of its name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. passed: one has been there and gone on; lacks: the checklist misses something."""

    key: str
    number: int
    passed: bool
    lacks: bool


def steps_of(session: Session, season: Season) -> tuple[Step, ...]:
    """Return every step in order; what is missing is what missing_to_open says."""
    missing = {one.page for one in missing_to_open(session, season.id)}
    reached = STEPS.index(left_off(season))
    return tuple(
        Step(key, number + 1, number < reached, bool(missing & CHECKED.get(key, {key})))
        for number, key in enumerate(STEPS)
    )


def left_off(season: Season) -> str:
    """Return the furthest step that the set-up has come to; the first one for who begins."""
    return season.set_up_step if season.set_up_step in STEPS else STEPS[0]


def step_before(step: str) -> str:
    """Return the step before one of STEPS, "" before the first."""
    return (("", *STEPS))[STEPS.index(step)]


def step_after(step: str) -> str:
    """Return the step after one of STEPS; after the last comes the last."""
    return (*STEPS, STEPS[-1])[STEPS.index(step) + 1]


def pass_step(session: Session, season_id: int, step: str) -> None:
    """Note that a step is passed; who was further on already stays there."""
    season = locked(session, Season, season_id)
    following = step_after(step)
    if STEPS.index(following) > STEPS.index(left_off(season)):
        season.set_up_step = following
    session.flush()

"""Pages of the set-up that are visited from a step of the guided way lead back to it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from award.models.seasons import Season
from award.seasons.set_up.steps import STEPS, step_after

FROM_A_STEP = frozenset(
    {
        "seasons.items",
        "seasons.new_item",
        "seasons.item",
        "seasons.use_template",
        "seasons.ask_removal",
        "seasons.change_item",
        "seasons.rounds",
        "seasons.new_round",
        "seasons.round_set_up",
        "seasons.change_round",
        "seasons.choose_rubric",
        "seasons.new_criterion",
        "seasons.criterion",
        "seasons.sample_sheet",
        "seasons.move_criterion",
        "seasons.remove_criterion",
        "entries.preview",
    }
)


def step_here() -> str:
    """Return the step that the request's address says it came from, "" for none."""
    named = request.args.get("step", "") if request else ""
    return named if named in STEPS else ""


def keep_step(endpoint: str, values: dict[str, Any]) -> None:
    """Let links between the pages of the set-up say the step that they came from."""
    if endpoint in FROM_A_STEP and "step" not in values and step_here():
        values["step"] = step_here()


def step_url(season: Season, step: str) -> str:
    """Return the address of a step of a season."""
    return url_for("home.set_up_step", public_id=season.public_id, step=step)


def going_on(season: Season, step: str) -> str:
    """Return where it goes after a step is saved: to the next one, or to the check-list for who
    pressed "later".
    """
    if request.form.get("action") == "later":
        return url_for("seasons.set_up", public_id=season.public_id)
    return step_url(season, step_after(step))

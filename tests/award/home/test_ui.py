"""/dev/ui shows every macro in every state; elsewhere it is not there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from award.app import create_app
from award.db import db

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
MACRO = re.compile(r"{% macro ([a-z]\w*)\(")
STATES = {
    "status_tag": [f'class="tag state{kind}"' for kind in ("", " sure", " open", " stop", " calm")],
    "tag": [f'class="tag{kind}"' for kind in ("", " sure", " open", " stop", " calm")],
    "flash": [f'class="flash {kind}"' for kind in ("success", "info", "warning", "error")],
    "data_table": ['aria-sort="ascending"', 'aria-sort="descending"', "<caption>A list"],
    "pager": ['rel="prev"', 'rel="next"', "1–20 of 20"],
    "progress_cells": [f'<li class="{one}">' for one in ("done", "draft", "now", "out", "todo")],
    "progress_strip": [f'<span class="{one}"><span>' for one in ("done", "draft", "out", "todo")],
    "timeline": ['<li class="done"', '<li class="now" aria-current', '<li class="next"'],
    "confirm_button": ['data-confirm="', 'class="btn go"', 'class="btn stop"', 'class="btn quiet"'],
    "field": ['class="field has-error"', 'class="affix"', 'aria-invalid="true"', "Time zone:"],
    "choices": ['class="choices inline"', 'class="choices"', 'class="seg"'],
    "counter_line": ["data-max-words", "data-max-characters"],
    "error_summary": ['class="error-summary"'],
    "autosave_status": ["<span>Saved at 14:32</span>"],
    "interval_plot": [f'class="plot interval {kind}"' for kind in ("sure", "open", "out")],
    "severity_forest": ['class="forest-row hot"', 'class="forest-row"'],
    "strip": ['class="bar me"'],
    "step_line": ['class="was"', 'class="now"', 'class="cut"'],
    "score_scale": ['class="scale of-10"', 'class="scale-number"', "disabled", 'class="levels"'],
}


@pytest.fixture
def page(client):
    return client.get("/en/dev/ui")


def test_every_macro_is_shown(page):
    assert page.status_code == 200
    gallery = (TEMPLATES / "dev" / "ui.html").read_text("utf-8")
    shown = set(re.findall(r"\b[a-z]+\.(\w+)\(", gallery))
    files = sorted((TEMPLATES / "macros").glob("*.html"))
    macros = {name for path in files for name in MACRO.findall(path.read_text("utf-8"))}
    assert len(macros) > 30
    assert macros - shown == set()
    assert set(STATES) <= macros


def test_each_stands_there_in_each_of_its_states(page):
    missing = [
        (name, one) for name, states in STATES.items() for one in states if one not in page.text
    ]
    assert missing == []


def test_an_installation_for_others_does_not_show_it(settings):
    built = create_app(replace(settings, environment="production"))
    answer = built.test_client().get("/en/dev/ui")
    with built.app_context():
        db.session.remove()
        db.engine.dispose()
    assert answer.status_code == 404

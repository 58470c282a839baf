"""What each step of a season's guided set-up asks, and what saving it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField
from wtforms.validators import Optional, ValidationError

from award.db import db, pick_text
from award.forms import MomentField
from award.home.steps.page import StepPage
from award.home.steps.people import people
from award.i18n import format_day, format_moment
from award.languages import current_language
from award.models.seasons import Programme, Round, Season, SeasonState
from award.permissions import current_actor
from award.seasons import queries, service
from award.seasons.beginning.copying import copy_set_up
from award.seasons.beginning.naming import name_form, save_name
from award.seasons.beginning.starters import STARTERS, begin_set_up
from award.seasons.dates import SeasonDate, dates_of
from award.seasons.forms import EligibilityForm, StartForm
from award.seasons.items import ITEMS
from award.seasons.rounds import service as judging_rules
from award.seasons.rounds.rubrics import READY
from award.seasons.set_up import queries as set_up_queries
from award.seasons.transitions import set_season_state


def _who() -> dict[str, Any]:
    return {"actor_id": current_actor().person_id, "now": g.now}


def _name(season: Season) -> StepPage:
    programme: Programme = season.programme
    form = name_form(db.session(), programme, season, now=g.now)
    return StepPage(
        form,
        {"programme": programme},
        lambda unit: save_name(unit, programme.id, season.id, form, **_who()),
    )


def _start(season: Season) -> StepPage:
    """Template, an earlier season or nothing; once something is there, nothing is begun anew."""
    counts = set_up_queries.set_up_counts(db.session(), season.id)
    if any(counts.values()):
        return StepPage(FlaskForm(), {"counts": counts, "begun": True})
    every = set_up_queries.earlier_seasons(db.session(), season)
    earlier = [one for one in every if one.categories or one.questions or one.rounds]
    language = current_language()
    form = StartForm(beginning=earlier[0].public_id if earlier else "template")
    form.beginning.choices = [
        *(
            (one.public_id, _("as %(season)s", season=pick_text(one.name, language)))
            for one in earlier
        ),
        ("template", _("the template")),
        ("", _("an empty season: you write everything yourself")),
    ]

    def save(unit: Session) -> None:
        chosen = form.beginning.data
        if chosen == "template":
            begin_set_up(unit, season.id, **_who())
        elif source := next((one for one in earlier if one.public_id == chosen), None):
            copy_set_up(unit, season.id, source.id, **_who())

    return StepPage(form, {"begun": False}, save)


def _dates(season: Season) -> StepPage:
    earlier = set_up_queries.earlier_seasons(db.session(), season)
    last = next((one for one in earlier if one.closes_at), None)
    dates = dates_of(season, last, now=g.now)
    form = _dates_form(dates, season.programme.time_zone)
    rounds = {one.position: one.id for one in season.rounds}

    def save(unit: Session) -> None:
        for position in sorted({one.position for one in dates}):
            values = {one.name: form[one.key].data for one in dates if one.position == position}
            if position:
                judging_rules.update_round(unit, rounds[position], values, **_who())
            else:
                service.update_season(unit, season.id, values, **_who())

    return StepPage(form, {"dates": dates, "last": last}, save)


def _dates_form(dates: tuple[SeasonDate, ...], zone: str) -> Any:
    """Build the timeline: a field for each date, with last time's below it."""
    fields: dict[str, Any] = {}
    for one in dates:
        kind = DateField if one.name == "age_on" else MomentField
        fields[one.key] = kind(_label(one), [Optional()], description=_last_time(one, zone))
        if one.name in AFTER:
            start = one.key.replace(one.name, AFTER[one.name][0])
            fields[f"validate_{one.key}"] = _after(start, AFTER[one.name][1])
    return type("DatesForm", (FlaskForm,), fields)(data={one.key: one.now for one in dates})


AFTER: Mapping[str, tuple[str, Callable[[], str]]] = {
    "closes_at": ("opens_at", lambda: _("This must come after the opening.")),
    "announces_at": ("closes_at", lambda: _("Results come after the scoring.")),
}
"""A date -> the one that it must come after, and what is said where it does not."""


def _after(start: str, sentence: Callable[[], str]) -> Any:
    def check(form: Any, typed: Any) -> None:
        before: datetime | None = form[start].data
        if typed.data and before and typed.data <= before:
            raise ValidationError(sentence())

    return check


def _label(one: SeasonDate) -> str:
    words = {
        (0, "opens_at"): _("Entries open"),
        (0, "closes_at"): _("Entries close"),
        (0, "age_on"): _("Ages count on"),
        (1, "opens_at"): _("Scoring opens"),
        (1, "closes_at"): _("Scoring closes"),
        (1, "announces_at"): _("Results become public"),
    }[min(one.position, 1), one.name]
    name = pick_text(one.round_name, current_language())
    return f"{name}: {words}" if name else words


def _last_time(one: SeasonDate, zone: str) -> str:
    if one.before is None:
        return ""
    language = current_language()
    said = (
        format_moment(one.before, language, zone)
        if isinstance(one.before, datetime)
        else format_day(one.before, language)
    )
    return _("Last time: %(moment)s.", moment=said.removesuffix("."))


def _list(kind: str) -> Callable[[Season], StepPage]:
    def page(season: Season) -> StepPage:
        return StepPage(FlaskForm(), _items(season, kind))

    return page


def _items(season: Season, kind: str) -> dict[str, Any]:
    model = ITEMS[kind].model
    return {
        "kind": kind,
        "words": ITEMS[kind],
        "rows": set_up_queries.item_rows(db.session(), season.id, model, current_language()),
        "can_begin": model in STARTERS,
    }


def _entrants(season: Season) -> StepPage:
    form = EligibilityForm.of(season)
    return StepPage(
        form,
        _items(season, "consents"),
        lambda unit: service.update_season(unit, season.id, form.values(), **_who()),
    )


def _rounds(season: Season) -> StepPage:
    session, language = db.session(), current_language()
    rows = set_up_queries.round_rows(session, season.id, language)
    ids: dict[str, Round] = {one.public_id: one for one in season.rounds}
    rubrics = {key: queries.rubric_of(session, one.id, language) for key, one in ids.items()}
    return StepPage(FlaskForm(), {"rows": rows, "rubrics": rubrics, "ready": READY.values()})


def _open(season: Season) -> StepPage:
    session = db.session()
    missing = set_up_queries.missing_to_open(session, season.id)

    def save(unit: Session) -> None:
        if request.form.get("action") == "now":
            values = {"opens_at": g.now}
            service.update_season(unit, season.id, values, **_who())
        set_season_state(unit, season.id, SeasonState.OPEN, **_who())

    more = {
        "missing": missing,
        "counts": set_up_queries.set_up_counts(session, season.id),
        "later": bool(season.opens_at and season.opens_at > g.now),
    }
    return StepPage(FlaskForm(), more, save)


PAGES: Mapping[str, Callable[[Season], StepPage]] = {
    "name": _name,
    "start": _start,
    "dates": _dates,
    "categories": _list("categories"),
    "form": _list("questions"),
    "entrants": _entrants,
    "rounds": _rounds,
    "people": people,
    "open": _open,
}

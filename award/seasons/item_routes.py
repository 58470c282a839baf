"""The lists of the set-up: categories, the entry form, consents, prizes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from award import audit
from award.accounts.routes import refuse
from award.db import db, pick_text, unit_of_work
from award.errors import AwardError, NotFoundError
from award.forms import use_programme
from award.languages import current_language
from award.models.seasons import Category, Question, Season
from award.permissions import Permission, current_actor, find, requires
from award.seasons import service
from award.seasons.beginning.starters import STARTERS, begin_list
from award.seasons.blueprint import bp
from award.seasons.form.effects import Effect, effects_of_change, effects_of_removal
from award.seasons.items import ITEMS, ItemKind
from award.seasons.set_up import queries as set_up_queries
from award.seasons.set_up.links import step_here, step_url

KINDS = f"any({','.join(ITEMS)})"


def _actor() -> int:
    return current_actor().person_id


@bp.get(f"/seasons/<public_id>/set-up/<{KINDS}:kind>")
@requires(Permission.SEASON_READ, Season)
def items(season: Season, kind: str) -> ResponseReturnValue:
    """One list of the set-up."""
    if step := step_here():
        return redirect(step_url(season, step), code=303)
    session, model = db.session(), ITEMS[kind].model
    asks = model is Question
    return render_template(
        "seasons/items.html",
        season=season,
        kind=kind,
        words=ITEMS[kind],
        rows=set_up_queries.item_rows(session, season.id, model, current_language()),
        can_begin=model in STARTERS,
        versions=set_up_queries.form_versions(session, season.id) if asks else [],
    )


@bp.route(f"/seasons/<public_id>/set-up/<{KINDS}:kind>/new", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def new_item(season: Season, kind: str) -> ResponseReturnValue:
    """Add to a list."""
    use_programme(season.programme)
    return _item_page(season, kind, None, ITEMS[kind].form())


@bp.route(f"/seasons/<public_id>/set-up/<{KINDS}:kind>/<item_id>", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def item(season: Season, kind: str, item_id: str) -> ResponseReturnValue:
    """Change one thing of a list."""
    use_programme(season.programme)
    row = _item_of(season, ITEMS[kind], item_id)
    return _item_page(season, kind, row, ITEMS[kind].form(data=ITEMS[kind].fill(row)))


def _item_of(season: Season, kind: ItemKind, item_id: str) -> Any:
    row = find(db.session(), kind.model, item_id)
    if row.season_id != season.id:
        raise NotFoundError
    return row


def _item_page(season: Season, kind: str, row: Any, form: Any) -> Any:
    """Ask, say what the change does to entries, save what was seen."""
    words = ITEMS[kind]
    effects: tuple[Effect, ...] = ()
    seen = ""
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        effects = _effects(season, words, row, form)
        seen = _digest(words.read(form), effects)
        if effects and request.form.get("seen") != seen:
            status = 200
        else:
            try:
                return _save(season, kind, row, form)
            except AwardError as error:
                status, effects = refuse(form, error), ()
    return render_template(
        "seasons/form.html",
        season=season,
        form=form,
        title=words.add if row is None else words.change,
        back=(words.title, url_for(".items", public_id=season.public_id, kind=kind)),
        effects=effects,
        seen=seen,
    ), status


def _effects(season: Season, words: ItemKind, row: Any, form: Any) -> tuple[Effect, ...]:
    if words.model is not Question:
        return ()
    language = current_language()
    return effects_of_change(db.session(), season.id, row, words.read(form), language)


def _digest(values: Any, effects: Sequence[Effect]) -> str:
    """What the person saw: the values and what they do, whatever the numbers are by now."""
    shown = [dict(values), [(one.code, one.name) for one in effects]]
    return hashlib.sha256(audit.canonical(shown)).hexdigest()


def _save(season: Season, kind: str, row: Any, form: Any) -> Any:
    words = ITEMS[kind]
    with unit_of_work() as unit:
        service.save_item(
            unit,
            season.id,
            words.model,
            row.id if row else None,
            words.read(form),
            actor_id=_actor(),
            now=g.now,
        )
    flash(_("Saved."), "success")
    return redirect(url_for(".items", public_id=season.public_id, kind=kind), code=303)


@bp.post(f"/seasons/<public_id>/set-up/<{KINDS}:kind>/template")
@requires(Permission.SEASON_EDIT, Season)
def use_template(season: Season, kind: str) -> ResponseReturnValue:
    """Begin an empty list with what many seasons begin with."""
    with unit_of_work() as unit:
        begin_list(unit, season.id, ITEMS[kind].model, actor_id=_actor(), now=g.now)
    flash(_("Here is a beginning. Change what you like."), "success")
    return redirect(url_for(".items", public_id=season.public_id, kind=kind), code=303)


@bp.get(f"/seasons/<public_id>/set-up/<{KINDS}:kind>/<item_id>/remove")
@requires(Permission.SEASON_EDIT, Season)
def ask_removal(season: Season, kind: str, item_id: str) -> ResponseReturnValue:
    """Say what taking something off a list does before it is done."""
    row = _item_of(season, ITEMS[kind], item_id)
    called = getattr(row, "label", None) or getattr(row, "title", None) or row.name
    return render_template(
        "seasons/remove_item.html",
        season=season,
        kind=kind,
        words=ITEMS[kind],
        row=row,
        name=pick_text(called, current_language()),
        effects=effects_of_removal(db.session(), row),
        used=service.entries_in(db.session(), row) if isinstance(row, Category) else 0,
    )


@bp.post(f"/seasons/<public_id>/set-up/<{KINDS}:kind>/<item_id>/<any(remove,up,down,restore):verb>")
@requires(Permission.SEASON_EDIT, Season)
def change_item(season: Season, kind: str, item_id: str, verb: str) -> ResponseReturnValue:
    """Take off a list, move within it, or ask again what was withdrawn."""
    row = _item_of(season, ITEMS[kind], item_id)
    with unit_of_work() as unit:
        if verb == "remove":
            service.remove_item(unit, row, actor_id=_actor(), now=g.now)
        elif verb == "restore":
            service.restore_item(unit, row, actor_id=_actor(), now=g.now)
        else:
            service.move_of_season(
                unit,
                row,
                -1 if verb == "up" else 1,
                siblings=_siblings(unit, season, kind),
                actor_id=_actor(),
                now=g.now,
            )
    return redirect(url_for(".items", public_id=season.public_id, kind=kind), code=303)


def _siblings(unit: Any, season: Season, kind: str) -> Sequence[Any]:
    model = ITEMS[kind].model
    rows = unit.scalars(
        select(model).where(model.season_id == season.id).order_by(model.position, model.id)
    )
    return [row for row in rows if getattr(row, "withdrawn_at", None) is None]

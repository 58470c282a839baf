"""Broadcasts: written for a filtered list, read as any recipient, sent, followed, stopped."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from award import texts
from award.addresses import base_url
from award.db import db, pick_text, unit_of_work
from award.errors import AwardError
from award.forms import use_programme
from award.languages import current_language
from award.messages import broadcasting
from award.messages.broadcast_queries import broadcast_rows, delivery_of
from award.messages.forms import JurorsForm, TeamsForm, TextForm
from award.messages.merging import FIELDS
from award.messages.recipients import digest_of, letter_for, recipients_of
from award.messages.routes import LAST_PAGE, bp
from award.models.broadcasts import Audience, Broadcast, BroadcastState
from award.models.jury import Panel
from award.models.seasons import Category, Season
from award.permissions import Permission, can, current_actor, requires

FILTERS = ("q", "state", "category", "sort", "panel", "left")


@bp.get("/seasons/<public_id>/broadcasts")
@requires(Permission.MAIL_READ, Season)
def broadcasts(season: Season) -> ResponseReturnValue:
    """Drafts and what was sent to many."""
    rows = broadcast_rows(db.session(), season.id, current_language())
    return render_template("messages/broadcasts.html", season=season, rows=rows)


@bp.route("/seasons/<public_id>/broadcasts/new", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def new_broadcast(season: Season) -> ResponseReturnValue:
    """Write to the list that the address names: to=entries or to=jurors, and its filters."""
    to_jurors = request.args.get("to") == "jurors"
    given = {name: request.args.get(name, "") for name in FILTERS}
    form = _form(season, to_jurors, given | {"left": bool(given["left"])})
    return _edit(season, None, form)


@bp.route("/broadcasts/<public_id>/edit", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Broadcast)
def edit_broadcast(broadcast: Broadcast) -> ResponseReturnValue:
    """Change a draft."""
    if broadcast.state is not BroadcastState.DRAFT:
        return redirect(url_for(".broadcast", public_id=broadcast.public_id), code=303)
    values = dict(broadcast.filters) | {
        "audience": broadcast.audience.value,
        "subject": broadcast.subject,
        "text": broadcast.text,
    }
    to_jurors = broadcast.audience is Audience.JURORS
    return _edit(broadcast.season, broadcast, _form(broadcast.season, to_jurors, values))


def _form(season: Season, to_jurors: bool, values: dict[str, Any]) -> TextForm:
    use_programme(season.programme)
    anything = ("", _("all"))
    form: Any = JurorsForm(data=values) if to_jurors else TeamsForm(data=values)
    if to_jurors:
        form.panel.choices = [anything, *_named(Panel, season.id)]
    else:
        form.category.choices = [anything, *_named(Category, season.id)]
    return form


def _named(model: Any, season_id: int) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(model.key, model.name).where(model.season_id == season_id).order_by(model.id)
    )
    return [(key, pick_text(name, current_language())) for key, name in rows]


def _edit(season: Season, found: Broadcast | None, form: Any) -> ResponseReturnValue:
    status = 200
    if form.is_submitted() and form.validate():
        try:
            kept = _save(season, found, form)
        except AwardError as error:
            status = _refuse(form, error)
        else:
            return redirect(url_for(".broadcast", public_id=kept.public_id), code=303)
    elif form.is_submitted():
        status = 422
    to_jurors = "audience" not in form
    page = render_template(
        "messages/broadcast_edit.html",
        season=season,
        found=found,
        form=form,
        to_jurors=to_jurors,
        fields=FIELDS[Audience.JURORS if to_jurors else Audience.TEAMS],
    )
    return page, status


def _refuse(form: Any, error: AwardError) -> int:
    sentence = texts.sentence(error, current_language())
    field = getattr(error, "field", None)
    if field and field in form:
        form[field].errors = [*form[field].errors, sentence]
    else:
        form.form_errors.append(sentence)
    return error.status


def _save(season: Season, found: Broadcast | None, form: Any) -> Broadcast:
    teams = "audience" in form
    names = ("q", "state", "category") if teams else ("state", "panel")
    filters = {name: form[name].data or "" for name in names}
    if not teams and form.left.data:
        filters["left"] = "1"
    with unit_of_work() as unit:
        return broadcasting.save_broadcast(
            unit,
            season.id,
            found.id if found else None,
            audience=Audience(form.audience.data) if teams else Audience.JURORS,
            filters=filters,
            subject=form.subject.data or {},
            text=form.text.data or {},
            actor_id=current_actor().person_id,
            now=g.now,
        )


@bp.get("/broadcasts/<public_id>")
@requires(Permission.MAIL_READ, Broadcast)
def broadcast(found: Broadcast) -> ResponseReturnValue:
    """Review a draft as any of its recipients; of what was sent, what became of each mail."""
    if found.state is BroadcastState.DRAFT:
        return _review(found, 200)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    return render_template(
        "messages/broadcast_sent.html",
        season=found.season,
        found=found,
        subject=pick_text(found.subject, current_language()),
        delivery=delivery_of(db.session(), found, page=page),
        page=page,
        may_edit=can(Permission.SEASON_EDIT, found),
    )


def _review(found: Broadcast, status: int, refusal: str = "") -> ResponseReturnValue:
    people = recipients_of(db.session(), found)
    chosen = min(max(request.args.get("as", 1, type=int), 1), max(len(people), 1))
    letter = None
    if people:
        one = people[chosen - 1]
        texts_of = (found.subject, found.text)
        letter = letter_for(one, *texts_of, season=found.season, base_url=base_url())
    others: dict[str, int] = {}
    for one in people:
        if not found.text.get(one.language):
            others[one.language] = others.get(one.language, 0) + 1
    page = render_template(
        "messages/broadcast_review.html",
        season=found.season,
        found=found,
        people=people,
        digest=digest_of(people),
        chosen=chosen,
        letter=letter,
        without_text=others,
        refusal=refusal,
        may_edit=can(Permission.SEASON_EDIT, found),
    )
    return page, status


@bp.post("/broadcasts/<public_id>/send")
@requires(Permission.SEASON_EDIT, Broadcast)
def send_broadcast(found: Broadcast) -> ResponseReturnValue:
    """Send what was reviewed to whom it was reviewed for."""
    try:
        with unit_of_work() as unit:
            count = broadcasting.send_broadcast(
                unit,
                found.id,
                request.form.get("seen", ""),
                actor_id=current_actor().person_id,
                now=g.now,
                base_url=base_url(),
            )
    except AwardError as error:
        if found.state is not BroadcastState.DRAFT:
            raise
        return _review(found, error.status, texts.sentence(error, current_language()))
    flash(
        ngettext(
            "One mail leaves in two minutes. Until then you can stop it.",
            "%(num)s mails leave in two minutes. Until then you can stop them.",
            count,
        ),
        "success",
    )
    return redirect(url_for(".broadcast", public_id=found.public_id), code=303)


@bp.post("/broadcasts/<public_id>/stop")
@requires(Permission.SEASON_EDIT, Broadcast)
def stop_broadcast(found: Broadcast) -> ResponseReturnValue:
    """Cancel what has not left."""
    with unit_of_work() as unit:
        count = broadcasting.stop_broadcast(
            unit, found.id, actor_id=current_actor().person_id, now=g.now
        )
    flash(
        ngettext(
            "Stopped: one mail will not leave.", "Stopped: %(num)s mails will not leave.", count
        ),
        "success",
    )
    return redirect(url_for(".broadcast", public_id=found.public_id), code=303)


@bp.post("/broadcasts/<public_id>/discard")
@requires(Permission.SEASON_EDIT, Broadcast)
def discard_broadcast(found: Broadcast) -> ResponseReturnValue:
    """Throw a draft away."""
    season = found.season.public_id
    with unit_of_work() as unit:
        broadcasting.discard_broadcast(unit, found.id)
    flash(_("The draft was thrown away."), "success")
    return redirect(url_for(".broadcasts", public_id=season), code=303)

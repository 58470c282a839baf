"""Broadcasts: written for a filtered list, read as any recipient, sent, followed, stopped."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from award import texts
from award.addresses import base_url
from award.db import db, pick_text, unit_of_work
from award.education.queries import asked_of, participant_ids
from award.errors import AwardError, NotFoundError
from award.forms import use_programme
from award.languages import current_language
from award.messages.blueprint import bp, page_number
from award.messages.broadcasts import service as broadcasting
from award.messages.broadcasts.forms import JurorsForm, PeopleForm, TeamsForm
from award.messages.broadcasts.letters import language_for, letter_for
from award.messages.broadcasts.merging import FIELDS
from award.messages.broadcasts.queries import PAGE, broadcast_rows, delivery_of
from award.messages.broadcasts.recipients import chosen_of, recipients_of, seen_of, unreached
from award.models.broadcasts import Audience, Broadcast, BroadcastState
from award.models.jury import Panel
from award.models.seasons import Category, Season
from award.permissions import Permission, can, current_actor, requires
from award.results.blueprint import refuse
from award.seasons.lists.bulk_pages import WRITE, chosen_rows

LISTS = {"entries": TeamsForm, "jurors": JurorsForm, "people": PeopleForm}
"""A list that a broadcast is begun from -> its form."""
FILTERS = {
    "entries": ("q", "state", "category"),
    "jurors": ("q", "state", "panel", "left"),
    "people": ("q", "part"),
}
"""What narrows each list."""
LIST_OF = {Audience.JURORS: "jurors", Audience.PEOPLE: "people"}
BEFORE_SAVING = ("count", "free", WRITE)
"""Buttons that show the page again and keep nothing."""


@bp.get("/seasons/<public_id>/broadcasts")
@requires(Permission.MAIL_READ, Season)
def broadcasts(season: Season) -> ResponseReturnValue:
    """Drafts and what was sent to many."""
    rows = broadcast_rows(db.session(), season.id, current_language())
    return render_template("messages/broadcasts.html", season=season, rows=rows)


@bp.route("/seasons/<public_id>/broadcasts/new", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def new_broadcast(season: Season) -> ResponseReturnValue:
    """Write to the list that the address names, to=entries, jurors or people, and its filters."""
    given = {name: request.args[name] for name in FILTERS[_list()] if name in request.args}
    return _edit(season, None, _form(season, _list(), given))


@bp.post("/seasons/<public_id>/broadcasts/begin")
@requires(Permission.SEASON_EDIT, Season)
def begin_broadcast(season: Season) -> ResponseReturnValue:
    """Write to the rows that were ticked in a list; from that of participants, also to all."""
    asked = asked_of(request.args)
    rows = chosen_rows(lambda: participant_ids(db.session(), season.id, asked))
    return _edit(season, None, _form(season, _list(), {"only": " ".join(rows)}, begun=True))


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
    to = LIST_OF.get(broadcast.audience, "entries")
    return _edit(broadcast.season, broadcast, _form(broadcast.season, to, values))


def _list() -> str:
    """Return the list that the address names; participants are people."""
    named = request.args.get("to", "")
    return named if named in LISTS else "people" if named == "participants" else "entries"


def _form(season: Season, to: str, values: dict[str, Any], *, begun: bool = False) -> Any:
    """Return the form of a list; what was sent from another page fills in nothing but ``only``."""
    use_programme(season.programme)
    form: Any = LISTS[to](data=values, **({"formdata": None} if begun else {}))
    if request.form.get("action") == "free":
        form.only.data = ""
    if form.only.data:
        for name in FILTERS[to]:
            del form[name]
        return form
    anything = ("", _("all"))
    for name, model in (("panel", Panel), ("category", Category)):
        if name in form:
            form[name].choices = [anything, *_named(model, season.id)]
    return form


def _named(model: Any, season_id: int) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(model.key, model.name).where(model.season_id == season_id).order_by(model.id)
    )
    return [(key, pick_text(name, current_language())) for key, name in rows]


def _edit(season: Season, found: Broadcast | None, form: Any) -> ResponseReturnValue:
    status = 200
    if form.is_submitted() and request.form.get("action") not in BEFORE_SAVING:
        status = 422
        if form.validate():
            try:
                kept = _save(season, found, form)
            except AwardError as error:
                status = refuse(form, error)
            else:
                return redirect(url_for(".broadcast", public_id=kept.public_id), code=303)
    audience, filters = _chosen(form)
    draft = _draft(season, audience, filters, form)
    people = recipients_of(db.session(), draft)
    page = render_template(
        "messages/broadcast_edit.html",
        season=season,
        found=found,
        form=form,
        to=LIST_OF.get(audience, "entries"),
        fields=FIELDS[audience],
        exactly=len(filters.get("only", "").split()),
        people=people,
        unreached=unreached(draft, people),
    )
    return page, status


def _chosen(form: Any) -> tuple[Audience, dict[str, str]]:
    """Return whom a form goes to; what it does not offer narrows nothing."""
    to = next(name for name, kind in LISTS.items() if isinstance(form, kind))
    if form.only.data:
        ids = dict.fromkeys(form.only.data.split())
        return _audience(form, to), {"only": " ".join(ids)}
    filters = {name: str(form[name].data or "") for name in FILTERS[to]}
    kept = {name: value for name, value in filters.items() if value}
    return _audience(form, to), kept | ({"left": "1"} if "left" in kept else {})


def _audience(form: Any, to: str) -> Audience:
    if to == "entries":
        return Audience.TEAMS if form.audience.data == Audience.TEAMS.value else Audience.LEADS
    return Audience.JURORS if to == "jurors" else Audience.PEOPLE


def _draft(season: Season, audience: Audience, filters: dict[str, str], form: Any) -> Broadcast:
    """Return what the form as it stands would be; nothing is kept."""
    draft = Broadcast(season_id=season.id, audience=audience, filters=filters)
    draft.subject, draft.text = form.subject.data or {}, form.text.data or {}
    return draft


def _save(season: Season, found: Broadcast | None, form: Any) -> Broadcast:
    audience, filters = _chosen(form)
    with unit_of_work() as unit:
        return broadcasting.save_broadcast(
            unit,
            season.id,
            found.id if found else None,
            audience=audience,
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
    page = page_number()
    return render_template(
        "messages/broadcast_sent.html",
        season=found.season,
        found=found,
        subject=pick_text(found.subject, current_language()),
        delivery=delivery_of(db.session(), broadcasting.mail_key(found), page=page),
        page=page,
        may_edit=can(Permission.SEASON_EDIT, found),
    )


def _review(found: Broadcast, status: int, refusal: str = "") -> ResponseReturnValue:
    people = recipients_of(db.session(), found)
    chosen = min(page_number("as"), max(len(people), 1))
    first = (chosen - 1) // PAGE * PAGE
    without_text = Counter(
        one.language for one in people if language_for(one, found) != one.language
    )
    page = render_template(
        "messages/broadcast_review.html",
        season=found.season,
        found=found,
        count=len(people),
        people=people[first : first + PAGE],
        first=first,
        seen=seen_of(found, people),
        chosen=chosen,
        letter=letter_for(people[chosen - 1], found, base_url()) if people else None,
        without_text=without_text,
        exactly=len(chosen_of(found)),
        unreached=unreached(found, people),
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


@bp.post("/broadcasts/<public_id>/try")
@requires(Permission.SEASON_EDIT, Broadcast)
def try_broadcast(found: Broadcast) -> ResponseReturnValue:
    """Mail the organiser herself what one recipient would read."""
    people = recipients_of(db.session(), found)
    chosen = page_number("as")
    if found.state is not BroadcastState.DRAFT or chosen > len(people):
        raise NotFoundError
    with unit_of_work() as unit:
        address = broadcasting.try_broadcast(
            unit,
            found.id,
            people[chosen - 1],
            actor_id=current_actor().person_id,
            now=g.now,
            base_url=base_url(),
        )
    flash(_("Sent to you at %(address)s; nobody else gets it.", address=address), "success")
    return redirect(url_for(".broadcast", public_id=found.public_id) + f"?as={chosen}", code=303)


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
        broadcasting.discard_broadcast(
            unit, found.id, actor_id=current_actor().person_id, now=g.now
        )
    flash(_("The draft was thrown away."), "success")
    return redirect(url_for(".broadcasts", public_id=season), code=303)

"""The outbox of a season, and the mailbox of a development installation."""

from __future__ import annotations

import re

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from award.accounts.saved_views import views_of
from award.addresses import list_url
from award.db import db, unit_of_work
from award.errors import NotFoundError
from award.languages import current_language
from award.messages import export_routes, queries, service
from award.messages.announcements import routes as announcement_routes
from award.messages.blueprint import bp, page_number
from award.messages.broadcasts import routes as broadcast_routes
from award.messages.people import person_queries
from award.messages.people import routes as people_routes
from award.messages.wordings import routes as wording_routes
from award.models.operations import Mail
from award.models.seasons import Season
from award.permissions import Permission, current_actor, find, public, requires
from award.texts import say

__all__ = [
    "announcement_routes",
    "bp",
    "broadcast_routes",
    "export_routes",
    "people_routes",
    "wording_routes",
]
LINK = re.compile(r"(https?://\S+)")


@bp.get("/seasons/<public_id>/messages")
@requires(Permission.MAIL_READ, Season)
def outbox(season: Season):
    """Every mail of the season with its state."""
    text, state = _asked("text"), _asked("state")
    page = page_number()
    rows, more = queries.season_mails(db.session(), season.id, text=text, state=state, page=page)
    return render_template(
        "messages/outbox.html",
        season=season,
        rows=rows,
        counts=queries.mail_counts(db.session(), season.id),
        text=text,
        state=state,
        page=page,
        views=views_of(db.session(), season.programme_id, current_actor().person_id, "messages"),
        older=page + 1 if more else None,
    )


def _asked(name: str) -> str:
    return request.args.get(name, "").strip()[:100]


@bp.post("/seasons/<public_id>/messages/retry")
@requires(Permission.SEASON_EDIT, Season)
def retry_failed(season: Season):
    """Try every failed mail again that the address finds."""
    actor_id = current_actor().person_id
    with unit_of_work() as unit:
        tried = service.retry_failed(unit, season.id, _asked("text"), actor_id=actor_id, now=g.now)
    flash(ngettext("One mail is tried again.", "%(num)s mails are tried again.", tried), "success")
    return redirect(url_for(".outbox", public_id=season.public_id), code=303)


@bp.get("/seasons/<public_id>/messages/<mail_id>")
@requires(Permission.MAIL_READ, Season)
def season_mail(season: Season, mail_id: str):
    """One mail of the season; a mail that is a key by itself shows no link."""
    mail = find(db.session(), Mail, mail_id)
    if mail.season_id != season.id:
        raise NotFoundError
    read = queries.mail_text(mail)
    parts = LINK.split(read.body)
    return render_template("messages/mail.html", season=season, mail=read, parts=parts)


@bp.post("/seasons/<public_id>/messages/<mail_id>/<any(retry,cancel):verb>")
@requires(Permission.SEASON_EDIT, Season)
def change_mail(season: Season, mail_id: str, verb: str):
    """Retry a mail that failed or lay it aside, or cancel one that waits."""
    mail = find(db.session(), Mail, mail_id)
    if mail.season_id != season.id:
        raise NotFoundError
    actor_id = current_actor().person_id
    with unit_of_work() as unit:
        change = service.retry_mail if verb == "retry" else service.cancel_mail
        change(unit, mail.id, actor_id=actor_id, now=g.now)
    flash(_("Done."), "success")
    return redirect(list_url(".outbox"), code=303)


@bp.get("/seasons/<public_id>/people/<person>/mails")
@requires(Permission.MAIL_READ, Season)
def person_mails(season: Season, person: str):
    """Every mail to one person of the season, and what became of it."""
    found = person_queries.person_of(db.session(), season.id, person)
    page = page_number()
    return render_template(
        "messages/person.html",
        season=season,
        person=found,
        log=person_queries.mails_of(db.session(), season.id, found, page=page),
        page=page,
        say=lambda code: say(code, current_language()),
    )


@bp.post("/seasons/<public_id>/people/<person>/mails/<mail_id>")
@requires(Permission.SEASON_EDIT, Season)
def send_mail_again(season: Season, person: str, mail_id: str):
    """Send one of a person's mails again."""
    found = person_queries.person_of(db.session(), season.id, person)
    mail = find(db.session(), Mail, mail_id)
    if mail.season_id != season.id:
        raise NotFoundError
    copies = request.form.get("copies", 0, type=int)
    with unit_of_work() as unit:
        made = service.send_again(
            unit, mail.id, copies, actor_id=current_actor().person_id, now=g.now
        )
    flash(_("On its way once more, to %(address)s.", address=made.to_email), "success")
    address = url_for(".person_mails", public_id=season.public_id, person=found.public_id)
    return redirect(address, code=303)


def _only_in_development() -> None:
    if not current_app.extensions["settings"].development:
        raise NotFoundError


@bp.get("/dev/mail")
@public
def dev_mail():
    """All mail of a development installation."""
    _only_in_development()
    return render_template("messages/dev_mail.html", rows=queries.all_mails(db.session()))


@bp.get("/dev/mail/<mail_id>")
@public
def dev_mail_text(mail_id: str):
    """One mail of a development installation, its links to follow."""
    _only_in_development()
    mail = queries.mail_text(find(db.session(), Mail, mail_id))
    return render_template("messages/dev_mail_text.html", mail=mail, parts=LINK.split(mail.body))

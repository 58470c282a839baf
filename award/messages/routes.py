"""The outbox of a season, and the mailbox of a development installation."""

from __future__ import annotations

import re

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from award.accounts.saved_views import views_of
from award.db import db, unit_of_work
from award.errors import NotFoundError
from award.messages import (
    announcement_routes,
    broadcast_routes,
    queries,
    service,
    wording_routes,
)
from award.messages.blueprint import bp, page_number
from award.models.operations import Mail
from award.models.seasons import Season
from award.permissions import Permission, current_actor, find, public, requires

__all__ = ["announcement_routes", "bp", "broadcast_routes", "wording_routes"]
LINK = re.compile(r"(https?://\S+)")


@bp.get("/seasons/<public_id>/messages")
@requires(Permission.MAIL_READ, Season)
def outbox(season: Season):
    """Every mail of the season with its state."""
    text = request.args.get("text", "").strip()[:100]
    page = page_number()
    rows, more = queries.season_mails(db.session(), season.id, text=text, page=page)
    return render_template(
        "messages/outbox.html",
        season=season,
        rows=rows,
        counts=queries.mail_counts(db.session(), season.id),
        text=text,
        views=views_of(db.session(), season.programme_id, current_actor().person_id, "messages"),
        older=page + 1 if more else None,
    )


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
    """Retry a mail that failed or cancel one that waits."""
    mail = find(db.session(), Mail, mail_id)
    if mail.season_id != season.id:
        raise NotFoundError
    actor_id = current_actor().person_id
    with unit_of_work() as unit:
        change = service.retry_mail if verb == "retry" else service.cancel_mail
        change(unit, mail.id, actor_id=actor_id, now=g.now)
    flash(_("Done."), "success")
    return redirect(url_for(".outbox", public_id=season.public_id), code=303)


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

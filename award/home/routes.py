"""Landing pages, each person's home, the organiser's overview, the log, invitations."""

from __future__ import annotations

import json

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from award import audit
from award.accounts.forms import AcceptForm
from award.accounts.passwords import check_allowed, hash_password
from award.accounts.routes import enter, refuse
from award.db import db, unit_of_work
from award.errors import InputError
from award.home import audit_queries, invitations, queries
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, current_actor, public, requires

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index():
    """Who is signed in finds her own things, everybody else the open seasons."""
    session = db.session()
    cards = queries.season_cards(session, current_language(), now=g.now)
    actor = current_actor()
    if not actor.signed_in:
        return render_template("home/landing.html", cards=cards)
    mine = queries.home(session, actor, current_language())
    return render_template("home/index.html", mine=mine, cards=cards)


@bp.get("/<programme>/<season>")
@public
def season(programme: str, season: str):
    """The public page of a season, led by its state."""
    card = queries.season_card(db.session(), programme, season, current_language(), now=g.now)
    form = queries.public_form(db.session(), card.public_id, current_language())
    return render_template("home/season.html", card=card, form=form)


@bp.get("/seasons/<public_id>")
@requires(Permission.SEASON_READ, Season)
def overview(season: Season):
    """The organiser's first page: what needs attention."""
    figures = queries.overview(db.session(), season.id, current_language())
    return render_template("home/overview.html", season=season, figures=figures)


@bp.get("/seasons/<public_id>/audit")
@requires(Permission.SEASON_AUDIT, Season)
def audit_log(season: Season):
    """Who did what when."""
    chosen = {name: request.args.get(name, "")[:80] for name in ("action", "who")}
    below = request.args.get("below", type=int)
    lines = audit_queries.audit_lines(db.session(), season, below=below, **chosen)
    return render_template(
        "home/audit_log.html",
        season=season,
        lines=lines,
        chosen=chosen,
        actions=audit_queries.audit_actions(db.session(), season),
        more=len(lines) == audit_queries.PAGE,
    )


@bp.get("/seasons/<public_id>/audit/verify")
@requires(Permission.SEASON_AUDIT, Season)
def audit_check(season: Season):
    """Walk the chain and say whether it holds."""
    broken = audit.verify(db.session())
    return render_template("home/audit_check.html", season=season, broken=broken)


@bp.get("/seasons/<public_id>/audit.jsonl")
@requires(Permission.SEASON_AUDIT, Season)
def audit_export(season: Season):
    """The whole chain, a row a line; it holds no names."""
    session = db.session()
    lines = (
        json.dumps(row, ensure_ascii=False) + "\n" for row in audit_queries.chain_rows(session)
    )
    headers = {"Content-Disposition": f'attachment; filename="audit-{season.slug}.jsonl"'}
    return Response(stream_with_context(lines), mimetype="application/x-ndjson", headers=headers)


@bp.route("/invitations/<secret>", methods=["GET", "POST"])
@public
def invitation(secret: str):
    """Show what the invitation is for; accept it signed in, or with a new account."""
    found = invitations.read_invitation(db.session(), secret, current_language(), now=g.now)
    form = AcceptForm()
    status = 200
    if request.method == "POST" and current_user.is_authenticated:
        with unit_of_work() as unit:
            purpose = invitations.accept(unit, secret, current_user.id, now=g.now)
        flash(_("You have accepted. Welcome!"), "success")
        target = "judging.desk_home" if purpose.value == "juror_invitation" else ".index"
        return redirect(url_for(target), code=303)
    if form.validate_on_submit():
        try:
            check_allowed(form.password.data, email=found.email, name=form.name.data)
            hashed = hash_password(form.password.data)
            with unit_of_work() as unit:
                user = invitations.accept_with_new_account(
                    unit,
                    secret,
                    name=form.name.data.strip(),
                    password_hash=hashed,
                    language=current_language(),
                    now=g.now,
                )
            return enter(user)
        except InputError as error:
            status = refuse(form, error)
    return render_template(
        "home/invitation.html", found=found, form=form, secret=secret
    ), 422 if form.errors else status

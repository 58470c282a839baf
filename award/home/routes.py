"""Landing pages, each person's home, invitations."""

from __future__ import annotations

from flask import (
    flash,
    g,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from award.accounts.forms import AcceptForm
from award.accounts.passwords import check_allowed, hash_password
from award.accounts.routes import enter, refuse
from award.db import db, unit_of_work
from award.errors import InputError
from award.home import invitations, queries
from award.home.background import routes as background_routes
from award.home.blueprint import bp
from award.home.invitations import Invitation
from award.home.log import routes as log_routes
from award.home.overview import routes as overview_routes
from award.home.public import news_routes
from award.home.public import routes as season_routes
from award.home.steps import routes as step_routes
from award.languages import current_language
from award.permissions import current_actor, public
from award.seasons.brand.style import only_brand
from award.throttle import limiter

__all__ = [
    "background_routes",
    "bp",
    "log_routes",
    "news_routes",
    "overview_routes",
    "season_routes",
    "step_routes",
]


@bp.get("/")
@public
def index():
    """Who is signed in finds her own things, everybody else the open seasons."""
    session = db.session()
    cards = queries.season_cards(session, current_language(), now=g.now)
    actor = current_actor()
    if not actor.signed_in:
        brand = only_brand(session, current_language())
        return render_template("home/landing.html", cards=cards, brand=brand)
    mine = queries.home(session, actor, current_language(), now=g.now)
    return render_template("home/index.html", mine=mine, cards=cards)


@bp.route("/invitations/<secret>", methods=["GET", "POST"])
@public
@limiter.limit("30 per hour", methods=["POST"])
def invitation(secret: str):
    """Show what the invitation is for; accept it signed in, or with a new account."""
    found = invitations.read_invitation(db.session(), secret, current_language(), now=g.now)
    form = AcceptForm(data={"name": found.name})
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and current_user.is_authenticated:
        return _accept(secret, found)
    if form.validate_on_submit():
        try:
            return _accept_with_new_account(secret, found, form)
        except InputError as error:
            status = refuse(form, error)
    return render_template("home/invitation.html", found=found, form=form, secret=secret), status


def _accept(secret: str, found: Invitation) -> ResponseReturnValue:
    with unit_of_work() as unit:
        invitations.accept(unit, secret, current_user.id, now=g.now)
    flash(_("You have accepted. Welcome!"), "success")
    return redirect(_work_of(found), code=303)


def _work_of(found: Invitation) -> str:
    """Return where the work begins that somebody was invited to."""
    if found.entry_id:
        return url_for("entries.entry", public_id=found.entry_id)
    if found.season_id:
        return url_for("jury.expertise", public_id=found.season_id)
    return url_for(".index")


def _accept_with_new_account(
    secret: str, found: Invitation, form: AcceptForm
) -> ResponseReturnValue:
    check_allowed(form.password.data, email=found.email, name=form.name.data)
    hashed = hash_password(form.password.data)
    with unit_of_work() as unit:
        user = invitations.accept_with_new_account(
            unit,
            secret,
            name=form.name.data,
            password_hash=hashed,
            language=current_language(),
            now=g.now,
        )
    flash(_("You have accepted. Welcome!"), "success")
    return enter(user, _work_of(found))


@bp.post("/invitations/<secret>/decline")
@public
def decline_invitation(secret: str):
    """Say no to an invitation; whoever holds the link may."""
    with unit_of_work() as unit:
        invitations.decline(unit, secret, now=g.now)
    flash(_("Thank you for telling us. The invitation is closed."), "success")
    return redirect(url_for(".index"), code=303)

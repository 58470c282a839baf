"""Landing pages, each person's home, the organiser's overview, the log, invitations."""

from __future__ import annotations

import tempfile

from flask import (
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from award import audit
from award.accounts.forms import AcceptForm
from award.accounts.passwords import check_allowed, hash_password
from award.accounts.routes import enter, refuse
from award.accounts.saved_views import views_of
from award.db import db, unit_of_work
from award.errors import InputError
from award.home import (
    arrivals,
    audit_queries,
    background_routes,
    dashboard,
    invitations,
    news_routes,
    queries,
    season_routes,
    step_routes,
)
from award.home.attention import needs_of
from award.home.audit_table import action_words, audit_table
from award.home.blueprint import bp
from award.home.invitations import Invitation
from award.i18n import format_short_moment
from award.languages import current_language
from award.models.seasons import Season
from award.permissions import Permission, can, current_actor, public, requires
from award.readiness import overdue_work
from award.results.blueprint import send_table
from award.results.tabulation.watching import watch
from award.seasons.brand.style import only_brand
from award.tables import FORMATS
from award.throttle import limiter
from exports.records.audit_files import sealed_lines
from exports.signing.keys import installation_seal_key

__all__ = ["background_routes", "bp", "news_routes", "season_routes", "step_routes"]
LARGEST = 2**31 - 1
RECENT = 8


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


@bp.get("/seasons/<public_id>")
@requires(Permission.SEASON_READ, Season)
def overview(season: Season):
    """The organiser's first page: what needs attention."""
    session, actor = db.session(), current_actor()
    own = list(actor.teams)
    figures = dashboard.overview(session, season.id, current_language(), own)
    # Colleagues' points would colour what she gives herself.
    watched = (
        [] if season.id in actor.jurors else watch(session, season.id, now=g.now, own_entries=own)
    )
    recent = (
        audit_queries.audit_lines(session, season, most=RECENT, points=False)
        if can(Permission.SEASON_AUDIT, season)
        else []
    )
    return render_template(
        "home/overview.html",
        season=season,
        figures=figures,
        needs=needs_of(season, figures, watched, now=g.now, stands_still=_stands_still(session)),
        arrivals=arrivals.arrivals(session, season.id, now=g.now),
        most_jurors=dashboard.MOST_JURORS,
        recent=recent,
        action_words=_action_words,
        steps=_steps(season, figures),
    )


def _stands_still(session: Session) -> bool:
    return overdue_work(session, now=g.now) is not None


def _steps(season: Season, figures: dashboard.Overview) -> list[tuple[str, str, str, None]]:
    """Return the season's dates for a timeline: title, moment in words, done or next."""
    dates = [(_("Entries open"), season.opens_at), (_("Entries close"), season.closes_at)]
    for one in figures.rounds:
        dates.append((_("%(round)s: scoring closes", round=one.name), one.closes_at))
        dates.append((_("%(round)s: results", round=one.name), one.announces_at))
    language, zone = current_language(), season.programme.time_zone
    known = sorted(((at, title) for title, at in dates if at), key=lambda pair: pair[0])
    return [
        (title, format_short_moment(at, language, zone), "done" if at <= g.now else "next", None)
        for at, title in known
    ]


@bp.get("/seasons/<public_id>/audit")
@requires(Permission.SEASON_AUDIT, Season)
def audit_log(season: Season):
    """Who did what when."""
    chosen = {name: request.args.get(name, "").strip()[:80] for name in ("action", "who")}
    below = min(request.args.get("below", LARGEST, type=int), LARGEST)
    points = _reads_points(season)
    lines = audit_queries.audit_lines(
        db.session(),
        season,
        action=chosen["action"],
        who=chosen["who"],
        below=below,
        points=points,
    )
    return render_template(
        "home/audit_log.html",
        season=season,
        lines=lines,
        points=points,
        chosen=chosen,
        views=views_of(db.session(), season.programme_id, current_actor().person_id, "log"),
        actions=audit_queries.audit_actions(db.session(), season),
        action_words=_action_words,
        more=len(lines) == audit_queries.PAGE,
    )


def _reads_points(season: Season) -> bool:
    return not audit_queries.takes_part(db.session(), current_actor(), season)


def _action_words(action: str) -> str:
    return action_words(action, current_language())


@bp.get(f"/seasons/<public_id>/audit.<{FORMATS}:kind>")
@requires(Permission.SEASON_AUDIT, Season)
def audit_list(season: Season, kind: str):
    """The log as its page is filtered, with the names that are kept; for reading, not sealed."""
    points = _reads_points(season)
    table = audit_table(db.session(), season, current_language(), _, request.args, points=points)
    return send_table(table, kind, f"{season.slug}-audit")


@bp.get("/seasons/<public_id>/audit/verify")
@requires(Permission.SEASON_AUDIT, Season)
def audit_check(season: Season):
    """Walk the chain and say whether it holds."""
    broken = audit.verify(db.session())
    return render_template("home/audit_check.html", season=season, broken=broken)


@bp.get("/seasons/<public_id>/audit.jsonl")
@requires(Permission.SEASON_AUDIT, Season)
def audit_export(season: Season):
    """The whole chain, a row a line, sealed; it holds no names and nothing of other seasons."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - sent, then closed
    key = installation_seal_key(current_app.extensions["settings"].keys)
    rows = audit_queries.chain_rows(db.session(), season, points=_reads_points(season))
    target.writelines(sealed_lines(rows, key))
    target.seek(0)
    name = f"audit-{season.slug}.jsonl"
    db.session.rollback()
    return send_file(
        target, mimetype="application/x-ndjson", as_attachment=True, download_name=name
    )


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

"""The protocol of a round: its PDF, drawing it up, and the jurors' signatures on screen."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import Any

from flask import current_app, flash, g, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from award.accounts.passwords import verify_password
from award.db import db, unit_of_work
from award.errors import AwardError
from award.i18n import translator
from award.languages import current_language
from award.models.seasons import Round
from award.permissions import Permission, current_actor, requires
from award.results.blueprint import (
    actor_id,
    bp,
    let_go_of_store,
    outcome_words,
    refuse,
    season_of_round,
    tell,
    zone_of,
)
from award.results.deliberation.queries import barred_entries
from award.results.forms import SignForm
from award.results.protocol.gathering import protocol_of
from award.results.protocol.signing import draw_up_protocol, sign_protocol, signing_page
from award.throttle import limiter
from exports.documents.protocol import render_protocol


@bp.get("/rounds/<public_id>/protocol.pdf")
@requires(Permission.SCORES_READ, Round)
def protocol(round_: Round):
    """The minutes of the round, gathered in one look and rendered after it."""
    return _send_protocol(round_)


def _send_protocol(round_: Round, withheld: Collection[int] = frozenset()) -> Any:
    language = current_language()
    name = f"{season_of_round(round_).slug}-{round_.position}-protocol.pdf"
    gathered = protocol_of(db.session(), round_.id, language, outcome_words(), withheld=withheld)
    let_go_of_store()
    pdf = render_protocol(gathered, translator(language).gettext)
    return send_file(
        io.BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name
    )


@bp.post("/rounds/<public_id>/protocol")
@requires(Permission.RESULTS_DECIDE, Round)
def draw_up(round_: Round):
    """Fix the protocol and ask those who judged to sign it."""
    try:
        with unit_of_work() as session:
            draw_up_protocol(
                session,
                round_.id,
                base_url=current_app.extensions["settings"].base_url,
                actor_id=actor_id(),
                now=g.now,
            )
        flash(_("The protocol is drawn up, and the jurors are asked to sign it."), "success")
    except AwardError as error:
        tell(error)
    return redirect(url_for(".exports", public_id=season_of_round(round_).public_id), code=303)


@bp.get("/rounds/<public_id>/protocol/sign")
@requires(Permission.PROTOCOL_SIGN, Round)
def sign_page(round_: Round):
    """What there is to sign, for who judged in the round and once it is drawn up."""
    return _sign_page(round_, SignForm(), 200)


def _sign_page(round_: Round, form: SignForm, status: int) -> Any:
    found = signing_page(db.session(), round_.id, _juror_id(round_))
    form.digest.data = form.digest.data or found.digest
    page = render_template(
        "results/sign.html",
        round=round_,
        season=season_of_round(round_),
        zone=zone_of(round_.season_id),
        found=found,
        form=form,
    )
    return page, status


@bp.get("/rounds/<public_id>/protocol/read.pdf")
@requires(Permission.PROTOCOL_SIGN, Round)
def read_protocol(round_: Round):
    """The same for who is to sign it, without the talk about entries that she stepped back from."""
    session, juror_id = db.session(), _juror_id(round_)
    signing_page(session, round_.id, juror_id)
    barred = barred_entries(session, round_.season_id, current_actor().user_id, juror_id)
    return _send_protocol(round_, barred)


@bp.post("/rounds/<public_id>/protocol/sign")
@requires(Permission.PROTOCOL_SIGN, Round)
@limiter.limit("10 per 15 minutes")
def sign(round_: Round):
    """Sign after the password was entered again."""
    form = SignForm()
    signing_page(db.session(), round_.id, _juror_id(round_))
    if not form.validate():
        return _sign_page(round_, form, 422)
    if not verify_password(current_user.password_hash, form.password.data or ""):
        form.password.errors = [_("This is not your password. Try again.")]
        return _sign_page(round_, form, 422)
    try:
        with unit_of_work() as session:
            sign_protocol(
                session,
                round_.id,
                _juror_id(round_),
                digest=form.digest.data or "",
                dissent=form.dissent.data or "",
                actor_id=actor_id(),
                now=g.now,
            )
    except AwardError as error:
        return _sign_page(round_, form, refuse(form, error))
    flash(_("Thank you. Your signature stands in the protocol."), "success")
    return redirect(url_for(".sign_page", public_id=round_.public_id), code=303)


def _juror_id(round_: Round) -> int:
    return current_actor().jurors[round_.season_id]

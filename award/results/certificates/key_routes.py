"""The page of the key that signs a programme's certificates, for its owner alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from award import texts
from award.accounts.passwords import verify_password
from award.db import db, unit_of_work
from award.errors import AwardError
from award.languages import current_language
from award.models.seasons import Programme
from award.permissions import Permission, requires
from award.results.blueprint import actor_id, bp, let_go_of_store, refuse
from award.results.certificates.look_routes import press
from award.results.certificates.printing import holder_of
from award.results.certificates.signing_keys import key_facts, use_own_key, use_p12
from award.results.forms import KeyForm, PasswordAgainForm
from award.throttle import limiter
from exports.errors import ExportError

MOST = 1024 * 1024


@bp.route("/programmes/<public_id>/signing", methods=["GET", "POST"])
@requires(Permission.KEYS_MANAGE, Programme)
@limiter.limit("10 per 15 minutes", methods=["POST"])
def signing_key(programme: Programme) -> Any:
    """Which key signs; POST uploads a P12 to sign with."""
    form = KeyForm()
    if not form.is_submitted():
        return _page(programme, form, _own_form(), 200)
    if not (form.validate() and _is_password(form)):
        return _page(programme, form, _own_form(), 422)
    keyring, programme_id = press().keyring, programme.id
    content, passphrase = form.p12.data.read(MOST), form.passphrase.data or ""
    let_go_of_store()
    try:
        wrapped = keyring.wrap(content, passphrase, now=g.now)
        with unit_of_work() as unit:
            use_p12(unit, keyring, programme_id, wrapped, actor_id=actor_id(), now=g.now)
    except ExportError as error:
        field = form.passphrase if error.code == "p12_passphrase" else form.p12
        field.errors = [texts.say(error.code, current_language(), error.params)]
        return _page(_again(programme_id), form, _own_form(), 422)
    except AwardError as error:
        return _page(_again(programme_id), form, _own_form(), refuse(form, error))
    flash(_("From now on certificates are signed with the uploaded key."), "success")
    return redirect(url_for(".signing_key", public_id=_again(programme_id).public_id), code=303)


@bp.post("/programmes/<public_id>/signing/own")
@requires(Permission.KEYS_MANAGE, Programme)
@limiter.limit("10 per 15 minutes")
def sign_with_own_key(programme: Programme) -> Any:
    """Go back to the programme's own key."""
    own = PasswordAgainForm(prefix="own")
    fresh = KeyForm(formdata=None)
    if not (own.validate() and _is_password(own)):
        return _page(programme, fresh, own, 422)
    try:
        with unit_of_work() as unit:
            use_own_key(unit, press().keyring, programme.id, actor_id=actor_id(), now=g.now)
    except AwardError as error:
        return _page(programme, fresh, own, refuse(own, error))
    flash(_("The programme's own key signs again. The uploaded one is removed."), "success")
    return redirect(url_for(".signing_key", public_id=programme.public_id), code=303)


def _own_form() -> PasswordAgainForm:
    return PasswordAgainForm(formdata=None, prefix="own")


def _again(programme_id: int) -> Programme:
    return db.session.get_one(Programme, programme_id)


def _is_password(form: PasswordAgainForm) -> bool:
    if verify_password(current_user.password_hash, form.password.data or ""):
        return True
    form.password.errors = [_("This is not your password. Try again.")]
    return False


def _page(programme: Programme, form: KeyForm, own: PasswordAgainForm, status: int) -> Any:
    issuer, holder = programme.public_id, holder_of(programme)
    certificate, uploaded = press().keyring.certificate(issuer, holder)
    facts = key_facts(certificate)
    page = render_template(
        "results/signing_key.html",
        programme=programme,
        form=form,
        own=own,
        facts=facts,
        until=date.fromisoformat(facts["until"]),
        trouble=_trouble(issuer, holder),
        uploaded=uploaded,
    )
    return page, status


def _trouble(issuer: str, holder: str) -> str:
    """Return why nothing can be signed now, "" where it can."""
    try:
        press().keys(issuer, holder)
    except ExportError as error:
        return texts.say(error.code, current_language(), error.params)
    return ""

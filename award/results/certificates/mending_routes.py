"""Certificates put right, each for a reason: corrected when failed, issued again, revoked."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.db import db, unit_of_work
from award.errors import AwardError, RuleError
from award.languages import current_language
from award.models.results import Certificate, CertificateState
from award.models.seasons import Season
from award.permissions import Permission, requires
from award.results.blueprint import actor_id, bp, refuse
from award.results.certificates.look_routes import press
from award.results.certificates.printing import printed_of
from award.results.certificates.reissuing import (
    correct_certificate,
    reissue_certificate,
    revoke_certificate,
)
from award.results.certificates.routes import refuse_print, storage
from award.results.forms import ReasonForm, ReissueForm
from exports.certificates.numbers import format_number
from exports.errors import ExportError


@bp.route("/certificates/<public_id>/revoke", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE, Certificate)
def revoke(certificate: Certificate) -> ResponseReturnValue:
    """Revoke a certificate for ever, for a reason; the page asks first."""
    form = ReasonForm()
    status = 422 if form.is_submitted() else 200
    season = db.session.get_one(Season, certificate.season_id)
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                revoke_certificate(
                    unit,
                    certificate.id,
                    reason=form.reason.data,
                    actor_id=actor_id(),
                    now=g.now,
                )
            flash(_("The certificate is revoked. Its public page says so."), "success")
            return redirect(url_for(".certificates", public_id=season.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    return _page("revoke", certificate, season, form), status


@bp.route("/certificates/<public_id>/correct", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE, Certificate)
def correct(certificate: Certificate) -> ResponseReturnValue:
    """Correct the texts of a certificate that could not be made; its order is tried again."""
    if certificate.state is not CertificateState.PENDING:
        raise RuleError("certificate_not_failed")
    form = ReissueForm(name=certificate.name, project=certificate.project)
    season = db.session.get_one(Season, certificate.season_id)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _correct(certificate, form)
            flash(_("Corrected. The certificate is being made."), "success")
            return redirect(url_for(".certificates", public_id=season.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
        except ExportError as error:
            status = refuse_print(form, error)
    why = "" if form.is_submitted() else _why_not(certificate)
    return _page("correct", certificate, season, form, why=why), status


def _correct(certificate: Certificate, form: ReissueForm) -> None:
    """Print a proof before the unit of work opens: what cannot be printed is said at once."""
    corrected = _corrected(form)
    press().proof(printed_of(db.session(), certificate, **corrected))
    with unit_of_work() as unit:
        correct_certificate(
            unit,
            certificate.id,
            **corrected,
            reason=form.reason.data,
            actor_id=actor_id(),
            now=g.now,
        )


def _why_not(certificate: Certificate) -> str:
    """Return in words why a certificate cannot be printed as it is; "" where it can."""
    try:
        press().proof(printed_of(db.session(), certificate))
    except ExportError as error:
        return texts.say(error.code, current_language(), error.params)
    return ""


def _corrected(form: ReissueForm) -> dict[str, str]:
    return {
        "name": " ".join(form.name.data.split()),
        "project": " ".join((form.project.data or "").split()),
    }


@bp.route("/certificates/<public_id>/reissue", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE, Certificate)
def reissue(certificate: Certificate) -> ResponseReturnValue:
    """Issue a certificate again under its number, with corrected texts, for a reason."""
    form = ReissueForm(name=certificate.name, project=certificate.project)
    status = 422 if form.is_submitted() else 200
    season = db.session.get_one(Season, certificate.season_id)
    if form.validate_on_submit():
        try:
            _reissue(certificate, form)
            flash(_("The certificate is issued again under the same number."), "success")
            return redirect(url_for(".certificates", public_id=season.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
        except ExportError as error:
            status = refuse_print(form, error)
    return _page("reissue", certificate, season, form), status


def _page(name: str, certificate: Certificate, season: Season, form: Any, **more: Any) -> str:
    return render_template(
        f"results/{name}.html",
        certificate=certificate,
        number=format_number(certificate.number),
        season=season,
        form=form,
        **more,
    )


def _reissue(certificate: Certificate, form: ReissueForm) -> None:
    """Print before the unit of work opens: its lock is the store's only one."""
    corrected = _corrected(form)
    draft = printed_of(db.session(), certificate, **corrected)
    printed = press().print(draft)
    stored = storage().write(printed.pdf)
    try:
        with unit_of_work() as unit:
            replaced = reissue_certificate(
                unit,
                certificate.id,
                printed,
                stored,
                **corrected,
                reason=form.reason.data,
                actor_id=actor_id(),
                now=g.now,
            )
    except BaseException:
        storage().remove(stored.storage_name)
        raise
    if replaced:
        storage().remove(replaced)

"""Certificates: ordering, progress, downloads."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import (
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext

from award import texts
from award.accounts.saved_views import views_of
from award.addresses import list_url, sort_url
from award.db import db, unit_of_work
from award.education.queries import attended_at_least
from award.errors import AwardError, NotFoundError
from award.i18n import LANGUAGE_NAMES
from award.languages import current_language
from award.models.results import Certificate, CertificateKind, CertificateState
from award.models.seasons import Programme, Season
from award.permissions import Permission, can, current_actor, requires
from award.results.blueprint import actor_id, bp, kind_words, let_go_of_store, refuse, zone_of
from award.results.certificates import issuing
from award.results.certificates import queries as certificate_queries
from award.results.certificates.attending import order_attendance
from award.results.certificates.issuing import Ordered
from award.results.certificates.issuing import retry_batch as retry
from award.results.certificates.listing import PAGE, CertificateFilters, certificate_page
from award.results.certificates.look_routes import press
from award.results.certificates.named import NAMEABLE, order_named
from award.results.certificates.order_queries import batches, kind_counts, state_counts
from award.results.certificates.printing import holder_of, printed_of
from award.results.forms import AttendanceForm, NamedForm, OrderForm
from award.storage import Storage
from exports.archive import Member, write_archive
from exports.errors import ExportError

LAST_PAGE = 10_000


def storage() -> Storage:
    """Return where the files lie."""
    found: Storage = current_app.extensions["storage"]
    return found


@bp.get("/seasons/<public_id>/certificates")
@requires(Permission.SEASON_READ, Season)
def certificates(season: Season):
    """Who can get one, what is being made, what was issued."""
    return _certificates_page(season, OrderForm(formdata=None), 200)


def _certificates_page(
    season: Season,
    form: OrderForm,
    status: int,
    named: NamedForm | None = None,
    attendance: AttendanceForm | None = None,
) -> Any:
    session = db.session()
    attendance = attendance or AttendanceForm(formdata=None)
    attendance.minimum.choices = _minimums(season)
    named = named or NamedForm(formdata=None)
    _offer_kinds(named, season)
    counts = kind_counts(session, season.id)
    words = kind_words()
    form.kinds.choices = [(count.kind.value, words[count.kind.value]) for count in counts]
    rendered = render_template(
        "results/certificates.html",
        season=season,
        zone=zone_of(season.id),
        form=form,
        named=named,
        attendance=attendance,
        counts=counts,
        words=words,
        batches=batches(session, season.id, current_language()),
        states=state_counts(session, season.id),
        tongues=LANGUAGE_NAMES,
        views=views_of(session, season.programme_id, actor_id(), "certificates"),
        may_issue=can(Permission.CERTIFICATE_ISSUE, season),
        **_list_as_asked(season),
    )
    return rendered, status


def _list_as_asked(season: Season) -> dict[str, Any]:
    """Return the page's list, filtered and sorted as its address says."""
    filters = CertificateFilters.read(request.args)
    page = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    rows, total = certificate_page(db.session(), season.id, filters, page=page)
    return {
        "filters": filters,
        "rows": rows,
        "total": total,
        "page": page,
        "size": PAGE,
        "sort_url": partial(sort_url, ".certificates", page="page"),
        "page_url": lambda number: list_url(".certificates", page=number if number > 1 else ""),
    }


@bp.post("/seasons/<public_id>/certificates")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def order_certificates(season: Season):
    """Order certificates; the worker makes them one by one."""
    form = OrderForm()
    form.kinds.choices = list(kind_words().items())
    if not form.validate():
        return _certificates_page(season, form, 422)
    try:
        kinds = [CertificateKind(kind) for kind in form.kinds.data or ()]
        _check_key(season)
        with unit_of_work() as unit:
            ordered = issuing.order_certificates(
                unit, season.id, kinds, actor_id=actor_id(), now=g.now, tell=form.tell.data
            )
    except AwardError as error:
        return _certificates_page(season, form, refuse(form, error))
    except ExportError as error:
        return _certificates_page(season, form, refuse_print(form, error))
    return _ordered(season, ordered)


@bp.post("/seasons/<public_id>/certificates/batches/<batch_id>")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def retry_batch(season: Season, batch_id: str):
    """Try a failed order again, for those who still lack theirs."""
    with unit_of_work() as unit:
        batch = retry(unit, batch_id, actor_id=actor_id(), now=g.now)
        if batch.season_id != season.id:
            raise NotFoundError
    flash(_("The order is tried again."), "success")
    return redirect(url_for(".certificates", public_id=season.public_id), code=303)


@bp.post("/seasons/<public_id>/certificates/people")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def order_named_certificates(season: Season):
    """Order certificates for people of a list."""
    form = NamedForm()
    _offer_kinds(form, season)
    if not form.validate():
        return _certificates_page(season, OrderForm(formdata=None), 422, form)
    try:
        _check_key(season)
        with unit_of_work() as unit:
            ordered = order_named(
                unit,
                season.id,
                CertificateKind(form.kind.data),
                form.people.data,
                language=form.language.data,
                actor_id=actor_id(),
                now=g.now,
                tell=form.tell.data,
            )
    except AwardError as error:
        return _certificates_page(season, OrderForm(formdata=None), refuse(form, error), form)
    except ExportError as error:
        status = refuse_print(form, error)
        return _certificates_page(season, OrderForm(formdata=None), status, form)
    return _ordered(season, ordered)


@bp.post("/seasons/<public_id>/certificates/attendance")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def order_attendance_certificates(season: Season):
    """Order certificates for who was at enough workshops."""
    form, empty = AttendanceForm(), OrderForm(formdata=None)
    form.minimum.choices = _minimums(season)
    if not form.validate():
        return _certificates_page(season, empty, 422, attendance=form)
    try:
        _check_key(season)
        with unit_of_work() as unit:
            ordered = order_attendance(
                unit,
                season.id,
                form.minimum.data,
                actor_id=actor_id(),
                now=g.now,
                tell=form.tell.data,
            )
    except AwardError as error:
        return _certificates_page(season, empty, refuse(form, error), attendance=form)
    except ExportError as error:
        status = refuse_print(form, error)
        return _certificates_page(season, empty, status, attendance=form)
    return _ordered(season, ordered)


def _minimums(season: Season) -> list[tuple[int, str]]:
    return [
        (
            least,
            ngettext("at least one workshop", "at least %(num)s workshops", least)
            + ": "
            + ngettext("%(num)s person", "%(num)s people", people),
        )
        for least, people in attended_at_least(db.session(), season.id)
    ]


def _check_key(season: Season) -> None:
    """Say before the order that nothing can be signed, not in the worker afterwards."""
    programme = db.session.get_one(Programme, season.programme_id)
    press().keys(programme.public_id, holder_of(programme))


def refuse_print(form: Any, error: ExportError) -> int:
    """Put on top of the form why nothing can be printed or signed; return the status."""
    form.form_errors.append(texts.say(error.code, current_language(), error.params))
    return 422


def _offer_kinds(form: NamedForm, season: Season) -> None:
    words = kind_words()
    form.kind.choices = [(kind.value, words[kind.value]) for kind in NAMEABLE]
    languages = db.session.get_one(Programme, season.programme_id).languages
    form.language.choices = [(code, LANGUAGE_NAMES[code]) for code in languages]


def _ordered(season: Season, ordered: Ordered) -> Any:
    flash(
        ngettext(
            "One certificate is being made.",
            "%(num)s certificates are being made.",
            ordered.count,
        ),
        "success",
    )
    if ordered.nameless:
        passed = _(
            "Passed over, because the account has no name: %(count)s.", count=ordered.nameless
        )
        flash(passed, "warning")
    return redirect(url_for(".certificates", public_id=season.public_id), code=303)


@bp.get("/certificates/<public_id>.pdf")
@requires(Permission.CERTIFICATE_READ, Certificate)
def certificate_file(certificate: Certificate):
    """The PDF, for whom it is about and for staff."""
    season = db.session.get_one(Season, certificate.season_id)
    staff = current_actor().works_for(season.programme_id)
    file = certificate_queries.issued_file(db.session(), certificate, staff=staff, now=g.now)
    return send_file(
        storage().path(file.storage_name),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=file.name,
    )


@bp.get("/certificates/<public_id>.badge")
@requires(Permission.CERTIFICATE_READ, Certificate)
def certificate_badge(certificate: Certificate):
    """The same as an Open Badge, for whom it is about and for staff."""
    season = db.session.get_one(Season, certificate.season_id)
    staff = current_actor().works_for(season.programme_id)
    certificate_queries.issued_file(db.session(), certificate, staff=staff, now=g.now)
    if certificate.state is not CertificateState.ISSUED:
        raise NotFoundError
    email = certificate_queries.email_of(db.session(), certificate)
    badge = press().badge(printed_of(db.session(), certificate), email)
    response = make_response(badge)
    response.headers["Content-Type"] = "application/vc+jwt"
    name = f"certificate-{certificate.number}.badge.jwt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/seasons/<public_id>/certificates.zip")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def certificates_archive(season: Season):
    """All valid certificates of a season: a folder a team, and one a kind for the others."""
    files = certificate_queries.issued_files(db.session(), season.id)
    name = f"certificates-{season.slug}.zip"
    words = kind_words()
    let_go_of_store()
    archive = write_archive(
        Member(
            (one.team or words[one.kind], f"{words[one.kind]} {one.file.name}"),
            storage().path(one.file.storage_name),
        )
        for one in files
    )
    return send_file(archive, mimetype="application/zip", as_attachment=True, download_name=name)


@bp.get("/certificates")
@requires(Permission.ACCOUNT_USE)
def my_certificates():
    """A person's own certificates, over all seasons."""
    rows = certificate_queries.own_certificates(db.session(), current_actor().person_id, now=g.now)
    return render_template("results/my_certificates.html", rows=rows)

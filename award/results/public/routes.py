"""What the public and the teams see: winners, feedback, the check of a certificate."""

from __future__ import annotations

import io
from typing import Any

from flask import (
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _

from award import texts
from award.addresses import base_url
from award.db import db
from award.i18n import translator
from award.languages import current_language
from award.models.entries import Entry
from award.models.seasons import Programme
from award.permissions import Permission, can, find, public, requires
from award.results.appeals.queries import appeal_doors
from award.results.blueprint import bp, kind_words, let_go_of_store, outcome_words, zone_of
from award.results.certificates import queries as certificate_queries
from award.results.certificates.look_routes import press
from award.results.certificates.printing import holder_of
from award.results.public import queries as public_queries
from award.results.public import winner_queries
from award.results.public.letters import letter_of
from award.results.public.meta import winners_meta
from award.results.tabulation.bundles import published_rounds
from award.seasons.brand.style import brand_of
from exports.archive import safe_name
from exports.certificates.badges import revocation_list
from exports.certificates.numbers import NumberError
from exports.documents.letters import render_letter

COVERS = ("hive", "contours", "weave", "wind", "herbarium", "sound", "algae", "blocks")


@bp.get("/<programme>/<season>/winners")
@public
def winners(programme: str, season: str):
    """The winners, from the announced minute on; before it an address that is not there."""
    session = db.session()
    page = winner_queries.winners(session, programme, season, current_language(), now=g.now)
    return render_template(
        "results/winners.html",
        page=page,
        cover=cover,
        bundles=published_rounds(session, programme, season, now=g.now),
        brand=(brand := brand_of(session, programme, current_language())),
        meta=winners_meta(page, brand),
    )


def cover(code: str) -> str:
    """Return a drawing for an entry without a picture: always the same one for it."""
    return f"img/covers/{COVERS[sum(code.encode()) % len(COVERS)]}.svg"


@bp.get("/entries/<public_id>/feedback")
@requires(Permission.ENTRY_READ, Entry)
def feedback(entry: Entry):
    """What the jurors wrote to the team, after the announcement."""
    session = db.session()
    page = public_queries.feedback(session, entry.id, current_language(), now=g.now)
    return render_template(
        "results/feedback.html",
        page=page,
        words=outcome_words(),
        doors=appeal_doors(session, entry.id, current_language(), now=g.now)
        if can(Permission.ENTRY_EDIT, entry)
        else {},
        zone=zone_of(entry.season_id),
    )


@bp.get("/entries/<public_id>/feedback/letter.pdf")
@requires(Permission.ENTRY_READ, Entry)
def feedback_letter(entry: Entry):
    """The same as a letter to keep, with the field drawn beside the team's own points."""
    language = current_language()
    letter = letter_of(db.session(), entry.id, language, now=g.now)
    let_go_of_store()
    return send_file(
        io.BytesIO(render_letter(letter, translator(language).gettext)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=safe_name(f"{letter.code}-feedback.pdf"),
    )


@bp.get("/c/<number>")
@public
def verify_certificate(number: str):
    """Say whether a certificate is genuine; unknown and not yet announced are the same."""
    return _verdict(number)


@bp.get("/certificates/check")
@public
def check_certificate():
    """The form for a number that somebody reads from paper."""
    typed = request.args.get("number", "").strip()
    if not typed:
        error = _("Type the number first.") if "number" in request.args else ""
        page = render_template("results/check.html", typed="", error=error)
        return _unindexed(page, 422 if error else 200)
    try:
        found = certificate_queries.confirm(db.session(), typed, current_language(), now=g.now)
    except NumberError as error:
        sentence = texts.say(error.code, current_language(), error.params)
        return _unindexed(render_template("results/check.html", typed=typed, error=sentence), 422)
    number = found.number if found else typed
    return redirect(url_for(".verify_certificate", number=number), code=303)


@public
def badge_status(number: str):
    """Say whether a badge was revoked, to wallets: at ``/c/NUMBER/status.json``, in no language."""
    session, url = db.session(), base_url()
    try:
        found = certificate_queries.badge_state(session, number, now=g.now)
    except NumberError:
        found = None
    if found is None:
        answer = jsonify(error="not_found")
        answer.status_code = 404
    else:
        key = press().keyring.payload_key(found.issuer).public_key()
        answer = jsonify(revocation_list(key, url, found.number, revoked=found.revoked))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@bp.get("/programmes/<public_id>/keys.pem")
@public
def issuer_keys(public_id: str):
    """The public keys of a programme, with which anybody checks its certificates offline."""
    programme = find(db.session(), Programme, public_id)
    holder, issuer = holder_of(programme), programme.public_id
    let_go_of_store()
    response = make_response(press().keyring.public_pem(issuer, holder))
    response.headers["Content-Type"] = "application/x-pem-file"
    response.headers["Content-Disposition"] = 'attachment; filename="issuer.pem"'
    return response


@bp.get("/certificates/link/<secret>.pdf")
@public
def linked_certificate(secret: str):
    """The PDF, for who has no account: whoever holds the link of her mail."""
    session = db.session()
    certificate = certificate_queries.linked(session, secret)
    file = certificate_queries.issued_file(session, certificate, staff=False, now=g.now)
    response = send_file(
        current_app.extensions["storage"].path(file.storage_name),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=file.name,
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _verdict(typed: str) -> Any:
    try:
        found = certificate_queries.confirm(db.session(), typed, current_language(), now=g.now)
    except NumberError:
        found = None
    page = render_template(
        "results/verdict.html", found=found, typed=typed[:40], kinds=kind_words()
    )
    return _unindexed(page, 200 if found else 404)


def _unindexed(page: str, status: int) -> Any:
    """Keep people's names out of search engines."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response

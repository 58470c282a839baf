"""The look of a season's certificates: designs, signatories, and the real page as a proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.db import db, unit_of_work
from award.errors import AwardError
from award.forms import use_programme
from award.i18n import LANGUAGE_NAMES, translator
from award.languages import current_language
from award.models.results import CertificateKind
from award.models.seasons import Programme, Season
from award.permissions import Permission, requires
from award.results.blueprint import actor_id, bp, kind_words, let_go_of_store, refuse, tell
from award.results.certificates import look_queries, looks, printing
from award.results.forms import SignatoryForm
from award.texts.marking import N_
from exports.errors import ExportError
from exports.signing.keyring import Keyring

SAMPLE_NUMBER = "00000000000000"
ATTENDANCE, WORKSHOPS = "attendance", 3
NAME, PROJECT = N_("Alexandra Mayer"), N_("A bridge that four people build in a day")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which proof is asked for: a kind, a language, and whether with the season's longest texts."""

    kind: CertificateKind
    language: str
    longest: bool
    attendance: bool = False

    @classmethod
    def asked(cls, programme: Programme) -> Wanted:
        """Read it from the address; what is not known there is the first of its kind."""
        kinds = [kind.value for kind in CertificateKind]
        kind, language = request.args.get("kind", ""), request.args.get("language", "")
        attendance = kind == ATTENDANCE
        kind = CertificateKind.PARTICIPANT.value if attendance else kind
        languages = programme.languages
        return cls(
            CertificateKind(kind if kind in kinds else "winner"),
            language if language in languages else languages[0],
            request.args.get("longest") == "1",
            attendance,
        )

    @property
    def whose(self) -> str:
        """What the address calls the kind."""
        return ATTENDANCE if self.attendance else self.kind.value

    def query(self) -> dict[str, Any]:
        """Return the same as arguments of an address."""
        longest = {"longest": "1"} if self.longest else {}
        return {"kind": self.whose, "language": self.language, **longest}


def press() -> printing.Press:
    """Return the installation's press."""
    settings = current_app.extensions["settings"]
    storage = current_app.extensions["storage"]
    keyring = Keyring(settings.keys, settings.secret_key)
    return printing.Press(storage, keyring, settings.base_url)


def design_words() -> dict[str, str]:
    """Return what the designs are called, in the language of the request."""
    return {"classic": _("Laurel"), "engraved": _("Engraving"), "horizon": _("Horizon")}


def orientation_words() -> dict[str, str]:
    """Return how the orientations are said."""
    return {"landscape": _("landscape"), "portrait": _("portrait")}


@bp.get("/seasons/<public_id>/certificates/look")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def certificate_look(season: Season) -> ResponseReturnValue:
    """Choose designs, add who signs, look at the real page."""
    return _look_page(season, SignatoryForm(formdata=None), 200)


def _look_page(season: Season, signatory: SignatoryForm, status: int) -> Any:
    programme = db.session.get_one(Programme, season.programme_id)
    use_programme(programme)
    session = db.session()
    wanted = Wanted.asked(programme)
    page = render_template(
        "results/certificate_look.html",
        season=season,
        kinds=kind_words(),
        proofs={**kind_words(), ATTENDANCE: _("Workshop participants")},
        designs=design_words(),
        orientations=orientation_words(),
        looks=look_queries.looks(session, season.id),
        signatories=look_queries.signatories(session, season.id, current_language()),
        full=looks.MOST_SIGNATORIES,
        form=signatory,
        wanted=wanted,
        tongues={code: LANGUAGE_NAMES[code] for code in programme.languages},
        proof=url_for(".certificate_proof", public_id=season.public_id, **wanted.query()),
    )
    return page, status


@bp.post("/seasons/<public_id>/certificates/look")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def set_certificate_looks(season: Season) -> ResponseReturnValue:
    """Keep the design of every kind."""
    chosen = {
        kind: (
            request.form.get(f"template-{kind.value}", ""),
            request.form.get(f"orientation-{kind.value}", ""),
        )
        for kind in CertificateKind
    }
    try:
        with unit_of_work() as unit:
            looks.set_looks(unit, season.id, chosen, actor_id=actor_id(), now=g.now)
        flash(_("The look is saved. Certificates issued already stay as they are."), "success")
    except AwardError as error:
        tell(error)
    return redirect(url_for(".certificate_look", public_id=season.public_id), code=303)


@bp.post("/seasons/<public_id>/certificates/signatories")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def add_signatory(season: Season) -> ResponseReturnValue:
    """Add who signs, with the signature as a picture."""
    use_programme(db.session.get_one(Programme, season.programme_id))
    form = SignatoryForm()
    if not form.validate():
        return _look_page(season, form, 422)
    storage = current_app.extensions["storage"]
    try:
        sent = form.picture.data.read() if form.picture.data else b""
        stored = storage.write(looks.checked_picture(sent)) if sent else None
        with unit_of_work() as unit:
            looks.add_signatory(
                unit,
                season.id,
                name=form.name.data or {},
                role=form.role.data or {},
                stored=stored,
                actor_id=actor_id(),
                now=g.now,
            )
    except AwardError as error:
        return _look_page(season, form, refuse(form, error))
    return redirect(url_for(".certificate_look", public_id=season.public_id), code=303)


@bp.post("/seasons/<public_id>/certificates/signatories/<signatory>/remove")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def remove_signatory(season: Season, signatory: str) -> ResponseReturnValue:
    """Remove who signs; what is issued already stays."""
    with unit_of_work() as unit:
        replaced = looks.remove_signatory(
            unit, season.id, signatory, actor_id=actor_id(), now=g.now
        )
    if replaced:
        current_app.extensions["storage"].remove(replaced)
    return redirect(url_for(".certificate_look", public_id=season.public_id), code=303)


@bp.get("/seasons/<public_id>/certificates/proof.pdf")
@requires(Permission.CERTIFICATE_ISSUE, Season)
def certificate_proof(season: Season) -> ResponseReturnValue:
    """The page as it will be printed, unsigned, with a name of ordinary or of greatest length."""
    session = db.session()
    programme = db.session.get_one(Programme, season.programme_id)
    wanted = Wanted.asked(programme)
    sample = _sample(session, season, wanted)
    draft = printing.draft_of(session, season.id, wanted.kind, wanted.language, sample)
    let_go_of_store()
    try:
        pdf = press().proof(draft)
    except ExportError as error:
        return texts.say(error.code, current_language(), error.params), 422
    response = make_response(pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="proof.pdf"'
    return response


def _sample(session: Any, season: Season, wanted: Wanted) -> dict[str, Any]:
    community = wanted.kind is CertificateKind.COMMUNITY_AWARD
    found = look_queries.longest(
        session,
        season.id,
        wanted.language,
        community=community,
        attendance=wanted.attendance,
    )
    say = translator(wanted.language).gettext
    name, project = say(NAME), say(PROJECT)
    if wanted.longest:
        name, project = found.name or name, found.project or project
    thanks = wanted.kind in {CertificateKind.JUROR, CertificateKind.MENTOR}
    won = wanted.kind in {CertificateKind.WINNER, CertificateKind.COMMUNITY_AWARD}
    return {
        "name": name,
        "project": "" if thanks or wanted.attendance else project,
        "sentence": printing.attendance(WORKSHOPS if wanted.attendance else 0, wanted.language),
        "prize": found.prize if won else "",
        "place": "1" if wanted.kind is CertificateKind.WINNER else "",
        "number": SAMPLE_NUMBER,
        "issued_on": g.now.date(),
    }

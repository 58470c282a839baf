"""The mails of an announcement: read before it, one by one, and followed after it."""

from __future__ import annotations

from collections import Counter

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award import texts
from award.addresses import base_url
from award.db import db, unit_of_work
from award.errors import AwardError, NotFoundError
from award.languages import current_language
from award.messages.announcements import reviewing
from award.messages.blueprint import bp, page_number
from award.messages.broadcasts.letters import Shown
from award.messages.broadcasts.queries import PAGE, delivery_of
from award.models.seasons import Round
from award.permissions import Permission, can, current_actor, requires
from award.results.announcement.mails import ResultMail, mail_key, result_mails
from award.results.blueprint import outcome_words, season_of_round
from award.results.rounds import is_public


@bp.get("/rounds/<public_id>/announcement")
@requires(Permission.SCORES_READ, Round)
def announcement(round_: Round) -> ResponseReturnValue:
    """Read what the announcement would mail now; afterwards, what became of each mail."""
    if is_public(round_, g.now):
        return _sent(round_)
    return _review(round_, 200)


def _sent(round_: Round) -> ResponseReturnValue:
    page = page_number()
    return render_template(
        "messages/announcement_sent.html",
        season=season_of_round(round_),
        round=round_,
        delivery=delivery_of(db.session(), mail_key(round_), page=page),
        page=page,
    )


def _shown_mails(mails: list[ResultMail]) -> list[ResultMail]:
    """Return the mails that tell the outcome which the address asks for, all where it asks none."""
    wanted = request.args.get("outcome", "")
    return [one for one in mails if wanted in ("", one.outcome)]


def _review(round_: Round, status: int, refusal: str = "") -> ResponseReturnValue:
    session, season = db.session(), season_of_round(round_)
    mails = result_mails(session, round_.id, base_url())
    shown = _shown_mails(mails)
    number = min(page_number("as"), max(len(shown), 1))
    first = (number - 1) // PAGE * PAGE
    said = reviewing.digests(session, round_, mails)
    one = shown[number - 1] if shown else None
    page = render_template(
        "messages/announcement.html",
        season=season,
        round=round_,
        counts=Counter(each.outcome for each in mails),
        undecided=sum(not each.decided for each in mails),
        total=len(mails),
        outcome=request.args.get("outcome", ""),
        words=outcome_words(),
        rows=shown[first : first + PAGE],
        first=first,
        number=number,
        count=len(shown),
        letter=_letter(round_, one) if one else None,
        seen=reviewing.all_seen(said),
        reviewed=reviewing.reviewed(session, round_.id, said),
        refusal=refusal,
        may=can(Permission.RESULTS_DECIDE, round_),
    )
    return page, status


def _letter(round_: Round, one: ResultMail) -> Shown:
    subject, body = reviewing.as_sent(db.session(), round_.season_id, one)
    return Shown(one.name, one.email, one.language, subject, body)


@bp.post("/rounds/<public_id>/announcement/reviewed")
@requires(Permission.RESULTS_DECIDE, Round)
def review_announcement(round_: Round) -> ResponseReturnValue:
    """Write down that every mail was read as it is now."""
    _only_before(round_)
    session = db.session()
    said = reviewing.digests(session, round_, result_mails(session, round_.id, base_url()))
    try:
        with unit_of_work() as unit:
            reviewing.review_mails(
                unit,
                round_.id,
                said,
                request.form.get("seen", ""),
                actor_id=current_actor().person_id,
                now=g.now,
            )
    except AwardError as error:
        return _review(round_, error.status, texts.sentence(error, current_language()))
    flash(_("Noted. If a mail says something else from now on, this page tells which."), "success")
    return redirect(url_for(".announcement", public_id=round_.public_id), code=303)


@bp.post("/rounds/<public_id>/announcement/try")
@requires(Permission.RESULTS_DECIDE, Round)
def try_announcement(round_: Round) -> ResponseReturnValue:
    """Mail the organiser what one member would read."""
    _only_before(round_)
    shown = _shown_mails(result_mails(db.session(), round_.id, base_url()))
    number = page_number("as")
    if number > len(shown):
        raise NotFoundError
    with unit_of_work() as unit:
        address = reviewing.try_mail(
            unit, round_.id, shown[number - 1], actor_id=current_actor().person_id, now=g.now
        )
    flash(_("Sent to you at %(address)s; nobody else gets it.", address=address), "success")
    back = url_for(".announcement", public_id=round_.public_id)
    return redirect(f"{back}?{request.query_string.decode('ascii', 'ignore')}", code=303)


def _only_before(round_: Round) -> None:
    if is_public(round_, g.now):
        raise NotFoundError

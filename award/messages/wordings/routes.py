"""The mails that the system writes, in the season's own words: edited, read as anybody, tried."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.addresses import base_url
from award.db import db, unit_of_work
from award.errors import AwardError
from award.forms import text_languages, use_programme
from award.languages import current_language
from award.messages.blueprint import bp, page_number
from award.messages.broadcasts.forms import WordingForm
from award.messages.broadcasts.letters import Shown
from award.messages.broadcasts.recipients import Recipient
from award.messages.trials import queue_trial
from award.messages.wordings import service as rewording
from award.messages.wordings.queries import worded_kinds
from award.messages.wordings.specimens import possible_recipients, specimen
from award.models.seasons import Season
from award.permissions import Permission, current_actor, requires
from award.results.blueprint import refuse
from award.texts import say
from award.wording import Kind, in_words


@bp.get("/seasons/<public_id>/wordings")
@requires(Permission.MAIL_READ, Season)
def wordings(season: Season) -> ResponseReturnValue:
    """Every mail that may be reworded, and which the season has words of its own for."""
    rows = worded_kinds(db.session(), season.id)
    return render_template("messages/wordings.html", season=season, rows=rows, say=_say)


def _say(code: str) -> str:
    return say(code, current_language())


@bp.route("/seasons/<public_id>/wordings/<wording>", methods=["GET", "POST"])
@requires(Permission.SEASON_EDIT, Season)
def edit_wording(season: Season, wording: str) -> ResponseReturnValue:
    """Edit a mail's words; "preview" and "try" keep nothing."""
    kind = rewording.kind_named(wording)
    use_programme(season.programme)
    own = rewording.own_words(db.session(), season.id, kind)
    form = WordingForm(data=_prefilled(kind, own))
    if not form.is_submitted():
        return _page(season, kind, form, own, own)
    typed, status = own, 422
    if form.validate():
        try:
            typed = rewording.check_words(kind, form.subject.data or {}, form.body.data or {})
            done = _do(season, kind, typed)
            if done is not None:
                return done
            status = 200
        except AwardError as error:
            status = refuse(form, error)
    return _page(season, kind, form, own, typed, status)


def _prefilled(kind: Kind, own: rewording.Words) -> dict[str, dict[str, str]]:
    words = {one: _words(kind, own, one) for one in text_languages()}
    return {
        "subject": {language: texts[0] for language, texts in words.items()},
        "body": {language: texts[1] for language, texts in words.items()},
    }


def _words(kind: Kind, own: rewording.Words, language: str) -> tuple[str, str]:
    return own.get(language) or rewording.original_words(kind, language)


def _do(season: Season, kind: Kind, typed: rewording.Words) -> ResponseReturnValue | None:
    """Carry out what the button said; None where the page only comes back with a preview."""
    action = request.form.get("action", "save")
    if action == "preview":
        return None
    if action == "try":
        return _try(season, kind, typed)
    with unit_of_work() as unit:
        rewording.save_words(
            unit,
            season.id,
            kind,
            typed,
            request.form.get("seen", ""),
            actor_id=current_actor().person_id,
            now=g.now,
        )
    flash(_("Saved. Mails that are written from now on say it like this."), "success")
    return _back(season, kind)


def _back(season: Season, kind: Kind) -> ResponseReturnValue:
    address = url_for(".edit_wording", public_id=season.public_id, wording=kind.key)
    return redirect(f"{address}?as={page_number('as')}", code=303)


def _chosen(season: Season, kind: Kind) -> tuple[Recipient | None, int, int]:
    """Return whom the page reads as, her number and how many there are."""
    people = possible_recipients(db.session(), season.id, kind)
    number = min(page_number("as"), max(len(people), 1))
    return (people[number - 1] if people else None), number, len(people)


def _shown(season: Season, kind: Kind, words: rewording.Words, one: Recipient) -> Shown:
    values = specimen(db.session(), season, kind, one, base_url())
    subject, body = in_words(kind, *_words(kind, words, one.language), values)
    return Shown(one.name, one.email, one.language, subject, body)


def _try(season: Season, kind: Kind, typed: rewording.Words) -> ResponseReturnValue | None:
    one, _number, _count = _chosen(season, kind)
    if one is None:
        return None
    shown = _shown(season, kind, typed, one)
    with unit_of_work() as unit:
        address = queue_trial(
            unit,
            season.id,
            f"{kind.key}:{one.key}",
            one.language,
            (shown.subject, shown.body),
            actor_id=current_actor().person_id,
            now=g.now,
        )
    flash(_("Sent to you at %(address)s; nobody else gets it.", address=address), "success")
    return None


def _page(
    season: Season,
    kind: Kind,
    form: Any,
    own: rewording.Words,
    words: rewording.Words,
    status: int = 200,
) -> ResponseReturnValue:
    one, number, count = _chosen(season, kind)
    page = render_template(
        "messages/wording.html",
        season=season,
        kind=kind,
        form=form,
        own=own,
        seen=(status != 409 and request.form.get("seen")) or rewording.state_of(own),
        other=own if status == 409 else {},
        letter=_shown(season, kind, words, one) if one else None,
        number=number,
        count=count,
        words={name: _say(f"field.{name}") for name in kind.fields},
        say=_say,
    )
    return page, status


@bp.post("/seasons/<public_id>/wordings/<wording>/back")
@requires(Permission.SEASON_EDIT, Season)
def word_back(season: Season, wording: str) -> ResponseReturnValue:
    """Give the season's own words up in every language."""
    kind = rewording.kind_named(wording)
    own = rewording.own_words(db.session(), season.id, kind)
    with unit_of_work() as unit:
        rewording.save_words(
            unit,
            season.id,
            kind,
            {},
            rewording.state_of(own),
            actor_id=current_actor().person_id,
            now=g.now,
        )
    flash(_("The original is back in every language."), "success")
    return _back(season, kind)

"""Pages of a team: drafting, checking, handing in, withdrawing."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from award import texts
from award.addresses import base_url
from award.db import db, read_afresh, unit_of_work
from award.entries.blueprint import bp, file_size, load
from award.entries.drafting import service
from award.entries.drafting.taking_over import OldEntry, old_entries
from award.entries.files.downloads import attachment
from award.entries.forms import PREFIX, answers_form
from award.entries.reading.queries import ShownAnswer, TeamEntry, shown_answers
from award.entries.reading.receipts import receipt_of
from award.entries.requirements.asked import asked_of
from award.entries.states import door
from award.entries.threads.queries import thread_count
from award.errors import AwardError, EditConflictError, InputError, NotFoundError, RuleError
from award.forms import sent_json
from award.i18n import format_short_moment, translator
from award.languages import current_language
from award.models.entries import Entry, TeamMembership
from award.models.seasons import QuestionKind, Season, SeasonState
from award.permissions import Permission, can, current_actor, requires
from exports.documents.receipts import render_receipt


@bp.route("/seasons/<public_id>/enter", methods=["GET", "POST"])
@requires(Permission.ENTRY_CREATE, Season)
def start(season):
    """What is asked, and the button that begins a draft."""
    if season.state is SeasonState.DRAFT:
        raise NotFoundError
    if request.method == "POST":
        with unit_of_work() as unit:
            entry = service.start_entry(
                unit,
                season.id,
                language=current_language(),
                actor_id=current_actor().person_id,
                now=g.now,
            )
        return redirect(url_for(".entry", public_id=entry.public_id), code=303)
    own = db.session.execute(
        select(Entry.public_id, Entry.title, Entry.code, Entry.state)
        .join(TeamMembership, TeamMembership.entry_id == Entry.id)
        .where(
            Entry.season_id == season.id,
            TeamMembership.user_id == current_actor().person_id,
            TeamMembership.left_at.is_(None),
        )
        .order_by(Entry.id)
    ).all()
    asked = asked_of(db.session(), season.id, current_language())
    way = door(db.session(), season, None, now=g.now)
    reason = "" if way.is_open else _closed(way)
    return render_template("entries/start.html", asked=asked, door=way, own=own, reason=reason)


def _closed(way: Any) -> str:
    """Return why the door is shut, as a sentence; "" where it is open."""
    try:
        way.check()
    except AwardError as error:
        return texts.sentence(error, current_language())
    return ""


@bp.get("/entries/<public_id>")
@requires(Permission.ENTRY_READ, Entry)
def entry(row):
    """The team's hub: what is done, what is missing. Who is not on the team screens instead."""
    if not can(Permission.ENTRY_EDIT, row):
        return redirect(url_for(".staff_entry", public_id=row.public_id), code=303)
    view = load(row)
    return render_template(
        "entries/entry.html",
        entry=view,
        lead=can(Permission.ENTRY_LEAD, row),
        own_id=current_actor().person_id,
        closed=_closed(view.door),
        thread=thread_count(db.session(), row.id, current_actor().person_id),
        old=_old_entries(row, view),
    )


def _old_entries(row: Entry, view: TeamEntry) -> tuple[OldEntry, ...]:
    """Return whose answers an empty draft can begin with."""
    if view.answers or not view.writable:
        return ()
    return old_entries(db.session(), row, current_actor().person_id, current_language())


@bp.route("/entries/<public_id>/edit", methods=["GET", "POST"])
@requires(Permission.ENTRY_EDIT, Entry)
def edit(row):
    """The answers; each is saved as it is typed, and all together without JavaScript."""
    view = load(row)
    form = answers_form(view.questions, view.drafts)
    status = 200
    torn: set[str] = set()
    if form.validate_on_submit():
        versions = {
            key: request.form.get(f"version_{key}", 0, type=int) for key in _keys(view.questions)
        }
        status, torn = _save_all(row, form, versions)
        _tell_withdrawn(view)
        if status == 200:
            flash(_("Saved."), "success")
            return redirect(url_for(".entry", public_id=row.public_id), code=303)
        read_afresh()
        view = load(row)
    page = render_template(
        "entries/edit.html",
        entry=view,
        form=form,
        prefix=PREFIX,
        closed=_closed(view.door),
        theirs=_others(view, torn),
    )
    return page, status


def _others(view: TeamEntry, torn: set[str]) -> dict[str, ShownAnswer]:
    """Return what the store holds now for answers that somebody else saved meanwhile."""
    shown = shown_answers(view.questions, view.answers, current_language())
    return {one.key: one for one in shown if one.key in torn}


def _tell_withdrawn(view: TeamEntry) -> None:
    """Say that a question of an older page was withdrawn while somebody typed into it."""
    for question in view.form.withdrawn:
        draft = view.drafts.get(question.key)
        typed = request.form.get(PREFIX + question.key, "").strip()
        if typed and typed != str(draft.value if draft else ""):
            gone = RuleError("question_withdrawn", question=question.label)
            flash(texts.sentence(gone, current_language()), "warning")


def _keys(questions: Any) -> list[str]:
    return [one.key for one in questions if one.kind is not QuestionKind.FILE]


def _save_all(row: Entry, form: Any, versions: dict[str, int]) -> tuple[int, set[str]]:
    """Save every answer that can be; the others keep what was typed and get their sentence.

    Return the status, and the keys of answers that somebody else saved meanwhile.
    """
    status, torn = 200, set()
    with unit_of_work() as unit:
        for key, version in versions.items():
            try:
                service.save_answer(
                    unit,
                    row.id,
                    key,
                    form[PREFIX + key].data,
                    version,
                    actor_id=current_actor().person_id,
                    now=g.now,
                    language=current_language(),
                )
            except (InputError, EditConflictError) as error:
                field = form[PREFIX + key]
                field.errors = [*field.errors, texts.sentence(error, current_language())]
                status = error.status
                if isinstance(error, EditConflictError):
                    torn.add(key)
    return status, torn


@bp.put("/entries/<public_id>/answers/<key>")
@requires(Permission.ENTRY_EDIT, Entry)
def save_answer(row, key):
    """Save one answer as it is typed; 409 brings the other version."""
    sent = sent_json()
    if not isinstance(sent.get("version"), int):
        raise InputError("bad_request")
    try:
        with unit_of_work() as unit:
            version = service.save_answer(
                unit,
                row.id,
                key,
                sent.get("value"),
                sent["version"],
                actor_id=current_actor().person_id,
                now=g.now,
                language=current_language(),
            )
    except EditConflictError as error:
        if error.current is None:
            raise
        return jsonify(error.current | {"message": texts.sentence(error, current_language())}), 409
    zone = asked_of(db.session(), row.season_id, current_language()).zone
    saved_at = format_short_moment(g.now, current_language(), zone).rsplit(" ", 1)[-1]
    return jsonify(version=version, saved_at=saved_at)


@bp.get("/entries/<public_id>/check")
@requires(Permission.ENTRY_EDIT, Entry)
def check(row):
    """Everything read back before it is handed in."""
    return _check_page(row, None, 200)


def _check_page(row: Entry, refusal: AwardError | None, status: int) -> Any:
    view = load(row)
    page = render_template(
        "entries/check.html",
        entry=view,
        answers=shown_answers(view.questions, view.answers, current_language()),
        lead=can(Permission.ENTRY_LEAD, row),
        own_id=current_actor().person_id,
        refusal=texts.sentence(refusal, current_language()) if refusal else "",
        closed=_closed(view.door),
    )
    return page, status


@bp.post("/entries/<public_id>/submit")
@requires(Permission.ENTRY_LEAD, Entry)
def submit(row):
    """Hand in exactly what was read back."""
    try:
        with unit_of_work() as unit:
            service.submit_entry(
                unit,
                row.id,
                actor_id=current_actor().person_id,
                now=g.now,
                base_url=base_url(),
                seen=request.form.get("digest"),
                language=current_language(),
            )
    except AwardError as error:
        return _check_page(row, error, error.status)
    return redirect(url_for(".receipt", public_id=row.public_id), code=303)


@bp.get("/entries/<public_id>/receipt")
@requires(Permission.ENTRY_EDIT, Entry)
def receipt(row):
    """The proof of the last submit."""
    view = load(row)
    if view.sent is None:
        return redirect(url_for(".check", public_id=row.public_id), code=303)
    answers = shown_answers(view.sent.questions, view.sent.answers, current_language())
    return render_template("entries/receipt.html", entry=view, answers=answers)


@bp.get("/entries/<public_id>/receipts/<number>.pdf")
@requires(Permission.ENTRY_EDIT, Entry)
def receipt_pdf(row, number):
    """The proof of one submit, to keep and to show."""
    language = current_language()
    found = receipt_of(db.session(), load(row), number, language, size=file_size)
    read_afresh()  # printing takes its time, and needs nothing of the store
    response = make_response(render_receipt(found, translator(language).gettext))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = attachment(f"{number}.pdf")
    return response


@bp.route("/entries/<public_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.ENTRY_LEAD, Entry)
def withdraw(row):
    """Ask once more, then take the entry out for good."""
    if request.method == "GET":
        return render_template("entries/withdraw.html", entry=load(row))
    with unit_of_work() as unit:
        service.withdraw_entry(unit, row.id, actor_id=current_actor().person_id, now=g.now)
    flash(_("The entry was withdrawn."), "success")
    return redirect(url_for(".entry", public_id=row.public_id), code=303)

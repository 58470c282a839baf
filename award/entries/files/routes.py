"""Uploading, whole or in pieces, removing and downloading files of an entry."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.core import Label

from award import texts
from award.db import db, read_afresh, unit_of_work
from award.entries.blueprint import bp, load, refuse
from award.entries.files import parts
from award.entries.files import service as files
from award.entries.files.downloads import send_stored
from award.entries.forms import UploadForm, told
from award.entries.states import open_door
from award.errors import InputError, NotFoundError, RuleError
from award.languages import current_language
from award.models.entries import Entry, StoredFile
from award.models.seasons import QuestionKind
from award.permissions import Permission, can, current_actor, requires
from award.seasons.form.limits import most_files
from award.seasons.queries import QuestionItem


def _files_page(row: Entry, status: int = 200, *, key: str = "", form: Any = None) -> Any:
    view = load(row)
    limit = current_app.extensions["settings"].upload_limit
    places = [
        (
            question,
            [one for one in view.files if one["question"] == question.key],
            _upload_form(question, form if key == question.key else None),
            files.extensions_of(question),
            files.most_bytes(question, limit),
            most_files(question),
        )
        for question in view.questions
        if question.kind is QuestionKind.FILE
    ]
    return render_template(
        "entries/files.html",
        entry=view,
        places=places,
        form=form,
        told=told,
        heic=texts.say("file_heic", current_language()),
    ), status


def _upload_form(question: QuestionItem, form: Any) -> Any:
    """Return the question's own form: there may be several on the page, each with its label."""
    form = form or UploadForm(formdata=None)
    form.file.id = f"file_{question.key}"
    form.file.label = Label(form.file.id, question.label)
    return form


@bp.get("/entries/<public_id>/files", endpoint="files")
@requires(Permission.ENTRY_EDIT, Entry)
def files_page(row: Entry) -> ResponseReturnValue:
    """Every question that takes files, with what was uploaded."""
    return _files_page(row)


@bp.post("/entries/<public_id>/files/<key>")
@requires(Permission.ENTRY_EDIT, Entry)
def upload(row: Entry, key: str) -> ResponseReturnValue:
    """Check what was sent, keep it under random names and hang it on its question."""
    form = UploadForm()
    sent = [one for one in request.files.getlist("file") if one.filename]
    question, limit = _asked(row, key)
    status = 0 if sent else refuse(form, InputError("file_none", field="file"))
    for one in sent:
        try:
            _keep(row, question, limit, one.filename or "", one.stream.read(limit + 1))
        except (InputError, RuleError) as error:
            status = refuse(
                form, error, about=files.shown_name(one.filename or "") if sent[1:] else ""
            )
    if status:
        read_afresh()
        return _files_page(row, status, key=key, form=form)
    flash(ngettext("The file was uploaded.", "%(num)s files were uploaded.", len(sent)), "success")
    return redirect(url_for(".files", public_id=row.public_id), code=303)


def _asked(row: Entry, key: str) -> tuple[QuestionItem, int]:
    """Return the question that a file answers, and how large it may be."""
    question = files.file_question(db.session(), row.season_id, key, current_language())
    limit = current_app.extensions["settings"].upload_limit
    return question, files.most_bytes(question, limit)


def _keep(row: Entry, question: QuestionItem, limit: int, name: str, content: bytes) -> None:
    accepted = files.accept_upload(
        name, content, extensions=files.extensions_of(question), max_bytes=limit
    )
    storage = current_app.extensions["storage"]
    stored = storage.write(content)
    kept = ""
    try:
        with unit_of_work() as unit:
            person_id = current_actor().person_id
            kept = files.add_file(
                unit, row.id, question.key, accepted, stored, actor_id=person_id, now=g.now
            ).storage_name
    finally:
        if kept != stored.storage_name:
            storage.remove(stored.storage_name)


@bp.get("/entries/<public_id>/files/<key>/parts/<digest>")
@requires(Permission.ENTRY_EDIT, Entry)
def part_state(row: Entry, key: str, digest: str) -> ResponseReturnValue:
    """How far a resumable upload has come, and whether its file is here already."""
    question, _limit = _asked(row, key)
    part = parts.part_of(row.public_id, question.key, current_actor().person_id, digest)
    storage = current_app.extensions["storage"]
    done = files.same_file(db.session(), row.id, question.key, digest) is not None
    return jsonify(offset=storage.parts.length(part.owner, part.name), done=done)


@bp.put("/entries/<public_id>/files/<key>/parts/<digest>")
@requires(Permission.ENTRY_EDIT, Entry)
def part(row: Entry, key: str, digest: str) -> ResponseReturnValue:
    """Take the next piece of a file; with the last one the file is checked and kept."""
    question, limit = _asked(row, key)
    found = parts.part_of(row.public_id, question.key, current_actor().person_id, digest)
    piece = parts.piece_of(dict(request.headers), limit)
    open_door(db.session(), row, now=g.now)
    store = current_app.extensions["storage"].parts
    try:
        offset = parts.receive(store, found, piece, _body())
    except parts.PieceElsewhereError as error:
        sentence = texts.sentence(error, current_language())
        return jsonify(offset=error.length, message=sentence), error.status
    if offset < piece.size:
        return jsonify(offset=offset, done=False)
    try:
        _keep(row, question, limit, piece.file_name, parts.whole(store, found))
    except (InputError, RuleError):
        store.remove(found.owner, found.name)
        raise
    store.remove(found.owner, found.name)
    return jsonify(offset=offset, done=True)


def _body() -> bytes:
    """Return the piece itself; what is said to be too long is not read at all."""
    if (request.content_length or 0) > parts.MOST_PIECE:
        raise InputError("part_too_long")
    return request.get_data()


@bp.post("/files/<public_id>/remove")
@requires(Permission.FILE_READ, StoredFile)
def remove_file(file: StoredFile) -> ResponseReturnValue:
    """Take a file off the draft; only its team may."""
    entry = db.session.get(Entry, file.entry_id) if file.entry_id else None
    if entry is None or not can(Permission.ENTRY_EDIT, entry):
        raise NotFoundError
    with unit_of_work() as unit:
        needless = files.remove_file(unit, file.id, actor_id=current_actor().person_id, now=g.now)
    if needless:
        current_app.extensions["storage"].remove(needless)
    flash(_("The file was removed."), "success")
    return redirect(url_for(".files", public_id=entry.public_id), code=303)


@bp.get("/files/<public_id>")
@requires(Permission.FILE_READ, StoredFile)
def file(stored: StoredFile) -> ResponseReturnValue:
    """Send a file, always as an attachment."""
    return send_stored(stored)

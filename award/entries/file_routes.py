"""Uploading, removing and downloading files of an entry."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from award.db import db, unit_of_work
from award.entries import answers, files
from award.entries.blueprint import bp, load, refuse
from award.entries.downloads import send_stored
from award.entries.forms import UploadForm
from award.errors import AwardError, InputError, NotFoundError, RuleError
from award.languages import current_language
from award.models.entries import Entry, StoredFile
from award.models.seasons import QuestionKind
from award.permissions import Permission, can, current_actor, requires


def _files_page(row: Entry, status: int = 200, *, key: str = "", form: Any = None) -> Any:
    view = load(row)
    limit = current_app.extensions["settings"].upload_limit
    places = [
        (
            question,
            [one for one in view.files if one["question"] == question.key],
            _upload_form(question.key, form if key == question.key else None),
            files.extensions_of(question),
            files.most_bytes(question, limit),
            answers.most_files(question),
        )
        for question in view.questions
        if question.kind is QuestionKind.FILE
    ]
    return render_template("entries/files.html", entry=view, places=places, form=form), status


def _upload_form(key: str, form: Any) -> Any:
    """Return the question's own form: there may be several on the page, each with its label."""
    form = form or UploadForm(formdata=None)
    form.file.id = f"file_{key}"
    return form


@bp.get("/entries/<public_id>/files", endpoint="files")
@requires(Permission.ENTRY_EDIT, Entry)
def files_page(row):
    """Every question that takes files, with what was uploaded."""
    return _files_page(row)


@bp.post("/entries/<public_id>/files/<key>")
@requires(Permission.ENTRY_EDIT, Entry)
def upload(row, key):
    """Check an upload, keep it under a random name and hang it on its question."""
    form = UploadForm()
    try:
        _take(row, key)
    except (InputError, RuleError) as error:
        return _files_page(row, refuse(form, error), key=key, form=form)
    flash(_("The file was uploaded."), "success")
    return redirect(url_for(".files", public_id=row.public_id), code=303)


def _take(row: Entry, key: str) -> None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InputError("file_none", field="file")
    question = files.file_question(db.session(), row.season_id, key, current_language())
    limit = files.most_bytes(question, current_app.extensions["settings"].upload_limit)
    content = sent.stream.read(limit + 1)
    accepted = files.accept_upload(
        sent.filename, content, extensions=files.extensions_of(question), max_bytes=limit
    )
    storage = current_app.extensions["storage"]
    stored = storage.write(content)
    try:
        with unit_of_work() as unit:
            files.add_file(
                unit,
                row.id,
                key,
                accepted,
                stored,
                actor_id=current_actor().person_id,
                now=g.now,
            )
    except AwardError:
        storage.remove(stored.storage_name)
        raise


@bp.post("/files/<public_id>/remove")
@requires(Permission.FILE_READ, StoredFile)
def remove_file(file):
    """Take a file off the draft; only its team may."""
    entry = db.session.get(Entry, file.entry_id) if file.entry_id else None
    if entry is None or not can(Permission.ENTRY_EDIT, entry):
        raise NotFoundError
    with unit_of_work() as unit:
        files.remove_file(unit, file.id, actor_id=current_actor().person_id, now=g.now)
    flash(_("The file was removed."), "success")
    return redirect(url_for(".files", public_id=entry.public_id), code=303)


@bp.get("/files/<public_id>")
@requires(Permission.FILE_READ, StoredFile)
def file(stored):
    """Send a file, always as an attachment."""
    return send_stored(stored)

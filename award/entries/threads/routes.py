"""An entry's thread between its team and the organisers, and the organisers' inbox."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from award.addresses import base_url, list_url, sort_url
from award.db import db, new_public_id, unit_of_work
from award.entries.blueprint import bp, load, refuse
from award.entries.forms import MessageForm, SettleForm
from award.entries.threads import service as thread
from award.entries.threads.inbox import PAGE, InboxFilters, inbox
from award.entries.threads.queries import Thread, reports_of, thread_of, waiting_of
from award.errors import AwardError, EditConflictError, InputError, StoreBusyError
from award.models.entries import Entry
from award.models.seasons import Programme, Season
from award.permissions import Permission, can, current_actor, requires

LAST_PAGE = 10_000


@bp.get("/seasons/<public_id>/inbox", endpoint="inbox")
@requires(Permission.SEASON_READ, Season)
def season_inbox(season: Season) -> str:
    """What waits for an organiser: messages of teams and reports of jurors, oldest first."""
    filters = InboxFilters.read(request.args)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    own = list(current_actor().teams)
    items, found = inbox(db.session(), season.id, filters, own_entries=own, page=page)
    return render_template(
        "entries/inbox.html",
        season=season,
        zone=db.session.get_one(Programme, season.programme_id).time_zone,
        items=items,
        found=found,
        waiting=waiting_of(db.session(), season.id, own),
        filters=filters,
        page=page,
        size=PAGE,
        sort_url=partial(sort_url, ".inbox", page="page"),
        page_url=lambda number: list_url(".inbox", page=number if number > 1 else ""),
    )


@bp.get("/entries/<public_id>/thread", endpoint="thread")
@requires(Permission.ENTRY_READ, Entry)
def read_thread(row: Entry) -> str:
    """Show the thread to the team or to an organiser, and note how far it was read."""
    page, found = _thread_page(row, _message_form())
    if found.unread:
        # another tab of hers may note it at the same moment; both mean the same
        with suppress(EditConflictError, StoreBusyError), unit_of_work() as unit:
            thread.mark_read(unit, row.id, current_actor().person_id, found.newest_id)
    return page


def _message_form() -> MessageForm:
    form = MessageForm()
    form.key.data = form.key.data or new_public_id()
    return form


def _thread_page(
    row: Entry, form: MessageForm, refused: dict[str, SettleForm] | None = None
) -> tuple[str, Thread]:
    as_staff = not can(Permission.ENTRY_EDIT, row)
    found = thread_of(db.session(), row.id, current_actor().person_id, as_staff=as_staff)
    form.seen.data = form.seen.data or found.newest
    view = load(row)
    common = {"entry": view, "thread": found, "form": form, "longest": thread.LONGEST}
    if not as_staff:
        return render_template("entries/thread.html", **common), found
    reports = reports_of(db.session(), row.id)
    page = render_template(
        "entries/thread_staff.html",
        season=db.session.get_one(Season, row.season_id),
        reports=reports,
        settle_forms={one.public_id: _settle_form(one.public_id) for one in reports}
        | (refused or {}),
        editor=can(Permission.ENTRY_SCREEN, row),
        **common,
    )
    return page, found


def _settle_form(report_id: str, *, sent: bool = False) -> SettleForm:
    form = SettleForm() if sent else SettleForm(formdata=None)
    form.reason.id = f"settle-{report_id}"
    return form


def _write(row: Entry, *, from_staff: bool) -> ResponseReturnValue | None:
    form = _message_form()
    if not form.validate():
        return _thread_page(row, form)[0], 422
    try:
        with unit_of_work() as unit:
            thread.write_message(
                unit,
                row.id,
                form.text.data or "",
                from_staff=from_staff,
                actor_id=current_actor().person_id,
                now=g.now,
                base_url=base_url(),
                key=form.key.data or "",
                seen=form.seen.data or "",
            )
    except AwardError as error:
        status = refuse(form, error)
        return _thread_page(row, form)[0], status
    return None


def _back(row: Entry) -> ResponseReturnValue:
    return redirect(url_for(".thread", public_id=row.public_id), code=303)


@bp.post("/entries/<public_id>/thread")
@requires(Permission.ENTRY_EDIT, Entry)
def ask(row: Entry) -> ResponseReturnValue:
    """Write to the organisers."""
    refused = _write(row, from_staff=False)
    if refused is None:
        flash(_("Sent. The organisers get a mail, and so do you when they answer."), "success")
    return refused or _back(row)


@bp.post("/entries/<public_id>/thread/answer")
@requires(Permission.ENTRY_SCREEN, Entry)
def answer(row: Entry) -> ResponseReturnValue:
    """Write to the team."""
    refused = _write(row, from_staff=True)
    if refused is None:
        flash(_("Sent. Everybody on the team gets a mail with the link."), "success")
    return refused or _back(row)


@bp.post("/entries/<public_id>/thread/settle")
@requires(Permission.ENTRY_SCREEN, Entry)
def settle_thread(row: Entry) -> ResponseReturnValue:
    """Say that what the team wrote needs no answer."""
    with unit_of_work() as unit:
        seen = request.form.get("seen", "")
        settled = thread.settle_thread(
            unit, row.id, seen, actor_id=current_actor().person_id, now=g.now
        )
    if settled:
        flash(_("Settled. The team is not told; it sees no difference."), "success")
    return _back(row)


@bp.post("/entries/<public_id>/reports/<report_id>/settle")
@requires(Permission.ENTRY_SCREEN, Entry)
def settle_report(row: Entry, report_id: str) -> ResponseReturnValue:
    """Say what was done about what a juror reported."""
    form = _settle_form(report_id, sent=True)
    if not form.validate():
        return _refused_settlement(row, report_id, form)
    try:
        with unit_of_work() as unit:
            thread.settle_report(
                unit,
                row.id,
                report_id,
                form.reason.data or "",
                actor_id=current_actor().person_id,
                now=g.now,
            )
    except InputError as error:
        refuse(form, error)
        return _refused_settlement(row, report_id, form)
    flash(_("Settled. What was done is kept with the report and in the log."), "success")
    return _back(row)


def _refused_settlement(row: Entry, report_id: str, form: SettleForm) -> ResponseReturnValue:
    empty = MessageForm(formdata=None, data={"key": new_public_id()})
    return _thread_page(row, empty, {report_id: form})[0], 422

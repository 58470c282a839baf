"""What the template of the desk prints: addresses, words and values ready to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from award import texts
from award.errors import AwardError, EditConflictError, InputError
from award.i18n import format_day, format_points
from award.judging.queries import Cell, Desk, QueueItem
from award.judging.sheets import (
    COMMENT,
    POINTS,
    PRIVATE_NOTE,
    TEAM_COMMENT,
    Gap,
    form_values,
    gaps,
)
from award.languages import current_language

Link = tuple[int, str | None, str, str]


def cells(queue: Sequence[QueueItem], current: str | None = None) -> list[Link]:
    """Return (number, address or None, state, state in words) for the strip of cells."""
    words = {
        Cell.DONE: _("submitted"),
        Cell.DRAFT: _("draft"),
        Cell.OUT: _("stepped back"),
        Cell.TODO: _("not begun"),
    }
    found: list[Link] = []
    for item in queue:
        address = item.public_id and url_for("judging.desk", public_id=item.public_id)
        now = item.public_id is not None and item.public_id == current
        word = _("open here, %(state)s", state=words[item.cell]) if now else words[item.cell]
        found.append((item.position, address, "now" if now else item.cell.value, word))
    return found


def desk_context(
    desk: Desk, *, typed: Mapping[str, str] | None = None, error: AwardError | None = None
) -> dict[str, Any]:
    """Return what the desk prints; typed and error are there when a form came back."""
    stored = form_values(desk.values, desk.rubric.criteria)
    kept = isinstance(error, InputError) and error.code == "sheet_incomplete"
    shown = {**stored, **{name: typed.get(name, "") for name in stored}} if typed else stored
    return {
        "desk": desk,
        "values": stored if kept else shown,
        "errors": _errors(desk, error),
        "sentence": texts.sentence(error, current_language()) if error else "",
        "versions": _versions(desk, shown, stored) if isinstance(error, EditConflictError) else [],
        "cells": cells(desk.queue, desk.public_id),
        "done": len(desk.values.points),
        "total_text": format_points(desk.total, current_language(), 1),
        "weights": _weights(desk),
        "names": {"points": POINTS, "comment": COMMENT, "note": PRIVATE_NOTE, "team": TEAM_COMMENT},
        "note": _note(desk),
        "ready": not gaps(desk.values, desk.rubric.criteria),
        "past_label": _past_label(desk),
        "saved_at": clock(desk.edited_at, desk.zone) if desk.edited_at else "",
    }


def clock(moment: datetime, zone: str) -> str:
    """Return the time of day as autosave tells it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def _errors(desk: Desk, error: AwardError | None) -> dict[str, str]:
    language = current_language()
    if isinstance(error, InputError) and error.code == "sheet_incomplete":
        return gap_sentences(gaps(desk.values, desk.rubric.criteria), language)
    if isinstance(error, InputError) and error.field:
        return {error.field: texts.sentence(error, language)}
    return {}


def gap_sentences(missing: Iterable[Gap], language: str) -> dict[str, str]:
    """Return the name of each open field -> what is asked for there."""
    names = {"points_missing": POINTS, "comment_missing": COMMENT}
    return {names[gap.code] + gap.key: texts.say(gap.code, language) for gap in missing}


def _versions(
    desk: Desk, typed: Mapping[str, str], stored: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return (what, typed here, stored meanwhile) where the two differ."""
    titles = {POINTS + c.key: c.title for c in desk.rubric.criteria}
    titles |= {
        COMMENT + c.key: _("Comment on “%(criterion)s”", criterion=c.title)
        for c in desk.rubric.criteria
    }
    titles |= {PRIVATE_NOTE: _("Note for yourself"), TEAM_COMMENT: _("Comment for the team")}
    return [
        (titles[name], typed[name], stored[name]) for name in stored if typed[name] != stored[name]
    ]


def _weights(desk: Desk) -> dict[str, str]:
    """Return criterion key -> "weight 30 %", empty where all weigh the same."""
    criteria = desk.rubric.criteria
    if len({criterion.weight for criterion in criteria}) < 2:
        return {}
    language = current_language()
    return {
        c.key: _("weight %(share)s %%", share=format_points(100 * c.share, language, 0))
        for c in criteria
    }


def _note(desk: Desk) -> str:
    language = current_language()
    if desk.locked == "submitted" and desk.on_paper:
        return _("From your paper, typed in by the organisers.")
    if desk.locked == "submitted" and not desk.returnable:
        return _("Submitted. Only the organisers can reopen it.")
    if desk.locked == "submitted":
        return _("Submitted. You can still change it while the round is open.")
    if desk.locked == "closed":
        return _("The round is closed. Nothing can be changed any more.")
    if desk.locked == "not_open":
        return _("The round has not opened yet. You can read already.")
    if desk.closes_at is None or desk.closes_at <= g.now:
        return _("Weighted total. Only you see a draft.")
    day = format_day(desk.closes_at, language, desk.zone)
    return _("Weighted total, open until %(day)s", day=day)


def _past_label(desk: Desk) -> str:
    if not desk.past:
        return _("None of your other sheets is submitted yet")
    low, high = (format_points(desk.past[end], current_language(), 1) for end in (0, -1))
    if len(desk.past) == 1:
        return _("Your total on the other sheet: %(points)s", points=low)
    return ngettext(
        "Your totals on %(num)d other sheet: from %(low)s to %(high)s",
        "Your totals on %(num)d other sheets: from %(low)s to %(high)s",
        len(desk.past),
        low=low,
        high=high,
    )

"""What the juror's home prints: what is left and how long that takes, and the list as she asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from award.i18n import format_points
from award.judging.pages import cells
from award.judging.queries import Cell
from award.judging.work import WorkItem, WorkRound
from award.jury.people.invitation_mail import MINUTES_A_SHEET
from award.languages import current_language
from exports.calendar import CalendarDate

SHOW = ("all", "left", "draft", "done")
BY_TOTAL = "total"


def home_context(rounds: Sequence[WorkRound], show: str, sort: str) -> dict[str, Any]:
    """Return what the home prints; show and sort come from the address, anything else is all."""
    show = show if show in SHOW else "all"
    by_total = sort == BY_TOTAL
    every = [item for one in rounds for item in one.items]
    return {
        "rounds": rounds,
        "headline": _headline(rounds),
        "cells": {one.public_id: cells(one.queue) for one in rounds},
        "items": {one.public_id: _listed(one.items, show, by_total=by_total) for one in rounds},
        "tabs": [
            (label, _address(name, by_total=by_total), name == show, _count(every, name))
            for name, label in zip(
                SHOW, (_("All"), _("Left"), _("Drafts"), _("Submitted")), strict=True
            )
        ],
        "by_total": by_total,
        "scored": sum(item.total is not None for item in every),
        "sorting": _address(show, by_total=not by_total),
        "paces": {one.public_id: _pace(one) for one in rounds if one.left},
    }


def _headline(rounds: Sequence[WorkRound]) -> str:
    left = sum(one.left for one in rounds)
    if left:
        minutes = sum(one.left * (one.pace or MINUTES_A_SHEET) for one in rounds)
        return ngettext(
            "%(num)d entry left, about %(time)s.",
            "%(num)d entries left, about %(time)s.",
            left,
            time=duration(minutes),
        )
    items = [item for one in rounds for item in one.items]
    if items and all(item.cell is Cell.DONE for item in items):
        return _("All your sheets are submitted. Thank you.")
    return _("Nothing is waiting for your judgement.")


def duration(minutes: float) -> str:
    """Return minutes in words, as exactly as an estimate deserves: 2 min, 35 min, 1 h 10 min."""
    whole = max(1, round(minutes)) if minutes < 10 else 5 * round(minutes / 5)
    hours, rest = divmod(whole, 60)
    if not hours:
        return _("%(minutes)d min", minutes=rest)
    if not rest:
        return _("%(hours)d h", hours=hours)
    return _("%(hours)d h %(minutes)d min", hours=hours, minutes=rest)


def _pace(one: WorkRound) -> str:
    if one.pace is None:
        return _("reckoned with %(minutes)d min an entry", minutes=MINUTES_A_SHEET)
    figure = format_points(max(one.pace, 0.5), current_language(), 0 if one.pace >= 2 else 1)
    return _("at your pace, %(minutes)s min an entry", minutes=figure)


def _belongs(item: WorkItem, show: str) -> bool:
    return {
        "all": True,
        "left": item.cell is not Cell.DONE,
        "draft": item.cell is Cell.DRAFT,
        "done": item.cell is Cell.DONE,
    }[show]


def _count(items: Sequence[WorkItem], show: str) -> int:
    return sum(_belongs(item, show) for item in items)


def _listed(items: Sequence[WorkItem], show: str, *, by_total: bool) -> list[WorkItem]:
    """Return the items of a tab in her own order, or her highest total first."""
    found = [item for item in items if _belongs(item, show)]
    if by_total:
        found.sort(key=lambda item: -1.0 if item.total is None else item.total, reverse=True)
    return found


def _address(show: str, *, by_total: bool) -> str:
    return url_for(
        "judging.desk_home",
        show=show if show != SHOW[0] else None,
        sort=BY_TOTAL if by_total else None,
    )


def round_dates(rounds: Sequence[WorkRound], url: str) -> list[CalendarDate]:
    """Return the moment at which each round closes, as far as it is known."""
    return [
        CalendarDate(
            key=f"{one.public_id}@award",
            at=one.closes_at,
            title=_("Scoring ends: %(season)s, %(round)s", season=one.season, round=one.round),
            text=_("Score sheets that are not submitted by then do not count."),
            url=url,
        )
        for one in rounds
        if one.closes_at is not None
    ]

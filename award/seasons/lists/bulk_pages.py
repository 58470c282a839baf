"""What the pages of bulk actions share: which rows were chosen, what happens to them, doing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from award import texts
from award.accounts.routes import refuse
from award.addresses import asked
from award.errors import AwardError, EditConflictError
from award.languages import current_language
from award.models.seasons import Season
from award.seasons.lists.bulk import Plan

WRITE = "write"
"""The action of every such list that leads to a broadcast to those chosen."""


def chosen_rows(every: Callable[[], Sequence[str]]) -> list[str]:
    """Return the public ids that were ticked, or all that the address's filter leaves."""
    return list(every()) if request.form.get("all") else request.form.getlist("rows")


def asked_twice() -> bool:
    """Whether this comes from the preview itself, with the action's own fields."""
    return bool(request.form.get("step"))


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One action on a list: its form, and in which words its page speaks.

    back: the list's label and address. plan: what would happen, read anew. do: does it as it was
    seen and returns to how many; raises EditConflictError where something else would happen by
    now. said: a value of the plan in words. done: what is said afterwards. asks: whether the form
    has something to fill in before there is a plan.
    """

    title: str
    form: Any
    back: tuple[str, str]
    plan: Callable[[], Plan]
    do: Callable[[str], int]
    said: Callable[[Any], str]
    done: Callable[[int], str]
    asks: bool = True


def carry_out(season: Season, action: BulkAction) -> ResponseReturnValue:
    """Ask what an action needs, show what it would do, then do what was seen."""
    plan, status, changed = None, 200, False
    if asked_twice() and not action.form.validate():
        status = 422
    elif asked_twice() or not action.asks:
        plan = action.plan()
        try:
            if seen := request.form.get("seen"):
                flash(action.done(action.do(seen)), "success")
                return redirect(action.back[1], code=303)
        except EditConflictError:
            status, changed = 409, True
        except AwardError as error:
            status = refuse(action.form, error)
    return _preview(season, action, plan, changed=changed), status


def _preview(season: Season, action: BulkAction, plan: Plan | None, *, changed: bool) -> str:
    """Show what an action does to whom, and what is refused and why.

    changed: something else would happen than was seen.
    """
    language = current_language()
    return render_template(
        "seasons/bulk.html",
        season=season,
        form=action.form,
        plan=plan,
        title=action.title,
        back=action.back,
        said=action.said,
        why=lambda line: texts.say(line.refused, language),
        changed=changed,
        kept=[
            (name, value)
            for name in ("action", "all", "rows")
            for value in request.form.getlist(name)
        ],
    )


def write_to(season: Season, to: str) -> ResponseReturnValue:
    """Go on to a broadcast: to the ticked rows, sent again as they were sent here, or to all that
    the filter in the address leaves.
    """
    said = asked() | {"to": to}
    if request.form.get("all") and to != "participants":
        address = url_for("messages.new_broadcast", public_id=season.public_id, **said)
        return redirect(address, code=303)
    address = url_for("messages.begin_broadcast", public_id=season.public_id, **said)
    return redirect(address, code=307)

"""What the pages of bulk actions share: which rows were chosen, and the preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from award import texts
from award.languages import current_language
from award.models.seasons import Season
from award.seasons.bulk import Plan


def chosen_rows(every: Callable[[], Sequence[str]]) -> list[str]:
    """Return the public ids that were ticked, or all that the address's filter leaves."""
    return list(every()) if request.form.get("all") else request.form.getlist("rows")


def asked_twice() -> bool:
    """Whether this comes from the preview itself, with the action's own fields."""
    return bool(request.form.get("step"))


def preview(
    season: Season,
    form: Any,
    plan: Plan | None,
    *,
    title: str,
    back: tuple[str, str],
    said: Callable[[Any], str],
    status: int,
    changed: bool = False,
) -> ResponseReturnValue:
    """Show what an action does to whom, and what is refused and why.

    said: a value of the plan in words. changed: something else would happen than was seen.
    """
    language = current_language()
    page = render_template(
        "seasons/bulk.html",
        season=season,
        form=form,
        plan=plan,
        title=title,
        back=back,
        said=said,
        why=lambda line: texts.say(line.refused, language),
        changed=changed,
        kept=[
            (name, value)
            for name in ("action", "all", "rows")
            for value in request.form.getlist(name)
        ],
    )
    return page, status

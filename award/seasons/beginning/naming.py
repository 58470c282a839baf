"""The first step of a season: its name, and the programme's languages, zone and address."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from award.models.seasons import Programme, Season
from award.seasons import service
from award.seasons.forms import SeasonNameForm
from award.seasons.set_up.queries import earlier_seasons

YEAR = re.compile(r"\b20\d\d\b")
OF_PROGRAMME = ("languages", "time_zone", "contact_email")
OF_SEASON = ("name", "about", "slug")


def name_form(
    session: Session, programme: Programme, season: Season | None, *, now: datetime
) -> SeasonNameForm:
    """Return the form as season and programme have it; a new season is called after the last."""
    values = {name: getattr(programme, name) for name in OF_PROGRAMME}
    values["programme_name"] = programme.name
    if season is None:
        return SeasonNameForm(data=values | _proposed(session, programme, now))
    return SeasonNameForm(data=values | {name: getattr(season, name) for name in OF_SEASON})


def _proposed(session: Session, programme: Programme, now: datetime) -> dict[str, Any]:
    others = earlier_seasons(session, Season(programme_id=programme.id, id=0))
    taken = {one.slug for one in others}
    if not others:
        return {"slug": _free(str(now.year), taken)}
    last = others[0]
    slug = _next(last.slug) if YEAR.search(last.slug) else str(now.year)
    return {"name": _numbered(last.name), "slug": _free(slug, taken)}


def _numbered(name: Mapping[str, str]) -> dict[str, str]:
    return {language: _next(text) for language, text in name.items() if YEAR.search(text)}


def _next(text: str) -> str:
    return YEAR.sub(lambda found: str(int(found[0]) + 1), text, count=1)


def _free(slug: str, taken: Collection[str]) -> str:
    while slug in taken:
        slug = _next(slug)
    return slug


def save_name(
    session: Session,
    programme_id: int,
    season_id: int | None,
    form: SeasonNameForm,
    *,
    actor_id: int,
    now: datetime,
) -> Season:
    """Keep what was typed, making the season where season_id is None; InputError("slug_taken")."""
    typed = {name: form[name].data for name in OF_PROGRAMME}
    typed["name"] = form.programme_name.data
    programme = session.get_one(Programme, programme_id)
    if any(getattr(programme, name) != value for name, value in typed.items()):
        service.update_programme(session, programme_id, typed, actor_id=actor_id, now=now)
    named: dict[str, Any] = {name: form[name].data for name in OF_SEASON}
    if season_id is None:
        made = service.create_season(
            session,
            programme_id,
            name=named["name"],
            slug=named["slug"],
            actor_id=actor_id,
            now=now,
        )
        season_id = made.id
    return service.update_season(session, season_id, named, actor_id=actor_id, now=now)

"""Which season or round a command means: by the addresses people see, or by public id."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.errors import InputError
from award.models.seasons import Programme, Round, Season


def find_season(session: Session, name: str) -> Season:
    """Return the season called PROGRAMME/SEASON or by its public id.

    Raises InputError("import.season_unknown") with the seasons that there are.
    """
    found = season_of_name(session, name)
    if found is None:
        raise InputError("import.season_unknown", season=name, known=_known_seasons(session))
    return found


def season_of_name(session: Session, name: str) -> Season | None:
    """Return the season called so, None where there is none."""
    programme, _, slug = name.strip("/").partition("/")
    return session.scalar(
        select(Season)
        .join(Programme, Programme.id == Season.programme_id)
        .where((Season.public_id == name) | ((Programme.slug == programme) & (Season.slug == slug)))
    )


def find_programme(session: Session, slug: str) -> Programme:
    """Return a programme by its slug; InputError("import.programme_unknown")."""
    found = session.scalar(select(Programme).where(Programme.slug == slug))
    if found is None:
        known = ", ".join(session.scalars(select(Programme.slug).order_by(Programme.slug)))
        raise InputError("import.programme_unknown", programme=slug, known=known or "—")
    return found


def find_round(session: Session, name: str) -> Round:
    """Return the round PROGRAMME/SEASON/NUMBER, by its public id, or a season's only one.

    Raises InputError: import.season_unknown, import.round_unknown, import.round_unclear,
    import.round_missing, tabulate.round_unknown.
    """
    found = session.scalar(select(Round).where(Round.public_id == name))
    if found is not None:
        return found
    if "/" not in name and season_of_name(session, name) is None:
        raise InputError("tabulate.round_unknown", round=name)
    parts = name.strip("/").split("/")
    if len(parts) == 3:
        return round_of(session, find_season(session, "/".join(parts[:2])), parts[2])
    return round_of(session, find_season(session, name), None)


def round_of(session: Session, season: Season, name: str | None) -> Round:
    """Return a season's round by number or public id, its only one where none is named."""
    rounds = session.scalars(
        select(Round).where(Round.season_id == season.id).order_by(Round.position)
    ).all()
    if not rounds:
        raise InputError("import.round_missing")
    known = ", ".join(str(one.position) for one in rounds)
    if name is None and len(rounds) > 1:
        raise InputError("import.round_unclear", known=known)
    for one in rounds:
        if name is None or name in (str(one.position), one.public_id):
            return one
    raise InputError("import.round_unknown", round=name, known=known)


def _known_seasons(session: Session) -> str:
    rows = session.execute(
        select(Programme.slug, Season.slug)
        .join(Season, Season.programme_id == Programme.id)
        .order_by(Season.id.desc())
        .limit(20)
    )
    return ", ".join(f"{programme}/{season}" for programme, season in rows) or "—"

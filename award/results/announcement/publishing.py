"""What goes out together with a season's results."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.models.seasons import Season


def set_publishing(
    session: Session,
    season_id: int,
    *,
    publishes_bundle: bool,
    tells_places: bool,
    actor_id: int | None,
    now: datetime,
) -> Season:
    """Set whether the result bundles are published, and whether every team learns its place."""
    season = locked(session, Season, season_id)
    names = ("publishes_bundle", "tells_places")
    before = {name: getattr(season, name) for name in names}
    season.publishes_bundle, season.tells_places = publishes_bundle, tells_places
    session.flush()
    after = {name: getattr(season, name) for name in names}
    if after != before:
        audit.record(
            session,
            "season.publishing_set",
            season,
            actor_id=actor_id,
            now=now,
            before=before,
            after=after,
            programme_id=season.programme_id,
            season_id=season.id,
        )
    return season

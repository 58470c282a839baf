"""Last year's dates moved to this year's: the same weekdays and hours, 52 weeks later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from award.i18n import local_to_utc
from award.models.seasons import Season

YEAR = timedelta(weeks=52)
ROUND_DATES = ("opens_at", "closes_at", "announces_at")


@dataclass(frozen=True, slots=True)
class Shifted:
    """One date of a season: which, of which round (0: the season's own), then and now."""

    name: str
    position: int
    round_name: Mapping[str, str]
    before: datetime | date | None
    after: datetime | date | None

    @property
    def key(self) -> str:
        """What the date is called in a form and in copy_season: "opens_at", "round_2_closes_at"."""
        return f"round_{self.position}_{self.name}" if self.position else self.name


def shifted_dates(season: Season, *, now: datetime) -> tuple[Shifted, ...]:
    """Return every date of a season, moved by as many times 52 weeks as bring its end past now.

    In the order of a season's life, those that were never set too: they stay empty.
    """
    zone = season.programme.time_zone
    known = [season.closes_at, *(one.closes_at for one in season.rounds), season.opens_at]
    last = max((at for at in known if at is not None), default=now)
    years = 1
    while last + years * YEAR <= now:
        years += 1
    own = [
        Shifted(name, 0, {}, getattr(season, name), _moved(getattr(season, name), years, zone))
        for name in ("opens_at", "closes_at", "age_on")
    ]
    of_rounds = [
        Shifted(
            name,
            one.position,
            one.name,
            getattr(one, name),
            _moved(getattr(one, name), years, zone),
        )
        for one in season.rounds
        for name in ROUND_DATES
    ]
    return (*own, *of_rounds)


def _moved(at: datetime | date | None, years: int, zone: str) -> datetime | date | None:
    """Move a moment by its wall clock, so that 23:59 stays; a day stays that day of the year."""
    if at is None:
        return None
    if not isinstance(at, datetime):
        return _years_later(at, years)
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + years * YEAR
    try:
        return local_to_utc(local, zone)
    except ValueError:
        return at + years * YEAR


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

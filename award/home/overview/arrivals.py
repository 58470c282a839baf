"""How entries came in day by day, the season before laid over it, deadline upon deadline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.home.overview.dashboard import season_before
from award.models.entries import Entry, EntryVersion
from award.models.seasons import Extension, Season

MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Entries handed in by the end of each day, from the first day to today or the deadline.

    x runs from 0 (entries open) to 1 (the later of deadline and last day). before: the season
    before on the same axis, its deadline laid over this one's. days: for the table of numbers.
    """

    days: list[tuple[date, int]]
    points: list[tuple[float, int]]
    before: list[tuple[float, int]]
    deadline: float
    first: date
    last: date

    @property
    def top(self) -> int:
        """The largest count on the plot."""
        return max((count for _x, count in (*self.points, *self.before)), default=0)


def arrivals(session: Session, season_id: int, *, now: datetime) -> Arrivals | None:
    """Return how entries came in; None without dates, before the opening or without any entry."""
    season = session.get_one(Season, season_id)
    if not season.opens_at or not season.closes_at or season.opens_at > now:
        return None
    extended = session.scalar(
        select(func.max(Extension.closes_at)).where(Extension.season_id == season_id)
    )
    zone = ZoneInfo(season.programme.time_zone)
    first = season.opens_at.astimezone(zone).date()
    close = season.closes_at.astimezone(zone).date()
    last = max(close, extended.astimezone(zone).date()) if extended else close
    earlier = season_before(session, season)
    counts = _by_day(session, [season_id, *([earlier.id] if earlier else [])], zone)
    own = counts.get(season_id, Counter())
    if not own:
        return None
    days = _grown(own, first, min(max(last, *own), now.astimezone(zone).date()))
    whole = max((last - first).days, 1)
    return Arrivals(
        days=days,
        points=_placed(days, first, whole),
        before=_before(counts, earlier, first, close, whole, zone),
        deadline=min((close - first).days / whole, 1.0),
        first=first,
        last=last,
    )


def _by_day(session: Session, season_ids: list[int], zone: ZoneInfo) -> dict[int, Counter[date]]:
    """Return season id -> day of the first submission of each entry."""
    rows = session.execute(
        select(Entry.season_id, EntryVersion.submitted_at)
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .where(Entry.season_id.in_(season_ids), EntryVersion.number == 1)
    )
    found: dict[int, Counter[date]] = {}
    for season_id, at in rows:
        found.setdefault(season_id, Counter())[at.astimezone(zone).date()] += 1
    return found


def _grown(counts: Counter[date], first: date, last: date) -> list[tuple[date, int]]:
    """Return the count so far at the end of each day; what came before the first day counts."""
    total = sum(number for day, number in counts.items() if day < first)
    grown = []
    for offset in range(min((last - first).days, MOST_DAYS) + 1):
        day = first + timedelta(days=offset)
        total += counts[day]
        grown.append((day, total))
    return grown


def _placed(days: Iterable[tuple[date, int]], first: date, whole: int) -> list[tuple[float, int]]:
    placed = [((day - first).days / whole, count) for day, count in days]
    return [(min(max(x, 0.0), 1.0), count) for x, count in placed]


def _before(
    counts: dict[int, Counter[date]],
    earlier: Season | None,
    first: date,
    close: date,
    whole: int,
    zone: ZoneInfo,
) -> list[tuple[float, int]]:
    """Lay the earlier season's line so that both deadlines fall on one day."""
    own = counts.get(earlier.id) if earlier else None
    if not own or earlier is None or earlier.closes_at is None:
        return []
    shift = close - earlier.closes_at.astimezone(zone).date()
    moved = Counter({day + shift: number for day, number in own.items()})
    return _placed(_grown(moved, first, max(close, first)), first, whole)

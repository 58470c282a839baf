"""A season's dates as one timeline: those that are set, and a proposal for each that is not.

Last time's dates come again on the same weekdays and hours, 52 weeks later; where there was no
last time, a usual season begins next Monday.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from award.i18n import local_to_utc
from award.models.seasons import Round, Season

YEAR = timedelta(weeks=52)
ROUND_DATES = ("opens_at", "closes_at", "announces_at")
MORNING, NOON, MIDNIGHT = time(10), time(12), time(23, 59)
ENTERING, SCORING, DECIDING = timedelta(days=41), timedelta(days=13), timedelta(days=5)
SCREENING = timedelta(days=7)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class SeasonDate:
    """One date of a season: which, of which round (0: the season's own), last time and now.

    now is what is set or, where nothing is, what is proposed.
    """

    name: str
    position: int
    round_name: Mapping[str, str]
    before: datetime | date | None
    now: datetime | date | None

    @property
    def key(self) -> str:
        """What the date is called in a form: "opens_at", "round_2_closes_at"."""
        return f"round_{self.position}_{self.name}" if self.position else self.name


def dates_of(season: Season, earlier: Season | None, *, now: datetime) -> tuple[SeasonDate, ...]:
    """Return a season's dates in the order of its life, each as it is set or with a proposal.

    earlier: the season whose dates are moved on, None for a first one. A moved date that would
    come before the one before it gives way to the usual distance. The day that ages count on
    stands there where one of both seasons has it.
    """
    proposing = _Proposing(season.programme.time_zone, now)
    before = _last_time(earlier)
    shift = _shift(earlier, now)
    found = [proposing.date(name, season, before, shift) for name in ("opens_at", "closes_at")]
    for one in sorted(season.rounds, key=lambda one: one.position):
        found += [proposing.date(name, one, before, shift) for name in ROUND_DATES]
    if season.age_on or (earlier and earlier.age_on):
        last = earlier.age_on if earlier else None
        moved = _years_later(last, shift // YEAR) if last else None
        found.insert(2, SeasonDate("age_on", 0, {}, last, season.age_on or moved))
    return tuple(found)


def _last_time(earlier: Season | None) -> dict[tuple[int, str], datetime]:
    """Return (round's position or 0, name) -> the moment that it was last time."""
    if earlier is None:
        return {}
    rows: list[tuple[int, Season | Round]] = [(0, earlier)]
    rows += [(one.position, one) for one in earlier.rounds]
    return {
        (position, name): moment
        for position, row in rows
        for name in ROUND_DATES
        if (moment := getattr(row, name, None)) is not None
    }


def _shift(earlier: Season | None, now: datetime) -> timedelta:
    """Return as many times 52 weeks as bring the end of the earlier season past now."""
    if earlier is None:
        return YEAR
    known = [earlier.closes_at, *(one.closes_at for one in earlier.rounds), earlier.opens_at]
    last = max((at for at in known if at is not None), default=now)
    years = 1
    while last + years * YEAR <= now:
        years += 1
    return years * YEAR


class _Proposing:
    """Goes along the timeline; ``last`` is the local moment that the next date comes after."""

    def __init__(self, zone: str, now: datetime) -> None:
        self.zone = ZoneInfo(zone)
        self.last = self._local(now)

    def date(
        self,
        name: str,
        row: Season | Round,
        before: Mapping[tuple[int, str], datetime],
        shift: timedelta,
    ) -> SeasonDate:
        """Return a date of the season or of a round, and go on to it."""
        position = row.position if isinstance(row, Round) else 0
        last_time = before.get((position, name))
        moved = self._local(last_time) + shift if last_time else None
        is_set: datetime | None = getattr(row, name)
        local = self._local(is_set) if is_set else moved
        if local is None or (is_set is None and local <= self.last):
            local = self._usual(name, position)
        self.last = max(self.last, local)
        now = is_set or self._utc(local)
        return SeasonDate(name, position, row.name if position else {}, last_time, now)

    def _usual(self, name: str, position: int) -> datetime:
        day = self.last.date()
        if name == "opens_at":
            day = _monday_after(day + SCREENING if position == 1 else day)
            return datetime.combine(day, MORNING)
        if name == "closes_at":
            day += SCORING if position else ENTERING
            return datetime.combine(day, MIDNIGHT)
        return datetime.combine(day + DECIDING, NOON)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _utc(self, local: datetime) -> datetime:
        """Return a wall clock's moment; one that the clock skips or repeats is an hour later."""
        try:
            return local_to_utc(local, self.zone.key)
        except ValueError:
            return local_to_utc(local + timedelta(hours=1), self.zone.key)


def _monday_after(day: date) -> date:
    return day + timedelta(days=(MONDAY - day.weekday() - 1) % 7 + 1)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

"""Dates as a calendar file (iCalendar, RFC 5545) that phones and office programs import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//award//dates//EN"
REMINDER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A moment that somebody must not miss; key stays the same when the moment is moved."""

    key: str
    at: datetime
    title: str
    text: str = ""
    url: str = ""


def calendar_file(dates: Iterable[CalendarDate], *, now: datetime) -> bytes:
    """Return the dates as one .ics file, each with a reminder a day before.

    Moments are aware and written in UTC, so that they mean the same in each zone. Importing the
    file again moves a date instead of doubling it: ``key`` is its UID. No dates give an empty
    calendar.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for date in dates:
        calendar.add_component(_event(date, now))
    return bytes(calendar.to_ical())


def _event(date: CalendarDate, now: datetime) -> Event:
    event = Event()
    event.add("uid", date.key)
    event.add("dtstamp", now)
    event.add("dtstart", date.at)
    event.add("summary", date.title)
    if date.text:
        event.add("description", date.text)
    if date.url:
        event.add("url", date.url)
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", date.title)
    reminder.add("trigger", -REMINDER)
    event.add_component(reminder)
    return event

"""The calendar file, read back by the library's own parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from exports.calendar import CalendarDate, calendar_file

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CLOSES = CalendarDate(
    key="abc@award",
    at=datetime(2026, 3, 28, 15, 0, tzinfo=UTC),
    title="Оценки: Сезон 2026, очный тур; конец",
    text="До этого часа.",
    url="https://award.example/ru/judging",
)


def test_a_date_comes_back_with_its_reminder_and_its_words():
    (event,) = Calendar.from_ical(calendar_file([CLOSES], now=NOW)).walk("VEVENT")
    told = (str(event["uid"]), event.decoded("dtstart"), str(event["summary"]), str(event["url"]))
    assert told == (CLOSES.key, CLOSES.at, CLOSES.title, CLOSES.url)
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)


def test_long_lines_are_folded_and_ended_as_the_standard_says():
    lines = calendar_file([CLOSES], now=NOW).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"DTSTART:20260328T150000Z" in lines


def test_no_dates_are_an_empty_calendar():
    assert list(Calendar.from_ical(calendar_file([], now=NOW)).walk("VEVENT")) == []

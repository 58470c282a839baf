"""Dates, numbers and short words that no line may tear apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup

from award.i18n import format_ahead, format_day, format_moment, format_short_moment, hold_together

NIGHT = datetime(2026, 12, 7, 20, 59, tzinfo=UTC)


def shown(text):
    return text.replace("\N{NO-BREAK SPACE}", "_")


@pytest.mark.parametrize(
    ("language", "day", "short", "moment"),
    [
        (
            "ru",
            "7_декабря 2026_г.",
            "7_дек. 2026, 23:59",
            "7_декабря 2026_г. (понедельник), 23:59_МСК",
        ),
        ("en", "7_December 2026", "7_Dec 2026, 23:59", "Monday, 7_December 2026, 23:59_MSK"),
        (
            "de",
            "7._Dezember 2026",
            "7._Dez. 2026, 23:59",
            "Montag, 7._Dezember 2026, 23:59_Uhr_MSK",
        ),
    ],
)
def test_a_day_stays_beside_its_month_and_an_hour_beside_its_zone(language, day, short, moment):
    assert shown(format_day(NIGHT, language)) == day
    assert shown(format_short_moment(NIGHT, language)) == short
    assert shown(format_moment(NIGHT, language)) == moment


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Приём заявок до 7 декабря", "Приём заявок до_7_декабря"),
        ("Einreichen bis 7. Dezember", "Einreichen bis_7. Dezember"),
        ("Осталось 5 заявок и 30 % оценок", "Осталось 5_заявок и_30_% оценок"),
        ("Двор у дома", "Двор у_дома"),
        ("Vita at home: 2026, B 12", "Vita at_home: 2026, B 12"),
        ("", ""),
    ],
)
def test_no_line_ends_after_a_short_word_or_between_a_number_and_its_unit(text, held):
    assert shown(hold_together(text)) == held


def test_tags_are_left_alone_and_markup_stays_markup():
    held = hold_together(Markup('<b class="a b">5 дней</b>'))
    assert isinstance(held, Markup)
    assert shown(held) == '<b class="a b">5_дней</b>'


@pytest.mark.parametrize(
    ("left", "en", "ru", "de"),
    [
        (timedelta(days=45, hours=23), "in_45_days", "через 45_дней", "in_45_Tagen"),
        (timedelta(days=21), "in_21_days", "через 21_день", "in_21_Tagen"),
        (timedelta(hours=47, minutes=59), "in_47_hours", "через 47_часов", "in_47_Stunden"),
        (timedelta(minutes=119), "in_119_minutes", "через 119_минут", "in_119_Minuten"),
        (timedelta(seconds=1), "in_1_minute", "через 1_минуту", "in_1_Minute"),
        (timedelta(0), "", "", ""),
        (-timedelta(days=1), "", "", ""),
    ],
)
def test_what_is_left_is_rounded_down_so_that_nobody_comes_late(left, en, ru, de):
    found = [shown(format_ahead(NIGHT + left, language, NIGHT)) for language in ("en", "ru", "de")]
    assert found == [en, ru, de]

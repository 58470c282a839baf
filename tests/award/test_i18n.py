"""Dates, numbers and short words that no line may tear apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup

from award.i18n import (
    format_ahead,
    format_day,
    format_moment,
    format_short_moment,
    held_text,
    held_texts,
    hold_together,
    sort_key,
    translator,
)

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


@pytest.mark.parametrize(
    ("language", "counts", "forms"),
    [
        ("ru", (1, 21, 2, 4, 22, 5, 11, 12, 112, 0), "1 1 2 2 2 5 5 5 5 5"),
        ("de", (1, 2, 21, 0), "1 2 2 2"),
    ],
)
def test_a_number_takes_the_form_of_its_language(language, counts, forms):
    one, many = "%(num)s entry in all", "%(num)s entries in all"
    said = translator(language).ngettext
    first = {said(one, many, int(form)): form for form in ("5", "2", "1")}
    assert " ".join(first[said(one, many, count)] for count in counts) == forms


def test_sorting_puts_cyrillic_first_and_yo_after_ye():
    words = ["Zürich", "Ёлка", "Еда", "Жизнь", "Apfel", "ель", "ёж", "Äpfel", "Ель"]
    wanted = ["Еда", "ёж", "Ёлка", "ель", "Ель", "Жизнь", "Apfel", "Äpfel", "Zürich"]
    assert sorted(sorted(words), key=sort_key) == wanted
    assert sorted(words) != wanted


def test_pages_hold_short_words_and_mails_and_tables_get_plain_blanks(app):
    text = "%(num)s entry waits for screening"
    many = "%(num)s entries wait for screening"
    shown = held_texts("ru", text, many, 5)
    assert shown == "%(num)s\N{NO-BREAK SPACE}заявок ждут допуска"
    assert translator("ru").ngettext(text, many, 5) == "%(num)s заявок ждут допуска"
    with app.test_request_context("/ru/sign-in"):
        page = app.jinja_env.from_string("{% trans %}Back to the entry{% endtrans %}").render()
    assert page == held_text("ru", "Back to the entry")
    assert "\N{NO-BREAK SPACE}" in page
    assert held_text("en", "Back to the entry") == "Back to the entry"

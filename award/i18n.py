"""Languages: catalogues, moments, numbers and sorting, for pages, mails, jobs and the CLI."""

from __future__ import annotations

import gettext
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_location
from babel.numbers import format_decimal
from pyuca import Collator

from award.db import LANGUAGES
from award.folding import fold as fold

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
ZONE_NAMES = {
    "Europe/Moscow": {"ru": "МСК", "en": "MSK", "de": "MSK"},
    "UTC": {"ru": "UTC", "en": "UTC", "de": "UTC"},
}
NO_BREAK = "\N{NO-BREAK SPACE}"
# In Russian a weekday before the date would need a case: «до воскресенья», «в среду».
# "~" is a space that no line breaks at.
# A language without a line of its own is dated like English, in its own words.
MOMENT = {
    "ru": "d~MMMM y~'г.' (EEEE), HH:mm",
    "en": "EEEE, d~MMMM y, HH:mm",
    "de": "EEEE, d.~MMMM y, HH:mm~'Uhr'",
}
SHORT_MOMENT = {"ru": "d~MMM y, HH:mm", "en": "d~MMM y, HH:mm", "de": "d.~MMM y, HH:mm"}
DAY = {"ru": "d~MMMM y~'г.'", "en": "d~MMMM y", "de": "d.~MMMM y"}

LEADS_ON = (
    "а|без|в|во|для|до|за|и|из|к|ко|на|над|не|ни|о|об|от|по|под|при|про|с|со|у"
    "|at|by|for|in|of|on|to"
    "|ab|am|bei|bis|für|im|mit|um|vom|von|vor|zu|zum|zur"
)
FIGURE = r"\d|%\((?:num|count|percent|size)\)[sd]"
LOOSE = re.compile(
    rf"(<[^>]*>)|(?<!\w)({LEADS_ON}) (?=\S)|({FIGURE}) (?=[^\W\d_]|[%€₽])", re.IGNORECASE
)


@lru_cache
def translator(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; English is the language of the msgids."""
    return gettext.translation("messages", CATALOGUES, [language], fallback=True)


def known_language(language: str | None, fallback: str = "ru") -> str:
    """Return ``language`` if the interface speaks it, else ``fallback``."""
    return language if language in LANGUAGES else fallback


def zone_name(zone: str, language: str) -> str:
    """Return how people call a zone: МСК, MSK, or the city where there is no short name."""
    return ZONE_NAMES.get(zone, {}).get(language) or str(
        get_timezone_location(zone, locale=language, return_city=True)
    )


def language_name(code: str, language: str) -> str:
    """Return what a language is called in another; the code itself where nobody knows it."""
    try:
        return Locale.parse(code).get_display_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code


LANGUAGE_CODES = frozenset(str(code) for code in Locale("en").languages if "_" not in str(code))
"""The codes of all languages, those of the interface among them."""
LANGUAGE_NAMES = {code: language_name(code, code).capitalize() for code in LANGUAGES}
"""Each language in its own words, for those who look for it."""


def format_moment(moment: datetime | None, language: str, zone: str = "Europe/Moscow") -> str:
    """Return date, weekday, time and zone in words; "" for None."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    dated = _dated(local, MOMENT.get(language, MOMENT["en"]), language)
    return f"{dated}{NO_BREAK}{zone_name(zone, language)}"


def format_short_moment(moment: datetime | None, language: str, zone: str = "Europe/Moscow") -> str:
    """Return date and time for tables, without weekday and zone; "" for None."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    return _dated(local, SHORT_MOMENT.get(language, SHORT_MOMENT["en"]), language)


def _dated(local: datetime, pattern: str, language: str) -> str:
    return str(format_datetime(local, pattern.replace("~", NO_BREAK), locale=language))


def format_day(day: date | datetime | None, language: str, zone: str = "Europe/Moscow") -> str:
    """Return a date in words; a moment is first moved to the zone; "" for None."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(ZoneInfo(zone)).date()
    pattern = DAY.get(language, DAY["en"]).replace("~", NO_BREAK)
    return str(format_date(day, pattern, locale=language))


def format_ahead(moment: datetime | None, language: str, now: datetime) -> str:
    """Return how far a moment lies ahead, rounded down: "in 6 days", "in 5 hours", "in 1 minute".

    "" for None and for what is past. From two days on it counts days, from two hours on hours.
    """
    left = moment - now if moment else timedelta(0)
    if left <= timedelta(0):
        return ""
    unit, length = "minute", timedelta(minutes=1)
    if left >= timedelta(days=2):
        unit, length = "day", timedelta(days=1)
    elif left >= timedelta(hours=2):
        unit, length = "hour", timedelta(hours=1)
    # A threshold that nothing reaches keeps to the unit: Babel would turn 27 days into a month.
    options: dict[str, Any] = {"granularity": unit, "threshold": 1e9, "add_direction": True}
    whole = length * max(1, left // length)
    return hold_together(str(format_timedelta(whole, locale=language, **options)))


def format_points(value: Decimal | float | None, language: str, digits: int = 2) -> str:
    """Return points with a fixed number of decimals in the language's form; "—" for None."""
    if value is None:
        return "—"
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    # What rounds to zero has no sign: -0.004 is 0.00. A hyphen is no minus.
    shown = str(format_decimal(round(float(value), digits) + 0.0, pattern, locale=language))
    return shown.replace("-", "\N{MINUS SIGN}")


def format_figure(value: Decimal | float, language: str) -> str:
    """Return a number without decimals that say nothing: 2, 0,5."""
    return str(format_decimal(value, "#,##0.###", locale=language))


def hold_together(text: str) -> str:
    """Let no line end after a short leading word ("до", "bis") or between a number and its unit.

    What stands inside tags of a text that is marked up is left alone, and Markup stays Markup.
    """
    text = text if isinstance(text, str) else str(text)

    def held(found: re.Match[str]) -> str:
        return found[1] or f"{found[2] or found[3]}{NO_BREAK}"

    return type(text)(LOOSE.sub(held, text))


@lru_cache(maxsize=8192)
def held_text(language: str, text: str) -> str:
    """Return a text of the interface in a language, its short words and numbers held together.

    English is left as it is: its short words may stand at the end of a line.
    """
    found = translator(language).gettext(text)
    return found if language == "en" else hold_together(found)


@lru_cache(maxsize=8192)
def held_texts(language: str, one: str, many: str, count: int) -> str:
    """Return the plural form for ``count`` as ``held_text``."""
    found = translator(language).ngettext(one, many, count)
    return found if language == "en" else hold_together(found)


def local_to_utc(moment: datetime, zone: str) -> datetime:
    """Give a typed local moment its zone.

    Raises ValueError("gap") where the clock skips it and ValueError("fold") where it comes twice
    and ``fold`` does not matter to tell which was meant.
    """
    zone_info = ZoneInfo(zone)
    earlier, later = (moment.replace(tzinfo=zone_info, fold=fold) for fold in (0, 1))
    back = earlier.astimezone(UTC).astimezone(zone_info).replace(tzinfo=None)
    if back != moment.replace(fold=0):
        raise ValueError("gap")
    if earlier.utcoffset() != later.utcoffset() and moment.fold == 0:
        raise ValueError("fold")
    return moment.replace(tzinfo=zone_info).astimezone(UTC)


@lru_cache
def _collator() -> Collator:
    return Collator()


def sort_key(text: str) -> tuple[int, tuple[int, ...]]:
    """Return a key that sorts Cyrillic before Latin and ё after е, whatever the case."""
    first = next((letter for letter in text if letter.isalpha()), "")
    latin = bool(first) and unicodedata.name(first, "").startswith("LATIN")
    return (int(latin), tuple(_collator().sort_key(text)))

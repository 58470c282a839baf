"""When two spellings mean the same: topics, organisations, regions, mail domains."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

SAME = 0.87
SHORTEST_VARIANT = 6
"""Words shorter than this are compared letter by letter: "arts" is not a spelling of "art"."""

LEGAL_FORMS = frozenset(
    [
        "ооо",
        "оао",
        "зао",
        "пао",
        "ао",
        "ано",
        "нко",
        "фгбоу",
        "фгаоу",
        "фгбу",
        "гбоу",
        "мбоу",
        "маоу",
        "гбу",
        "во",
        "впо",
        "спо",
        "ип",
        "чоу",
        "ноу",
        "gmbh",
        "ggmbh",
        "ag",
        "ug",
        "ev",
        "gemeinnützige",
        "kg",
        "ltd",
        "llc",
        "inc",
        "corp",
        "plc",
        "limited",
        "the",
    ]
)

PUBLIC_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "mail.ru",
        "yandex.ru",
        "yandex.com",
        "ya.ru",
        "bk.ru",
        "list.ru",
        "inbox.ru",
        "internet.ru",
        "rambler.ru",
        "lenta.ru",
        "ro.ru",
        "autorambler.ru",
        "vk.com",
        "outlook.com",
        "outlook.de",
        "hotmail.com",
        "live.com",
        "live.ru",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "gmx.de",
        "gmx.net",
        "gmx.com",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "freenet.de",
        "t-online.de",
        "posteo.de",
        "mailbox.org",
        "yahoo.com",
        "yahoo.de",
        "ymail.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "tutanota.com",
        "tuta.io",
        "aol.com",
        "mail.com",
        "zoho.com",
        "fastmail.com",
        "ukr.net",
        "yandex.by",
        "yandex.kz",
        "yandex.ua",
        "tut.by",
        "mail.de",
        "arcor.de",
        "hey.com",
    ]
)

SECOND_LEVEL = frozenset(["co", "com", "ac", "edu", "gov", "org", "net", "msk", "spb"])


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` without case, ё, punctuation and doubled spaces; "" stays "".

    >>> fold("  Эколо́гия — Ещё раз ")
    'экология еще раз'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ё", "е").replace("й", "\0"))
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = plain.replace("\0", "й").replace("&", " and ")
    return " ".join(re.sub(r"[^\w]|_", " ", plain).split())


@lru_cache(maxsize=262144)
def same_topic(one: str, other: str) -> bool:
    """Whether two folded topics are one, up to an ending or a slip of the pen ("экология",
    "экологии").
    """
    if one == other:
        return bool(one)
    if min(len(one), len(other)) < SHORTEST_VARIANT:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= SAME and matcher.ratio() >= SAME


def organisation(text: str) -> str:
    """The name of an organisation without its legal form, in a spelling-proof form."""
    words = [word for word in fold(text).split() if word not in LEGAL_FORMS]
    return " ".join(words) or fold(text)


def mail_domain(address: str) -> str:
    """The domain whose people are colleagues, from an address or a domain: "a@stud.hse.ru" ->
    "hse.ru".

    "" for public providers, where a shared domain means nothing, and for what is no domain.
    """
    domain = address.rpartition("@")[2].strip().casefold().rstrip(".")
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels):
        return ""
    keep = 3 if len(labels) > 2 and labels[-2] in SECOND_LEVEL and len(labels[-1]) == 2 else 2
    own = ".".join(labels[-keep:])
    return "" if own in PUBLIC_MAIL or domain in PUBLIC_MAIL else own

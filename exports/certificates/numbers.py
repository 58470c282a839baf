"""Certificate numbers: random, unguessable, and forgiving to whoever types them from paper.

Crockford's base32 (https://www.crockford.com/base32.html): thirteen symbols and his check symbol,
the value modulo 37. Numbers whose check symbol would be one of ``*~$=U`` are never issued, so that
a number is letters and digits only and survives a URL, a phone call and a phone's keyboard; 64.8
bits remain.
"""

from __future__ import annotations

import secrets

from exports.errors import ExportError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DIGITS = 13
LENGTH = DIGITS + 1
CHECK_MODULUS = 37
LOOK_ALIKES = str.maketrans("OILСОАВЕНКМРТХУЗІ", "011C0ABEHKMPTXY31")
IGNORED = str.maketrans("", "", " -–—._\u00a0\u202f\t\r\n")


class NumberError(ExportError):
    """What was typed is no certificate number: ``number_malformed`` or ``number_mistyped``."""


def new_number() -> str:
    """Return a fresh number: 14 symbols, the last one the check symbol."""
    while True:
        value = secrets.randbelow(32**DIGITS)
        if value % CHECK_MODULUS < len(ALPHABET):
            return _encode(value) + ALPHABET[value % CHECK_MODULUS]


def parse_number(text: str) -> str:
    """Return the number as it is stored, from what a person typed.

    Case, blanks, hyphens and dots do not count; O is 0, I and L are 1; Cyrillic letters that look
    like Latin ones are those. Raises NumberError ``number_malformed`` (``typed``) where it is not
    14 symbols of the alphabet, ``number_mistyped`` where the check symbol does not fit.
    """
    plain = text.translate(IGNORED).upper().translate(LOOK_ALIKES)
    if len(plain) != LENGTH or any(symbol not in ALPHABET for symbol in plain):
        raise NumberError("number_malformed", typed=text)
    value = 0
    for symbol in plain[:DIGITS]:
        value = value * 32 + ALPHABET.index(symbol)
    if value % CHECK_MODULUS != ALPHABET.index(plain[DIGITS]):
        raise NumberError("number_mistyped", typed=text)
    return plain


def format_number(number: str) -> str:
    """Return the number in groups of 5, 5 and 4 symbols, as it is printed."""
    return f"{number[:5]}-{number[5:10]}-{number[10:]}"


def _encode(value: int) -> str:
    symbols = []
    for _ in range(DIGITS):
        value, digit = divmod(value, 32)
        symbols.append(ALPHABET[digit])
    return "".join(reversed(symbols))

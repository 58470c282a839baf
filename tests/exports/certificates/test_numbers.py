"""Certificate numbers."""

from __future__ import annotations

import pytest

from exports.certificates.numbers import (
    ALPHABET,
    NumberError,
    format_number,
    new_number,
    parse_number,
)


def checked(digits: str) -> str:
    """The digits with their check symbol, "" where such a number is never issued."""
    remainder = sum(ALPHABET.index(d) * 32**i for i, d in enumerate(reversed(digits))) % 37
    return digits + ALPHABET[remainder] if remainder < 32 else ""


def test_new_numbers_are_valid_and_differ() -> None:
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(parse_number(number) == number for number in numbers)
    assert {symbol for number in numbers for symbol in number} <= set(ALPHABET)


def test_a_number_is_printed_in_groups_and_read_back() -> None:
    number = new_number()
    assert [len(part) for part in format_number(number).split("-")] == [5, 5, 4]
    assert parse_number(f" {format_number(number).lower()} ") == number


def test_look_alikes_of_both_alphabets_are_understood() -> None:
    candidates = (checked(f"01ABCEHKMPTX{last}") for last in ALPHABET)
    number = next(candidate for candidate in candidates if candidate)
    cyrillic = number.translate(str.maketrans("ABCEHKMPTXY", "АВСЕНКМРТХУ"))
    typed = cyrillic.replace("0", "О", 1).replace("1", "l", 1)
    assert typed != number
    assert parse_number(typed) == number
    assert parse_number(typed.lower()) == number


@pytest.mark.parametrize("position", range(14))
def test_every_single_mistake_is_noticed(position: int) -> None:
    number = new_number()
    for wrong in set(ALPHABET) - {number[position]}:
        with pytest.raises(NumberError, match="number_mistyped"):
            parse_number(number[:position] + wrong + number[position + 1 :])


@pytest.mark.parametrize("typed", ["", "ABC", "0" * 15, "U" * 14, "0123456789AB!?", "日" * 14])
def test_what_is_no_number_is_called_so(typed: str) -> None:
    with pytest.raises(NumberError, match="number_malformed"):
        parse_number(typed)

"""Dataclasses to JSON and back, without loss: decimals and fractions travel as strings."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_dict(value: Any) -> Any:
    """The JSON form of a dataclass of this package (nested ones included).

    Decimals become their shortest plain notation ("0.25"), fractions "numerator/denominator",
    tuples lists.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_dict(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {str(key): to_dict(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_dict(item) for item in value]
    return value


def from_dict(kind: type[T], data: Any) -> T:
    """The inverse of `to_dict` for dataclass `kind`; an absent key takes the field's default."""
    hints = get_type_hints(kind)
    present = {name: _load(hints[name], data[name]) for name in hints if name in data}
    return kind(**present)


@lru_cache(maxsize=4096)
def plain_decimal(value: Decimal) -> str:
    """`value` without exponent or trailing zeros, so that 1, 1.0 and 1E0 are one text."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of a dataclass: sorted keys, no spaces, UTF-8."""
    text = json.dumps(to_dict(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _load(hint: Any, data: Any) -> Any:
    if data is None:
        return None
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _load(next(item for item in arguments if item is not type(None)), data)
    if origin is tuple:
        return tuple(_load(arguments[0], item) for item in data)
    if hint in (Decimal, Fraction, float):
        return hint(data)
    if is_dataclass(hint):
        return from_dict(hint, data)  # type: ignore[arg-type]
    return data

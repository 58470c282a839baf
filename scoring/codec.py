"""Dataclasses to JSON and back, without loss: decimals and fractions travel as strings."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Load = Callable[[Any], Any]


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
    found = _loaders(kind)  # type: ignore[arg-type]  # a class can be hashed
    return kind(**{name: load(data[name]) for name, load in found.items() if name in data})


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


@cache
def _loaders(kind: type[Any]) -> dict[str, Load]:
    """How each field of a dataclass is read: worked out once, since hints are slow to evaluate."""
    return {name: _loader(hint) for name, hint in get_type_hints(kind).items()}


def _loader(hint: Any) -> Load:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _loader(next(item for item in arguments if item is not type(None)))
    if origin is tuple:
        inner = _loader(arguments[0])
        return lambda data: None if data is None else tuple(map(inner, data))
    if hint in (Decimal, Fraction, float):
        return lambda data: None if data is None else hint(data)
    if is_dataclass(hint):
        return lambda data: None if data is None else from_dict(hint, data)  # type: ignore[arg-type]
    return lambda data: data

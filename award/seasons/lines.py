"""Choices and levels as organisers type them: one a line, parts between bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from award.db import LANGUAGES


def _texts(parts: Sequence[str]) -> dict[str, str]:
    pairs = zip(LANGUAGES, (part.strip() for part in parts), strict=False)
    return {language: text for language, text in pairs if text}


def read_options(lines: str) -> list[dict[str, Any]]:
    """Turn «key | Russian | English | German» lines into a question's options, in their order."""
    options = []
    for line in filter(str.strip, lines.splitlines()):
        key, *texts = line.split("|")
        options.append({"key": key.strip(), "label": _texts(texts)})
    return options


def write_options(options: Sequence[Mapping[str, Any]]) -> str:
    """Turn options back into lines."""
    return "\n".join(_line(option["key"], option["label"]) for option in options)


def read_levels(lines: str) -> dict[Decimal, dict[str, str]]:
    """Turn «score | Russian | English | German» lines into levels; a decimal comma is read too."""
    levels = {}
    for line in filter(str.strip, lines.splitlines()):
        points, *texts = line.split("|")
        levels[Decimal(points.strip().replace(",", "."))] = _texts(texts)
    return levels


def write_levels(levels: Sequence[Any]) -> str:
    """Turn a criterion's levels back into lines."""
    return "\n".join(_line(format(level.points.normalize(), "f"), level.text) for level in levels)


def _line(key: str, texts: Mapping[str, str]) -> str:
    given = [texts.get(language, "") for language in LANGUAGES]
    while given and not given[-1]:
        given.pop()
    return " | ".join((key, *given))


def read_ties(text: str) -> list[dict[str, str]]:
    """Turn «criterion:impact, median, lot» into the declared cascade."""
    cascade = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        rule, _, criterion = part.partition(":")
        cascade.append({"rule": rule} | ({"criterion": criterion.strip()} if criterion else {}))
    return cascade


def write_ties(cascade: Sequence[Mapping[str, str]]) -> str:
    """Turn the cascade back into text."""
    return ", ".join(
        f"{step['rule']}:{step['criterion']}" if step.get("criterion") else step["rule"]
        for step in cascade
    )

"""The limits of a question, and what goes beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from award.models.seasons import QuestionKind
from award.seasons.queries import QuestionItem


def beyond_limits(question: QuestionItem, value: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the code and figures of what is wrong with an answer's size; None where it fits.

    value: as it is stored; of a FILE question the number of files.
    """
    limits = question.limits
    if isinstance(value, str) and question.kind in (
        QuestionKind.SHORT_TEXT,
        QuestionKind.LONG_TEXT,
    ):
        return _text_beyond(limits, value)
    if question.kind is QuestionKind.NUMBER:
        low, high = limits.get("minimum"), limits.get("maximum")
        if low is not None and value < float(low):
            return "number_too_small", {"least": low}
        if high is not None and value > float(high):
            return "number_too_large", {"most": high}
    if question.kind is QuestionKind.FILE and value > most_files(question):
        return "too_many_files", {"most": most_files(question)}
    return None


def _text_beyond(limits: Mapping[str, Any], text: str) -> tuple[str, dict[str, Any]] | None:
    words, characters = count_words(text), len(text)
    if limits.get("max_words") and words > int(limits["max_words"]):
        return "too_many_words", {"most": limits["max_words"], "count": words}
    if limits.get("min_words") and words < int(limits["min_words"]):
        return "too_few_words", {"least": limits["min_words"], "count": words}
    if limits.get("max_characters") and characters > int(limits["max_characters"]):
        return "too_many_characters", {"most": limits["max_characters"], "count": characters}
    return None


def count_words(text: str) -> int:
    """Return how many words a text has; a dash or a dot that stands alone is none.

    static/js/counter.js counts the same way, so that the line under a text does not lie.
    """
    return sum(any(letter.isalnum() for letter in part) for part in text.split())


def most_files(question: QuestionItem) -> int:
    """Return how many files a question takes: its limit, else one."""
    return int(question.limits.get("max_files") or 1)

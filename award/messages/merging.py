"""Fields that a broadcast puts into its text: {name}, {title} and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping

from award.models.broadcasts import Audience

FIELD = re.compile(r"\{([^{}\n]{1,40})\}")
OF_ENTRY = ("title", "code", "deadline", "link")
"""What differs between two entries of a person: with one of them she gets a mail for each."""
FIELDS: Mapping[Audience, tuple[str, ...]] = {
    Audience.LEADS: ("name", "season", *OF_ENTRY),
    Audience.TEAMS: ("name", "season", *OF_ENTRY),
    Audience.JURORS: ("name", "season", "deadline", "link"),
}


def fields_in(*texts: str) -> set[str]:
    """Return the names in braces that the texts hold."""
    return {name for text in texts for name in FIELD.findall(text)}


def stray_brace(*texts: str) -> bool:
    """Whether a brace in the texts belongs to no field: what was meant is anybody's guess."""
    return any(brace in FIELD.sub("", text) for text in texts for brace in "{}")


def merge(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; braces around any other word stay as they are."""
    return FIELD.sub(lambda found: values.get(found[1], found[0]), text)

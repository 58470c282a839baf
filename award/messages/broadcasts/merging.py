"""Fields that a broadcast puts into its text: {name}, {title} and the like."""

from __future__ import annotations

from collections.abc import Mapping

from award.models.broadcasts import Audience

OF_ENTRY = ("title", "code", "deadline", "link")
"""What differs between two entries of a person: with one of them she gets a mail for each."""
FIELDS: Mapping[Audience, tuple[str, ...]] = {
    Audience.LEADS: ("name", "season", *OF_ENTRY),
    Audience.TEAMS: ("name", "season", *OF_ENTRY),
    Audience.JURORS: ("name", "season", "deadline", "link"),
    Audience.PEOPLE: ("name", "season"),
}

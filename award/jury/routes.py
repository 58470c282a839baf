"""Pages of ``award.jury``: the organiser's jury, assignment and progress, the juror's offers."""

from __future__ import annotations

from award.jury import (
    assignment_routes,
    bulk_routes,
    entry_routes,
    expertise_routes,
    offer_routes,
    people_routes,
    progress_routes,
    proposal_routes,
)
from award.jury.blueprint import bp

__all__ = [
    "assignment_routes",
    "bp",
    "bulk_routes",
    "entry_routes",
    "expertise_routes",
    "offer_routes",
    "people_routes",
    "progress_routes",
    "proposal_routes",
]

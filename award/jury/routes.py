"""Pages of ``award.jury``: the organiser's jury, assignment and progress, the juror's offers."""

from __future__ import annotations

from award.jury.assignment import entry_routes, proposal_routes
from award.jury.assignment import routes as assignment_routes
from award.jury.blueprint import bp
from award.jury.changes import offer_routes
from award.jury.people import bulk_routes, expertise_routes
from award.jury.people import routes as people_routes
from award.jury.progress import routes as progress_routes

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

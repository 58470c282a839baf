"""Pages of ``award.entries``; importing them registers them."""

from __future__ import annotations

from award.entries.blueprint import bp
from award.entries.drafting import preview_routes, taking_over_routes
from award.entries.drafting import routes as drafting_routes
from award.entries.files import routes as file_routes
from award.entries.importing import by_hand_routes
from award.entries.screening import bulk_routes
from award.entries.screening import routes as screening_routes
from award.entries.team import routes as team_routes
from award.entries.threads import routes as thread_routes

__all__ = [
    "bp",
    "bulk_routes",
    "by_hand_routes",
    "drafting_routes",
    "file_routes",
    "preview_routes",
    "screening_routes",
    "taking_over_routes",
    "team_routes",
    "thread_routes",
]

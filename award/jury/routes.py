"""Pages of ``award.jury``: the organiser's jury, assignment and progress."""

from __future__ import annotations

from award.jury import assignment_routes, people_routes
from award.jury.blueprint import bp

__all__ = ["assignment_routes", "bp", "people_routes"]

"""Pages of ``award.results``; importing them registers them, and the jobs they leave."""

from __future__ import annotations

from award.results import work
from award.results.appeals import routes as appeal_routes
from award.results.blueprint import bp
from award.results.certificates import key_routes, look_routes, mending_routes
from award.results.certificates import routes as certificate_routes
from award.results.decisions import routes as decision_routes
from award.results.deliberation import citing_routes
from award.results.deliberation import routes as deliberation_routes
from award.results.downloads import archive_routes
from award.results.downloads import routes as export_routes
from award.results.protocol import routes as protocol_routes
from award.results.public import gallery_routes
from award.results.public import routes as public_routes
from award.results.stage import routes as stage_routes
from award.results.tabulation import further_routes, warning_routes, working_routes

__all__ = [
    "appeal_routes",
    "archive_routes",
    "bp",
    "certificate_routes",
    "citing_routes",
    "decision_routes",
    "deliberation_routes",
    "export_routes",
    "further_routes",
    "gallery_routes",
    "key_routes",
    "look_routes",
    "mending_routes",
    "protocol_routes",
    "public_routes",
    "stage_routes",
    "warning_routes",
    "work",
    "working_routes",
]

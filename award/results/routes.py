"""Pages of ``award.results``; importing them registers them, and the jobs they leave."""

from __future__ import annotations

from award.results import (
    appeal_routes,
    archive_routes,
    certificate_routes,
    deliberation_routes,
    export_routes,
    further_routes,
    gallery_routes,
    key_routes,
    look_routes,
    protocol_routes,
    public_routes,
    stage_routes,
    standing_routes,
    warning_routes,
    work,
    working_routes,
)
from award.results.blueprint import bp

__all__ = [
    "appeal_routes",
    "archive_routes",
    "bp",
    "certificate_routes",
    "deliberation_routes",
    "export_routes",
    "further_routes",
    "gallery_routes",
    "key_routes",
    "look_routes",
    "protocol_routes",
    "public_routes",
    "stage_routes",
    "standing_routes",
    "warning_routes",
    "work",
    "working_routes",
]

"""All models: importing this package tells SQLAlchemy the whole schema."""

from award.models import (
    accounts,
    announcements,
    appeals,
    broadcasts,
    deliberation,
    education,
    entries,
    form_versions,
    judging,
    jury,
    operations,
    results,
    seasons,
    stage,
    threads,
    wordings,
)

__all__ = [
    "accounts",
    "announcements",
    "appeals",
    "broadcasts",
    "deliberation",
    "education",
    "entries",
    "form_versions",
    "judging",
    "jury",
    "operations",
    "results",
    "seasons",
    "stage",
    "threads",
    "wordings",
]

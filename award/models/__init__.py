"""All models: importing this package tells SQLAlchemy the whole schema."""

from award.models import accounts, entries, judging, jury, operations, results, seasons

__all__ = ["accounts", "entries", "judging", "jury", "operations", "results", "seasons"]

"""The areas' blueprints, in the order of a season's life."""

from __future__ import annotations

from award.accounts.routes import bp as accounts
from award.education.routes import bp as education
from award.entries.routes import bp as entries
from award.home.guides.routes import bp as guides
from award.home.routes import bp as home
from award.home.ui_routes import bp as ui
from award.imports.routes import bp as imports
from award.judging.routes import bp as judging
from award.jury.routes import bp as jury
from award.messages.routes import bp as messages
from award.results.routes import bp as results
from award.seasons.routes import bp as seasons

BLUEPRINTS = (
    home, guides, ui, accounts, seasons, education, entries, jury, judging, imports, results,
    messages,
)  # fmt: skip

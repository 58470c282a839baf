"""Where the links in the demo's mails lead: to the installation that it is built in."""

from __future__ import annotations

from flask import current_app


def site() -> str:
    """Return the address that links begin with."""
    return str(current_app.extensions["settings"].base_url)


def judging_home() -> str:
    """Return the address of a juror's list of entries, in whatever language she reads."""
    return f"{site()}/LANG/judging"

"""Entries: drafting, team, files, submitting, screening, withdrawal."""

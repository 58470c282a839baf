"""Entries from elsewhere: many from a table, or one from paper, typed in by an organiser."""

"""Outbox, broadcasts and mails in a season's own words; everybody of a season in one list."""

"""Broadcasts: a text for a filtered list, read as any recipient, sent, followed, stopped."""

"""Drafting an entry, reading it back, handing it in, withdrawing it."""

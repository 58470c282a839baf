"""Decisions of the jury, beside the computed places and never over them."""

"""Scores from a table: cells read, names found, a round made where there is none."""

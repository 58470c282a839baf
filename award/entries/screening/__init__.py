"""Screening: the verdict before judging, what looks odd, later deadlines, many at once."""

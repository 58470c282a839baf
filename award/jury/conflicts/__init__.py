"""Conflicts of interest: declared, lifted, and what keeps jurors from entries."""

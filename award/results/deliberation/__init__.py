"""Deliberation: the jury meeting on its board, live for all present, minuted as it goes."""

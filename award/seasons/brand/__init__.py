"""A programme's own face: its colour and logo, and what public pages tell other programs."""

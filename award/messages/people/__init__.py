"""Everybody who has to do with a season, each person once, and every mail to one of them."""

"""Assignments changed by people: by hand, offered, accepted, stepped back from, taken away."""

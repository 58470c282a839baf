"""The education phase: workshops, their participants and who was there."""

"""The stage of a live round: running order, clock, and results to the chair alone."""

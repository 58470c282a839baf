"""Who judges what in a round: its grid, one entry, one pair and why, proposals, tables."""

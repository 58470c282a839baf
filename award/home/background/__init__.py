"""Background work of a season: what failed, with its mending, what waits, what is done."""

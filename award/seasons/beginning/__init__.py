"""Beginning a season: its name, and what it starts with, proposed or from last year's."""

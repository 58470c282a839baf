"""What the public finds of a season: its page, its dates, and lists for programs."""

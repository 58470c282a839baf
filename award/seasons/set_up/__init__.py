"""The guided way through the set-up: its steps, and what is missing before a season opens."""

"""Downloads: tables, letters, and archives of a round."""

"""The Flask application: one folder per area, in the order of a season's life."""

"""The handbook for organisers and the page for jurors, in place."""

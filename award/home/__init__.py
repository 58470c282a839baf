"""Landing pages and each person's home; may import every area."""

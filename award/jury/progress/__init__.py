"""How far a round's jurors are, and reminding those whose sheets are outstanding."""

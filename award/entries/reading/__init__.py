"""What pages show of an entry: to its team, to a juror, and as rows of the organisers' list."""

"""The juror's desk: score sheets."""

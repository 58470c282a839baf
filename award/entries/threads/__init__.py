"""Threads: what a team and the organisers write to each other, and the organisers' inbox."""

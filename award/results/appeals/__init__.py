"""Appeals of teams, and the tabulation computed once more for the answer."""

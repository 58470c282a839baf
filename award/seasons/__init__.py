"""Programme, season, entry form, rounds, rubric, prizes: the organiser's set-up."""

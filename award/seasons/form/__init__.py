"""The entry form that changes while teams answer it: rules, versions, limits, what is given."""

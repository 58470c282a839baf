"""The guided set-up of a season: one question a page, from its name to its opening."""

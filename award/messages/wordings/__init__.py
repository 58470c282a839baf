"""The system's mails in a season's own words: edited, read as anybody, tried."""

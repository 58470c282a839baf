"""Documents of a season: the protocol, receipts, feedback letters, score sheets on paper."""

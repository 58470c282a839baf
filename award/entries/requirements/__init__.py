"""What a season asks of an entry, and whether it is met: answers, ages, team size, consents."""

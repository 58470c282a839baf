"""The announcement: what becomes public at the set minute, and the mails that say so."""

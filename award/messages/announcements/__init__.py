"""The mails of an announcement: read one by one before they leave, followed afterwards."""

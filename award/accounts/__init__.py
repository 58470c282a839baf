"""Accounts: sign-up, sign-in, invitations, profile."""

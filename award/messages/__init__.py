"""Outbox and messages."""

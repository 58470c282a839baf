"""Proposals: a round as the engine sees it; drafted, kept, applied, undone as a whole."""

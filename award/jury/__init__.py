"""The jury: jurors, panels, conflicts, assignment, recusal, progress."""

"""The commands of ``award``, one module each."""

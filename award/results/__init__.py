"""Results: tabulation, decisions, protocol, announcement, certificates, downloads."""

"""The audit log as people read it: filtered, as a table, sealed, verified."""

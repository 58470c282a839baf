"""Tables: read as people send them, columns recognised, written as CSV, XLSX and JSON."""

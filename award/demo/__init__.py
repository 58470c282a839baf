"""The demo: three seasons of an invented programme, so that everybody finds something to do."""

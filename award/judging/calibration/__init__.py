"""The calibration round: the same few entries for every juror, and how they agree on them."""

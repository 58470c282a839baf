"""What if the cut lay elsewhere: the chances of a frozen tabulation at another number of places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scoring.calibrated import calibrate, counted_sheets
from scoring.errors import ScoringError
from scoring.result import Tabulation
from scoring.tabulation import DIGITS


def chances_at(tabulation: Tabulation, cut: int) -> Mapping[str, float]:
    """Entry -> probability of being among the first `cut`, from the tabulation's own draws.

    The draws depend on sheets, seed and engine only, so at the tabulated cut these are its p_cut.
    Entries without a counted sheet are absent; empty where chances cannot be had. Raises
    ScoringError `cut_not_positive`.
    """
    if cut < 1:
        raise ScoringError("cut_not_positive", cut=cut)
    sheets = counted_sheets(tabulation.sheets)
    groups = {row.entry: row.group for row in tabulation.entries if row.group is not None}
    found = calibrate(sheets, groups, replace(tabulation.rules, cut=cut))
    if found.p_cut is None:
        return {}
    return {
        entry: round(float(chance), DIGITS)
        for entry, chance in zip(sheets.entries, found.p_cut, strict=True)
    }

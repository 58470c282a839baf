"""The pace of a juror: what counts as work between two sheets, and what does not."""

from __future__ import annotations

from datetime import timedelta

from award.judging.pace import minutes_a_sheet
from tests import factories as make


def handed_in(*minutes):
    """Moments that many minutes after the first sheet."""
    return [make.NOW + timedelta(minutes=m) for m in (0, *minutes)]


def test_the_pace_is_the_middle_gap_between_sheets():
    assert minutes_a_sheet(handed_in(3, 7, 15)) == 4.0
    assert minutes_a_sheet(reversed(handed_in(3, 7, 15))) == 4.0


def test_a_break_and_sheets_handed_in_together_tell_no_pace():
    assert minutes_a_sheet(handed_in(3, 7, 15, 24 * 60, 24 * 60 + 0.2)) == 4.0


def test_nothing_is_told_from_too_little():
    assert minutes_a_sheet([]) is None
    assert minutes_a_sheet(handed_in(3, 7)) is None

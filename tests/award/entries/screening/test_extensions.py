"""A later deadline: for whom it holds, and what it needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from award.db import unit_of_work
from award.entries.drafting.service import save_answer
from award.entries.screening import extensions
from award.errors import InputError, RuleError
from award.models.seasons import SeasonState
from tests import factories as make


@pytest.fixture
def draft(session):
    """A committed complete draft with its lead."""
    lead = make.make_user(session)
    entry = make.make_entry(session, lead=lead)
    assert entry.season.closes_at
    session.commit()
    return entry, lead


def save(entry, lead, now):
    with unit_of_work() as unit:
        return save_answer(
            unit, entry.id, "problem", "Later", 1, actor_id=lead.id, now=now, language="en"
        )


def test_an_extension_holds_for_its_entry_and_no_other(session, draft, now):
    entry, lead = draft
    other = make.make_entry(session, entry.season)
    session.commit()
    deadline = entry.season.closes_at
    with unit_of_work() as unit:
        extensions.extend_deadline(
            unit,
            entry.season_id,
            entry_id=entry.id,
            closes_at=deadline + timedelta(days=1),
            reason="Hospital",
            actor_id=lead.id,
            now=now,
        )
    late = deadline + timedelta(hours=3)
    assert save(entry, lead, late) == 2
    with pytest.raises(RuleError):
        save(other, lead, late)


def test_a_season_wide_extension_opens_a_closed_season_again(session, draft, now):
    entry, lead = draft
    entry.season.state = SeasonState.CLOSED
    session.commit()
    deadline = entry.season.closes_at
    late = deadline + timedelta(hours=1)
    with pytest.raises(RuleError):
        save(entry, lead, late)
    with unit_of_work() as unit:
        extensions.extend_deadline(
            unit,
            entry.season_id,
            closes_at=deadline + timedelta(days=1),
            reason="Power cut",
            actor_id=lead.id,
            now=late,
        )
    assert save(entry, lead, late) == 2


def test_an_extension_needs_a_reason_and_a_later_moment(session, draft, now):
    entry, lead = draft
    deadline = entry.season.closes_at
    for closes_at, reason, code in (
        (deadline + timedelta(days=1), " ", "reason_missing"),
        (deadline, "Flu", "extension_not_later"),
    ):
        with pytest.raises(InputError) as caught, unit_of_work() as unit:
            extensions.extend_deadline(
                unit, entry.season_id, closes_at=closes_at, reason=reason, actor_id=lead.id, now=now
            )
        assert caught.value.code == code

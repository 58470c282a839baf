"""The verdict: its reason, and that it is on what was read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from award.db import unit_of_work
from award.entries.screening import service
from award.errors import EditConflictError, InputError
from award.models.entries import EntryState
from award.models.operations import Mail
from tests import factories as make


def test_screening_tells_the_team_the_reason(session, now):
    entry = make.make_submitted(session)
    staff = make.make_staff(session, entry.season.programme)
    session.commit()
    with unit_of_work() as unit:
        service.screen_entry(
            unit, entry.id, False, "No budget.", actor_id=staff.id, now=now, seen_number=1
        )
    session.refresh(entry)
    assert (entry.state, entry.screening_reason) == (EntryState.INELIGIBLE, "No budget.")
    mail = session.scalars(select(Mail).where(Mail.template == "entry_screened")).one()
    assert "No budget." in mail.body


def test_an_ineligible_entry_needs_a_reason_and_a_newer_version_is_seen_first(session, now):
    entry = make.make_submitted(session)
    staff = make.make_staff(session, entry.season.programme)
    session.commit()
    with pytest.raises(InputError) as missing, unit_of_work() as unit:
        service.screen_entry(unit, entry.id, False, " ", actor_id=staff.id, now=now)
    with pytest.raises(EditConflictError) as changed, unit_of_work() as unit:
        service.screen_entry(unit, entry.id, True, "", actor_id=staff.id, now=now, seen_number=0)
    assert (missing.value.code, changed.value.code) == ("reason_missing", "entry_changed")

"""What must always hold: nothing said of a sound store, one line for each breach."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from award import audit
from award.invariants import breaches
from award.models.entries import Entry, EntryState, StoredFile, TeamMembership, TeamRole
from award.models.judging import Score
from award.models.jury import Conflict, ConflictSource
from award.models.operations import AuditRow
from tests import factories as make


@pytest.fixture
def judged(app, session, now):
    """A season with a scored entry, a file and a log: everything holds."""

    class Judged:
        storage = app.extensions["storage"]
        round_ = make.make_round(session, make.make_season(session))
        entry = make.make_submitted(session, round_.season, state=EntryState.ELIGIBLE)
        juror = make.make_juror(session, round_.season)
        assignment = make.make_assignment(session, round_, entry, juror)
        sheet = make.make_sheet(session, assignment, {"impact": 5, "innovation": 5, "team": 5})

        @staticmethod
        def lines():
            session.flush()
            session.expire_all()
            return list(breaches(session, Judged.storage))

    kept = Judged.storage.write(b"kept")
    Judged.file = StoredFile(
        programme_id=Judged.round_.season.programme_id,
        name="a.txt",
        media_type="text/plain",
        size=kept.size,
        sha256=kept.sha256,
        storage_name=kept.storage_name,
        uploaded_at=now,
    )
    session.add(Judged.file)
    audit.record(session, "thing.done", actor_id=None, now=now)
    session.flush()
    return Judged


def test_a_sound_store_has_no_breach(judged):
    assert judged.lines() == []


def test_an_entry_without_a_lead_is_named(judged, session):
    session.execute(update(TeamMembership).values(role=TeamRole.MEMBER))
    assert judged.lines() == [f"entry {judged.entry.code} has 0 leads, not one"]


def test_a_submitted_entry_without_a_version_is_named(judged, session):
    session.execute(update(Entry).values(current_version_id=None))
    assert judged.lines() == [
        f"entry {judged.entry.code} counts as submitted but has no submitted version"
    ]


def test_points_off_the_scale_are_named(judged, session):
    session.execute(update(Score).values(points=11))
    assert len(judged.lines()) == 3


def test_a_submitted_sheet_with_a_hole_is_named(judged, session):
    session.execute(delete(Score).where(Score.points == 5))
    lines = judged.lines()
    assert len(lines) == 3
    assert all("is submitted without a score for" in line for line in lines)


def test_an_assignment_against_a_conflict_is_named(judged, session, now):
    session.add(
        Conflict(
            juror_id=judged.juror.id,
            entry_id=judged.entry.id,
            source=ConflictSource.DECLARED,
            reason="x",
            found_at=now,
        )
    )
    assert judged.lines() == [
        f"assignment {judged.assignment.public_id} stands although the juror has a conflict"
    ]


def test_a_juror_of_her_own_team_is_named(judged, session, now):
    session.add(
        TeamMembership(entry_id=judged.entry.id, user_id=judged.juror.user_id, joined_at=now)
    )
    assert judged.lines() == [
        f"assignment {judged.assignment.public_id} lets a juror judge her own team"
    ]


def test_an_altered_log_is_named(judged, session):
    session.execute(update(AuditRow).values(action="thing.undone"))
    assert judged.lines() == ["audit log: row 1 is altered"]


def test_a_lost_and_an_altered_file_are_named(judged):
    path = judged.storage.path(judged.file.storage_name)
    path.write_bytes(b"else")
    assert judged.lines() == [f"file {judged.file.public_id} is not what was uploaded"]
    path.unlink()
    assert judged.lines() == [f"file {judged.file.public_id} is missing on the disk"]

"""The same seeded season in other states: what a route answers may depend on them.

A state is a function on the seeded store; its name is a section of permission_matrix.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from award.models.entries import Entry, EntryState, TeamMembership, TeamRole
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState, RoundEntry
from award.models.results import Certificate, CertificateKind
from award.models.seasons import Round, RoundState, Season, SeasonState
from award.results import service
from award.results.stage.staging import call_up, set_stage

Rows = Mapping[str, int]
Change = Callable[[Session, Rows], None]
HOUR = timedelta(hours=1)


def season_draft(session: Session, rows: Rows) -> None:
    """Nobody outside knows of the season yet."""
    session.get_one(Season, rows["season"]).state = SeasonState.DRAFT


def season_judging(session: Session, rows: Rows) -> None:
    """The deadline has passed: teams read, jurors score."""
    season = session.get_one(Season, rows["season"])
    season.state, season.closes_at = SeasonState.JUDGING, datetime.now(UTC) - HOUR


def entry_draft(session: Session, rows: Rows) -> None:
    """The entry was never handed in: no version, no round, no juror."""
    entry = session.get_one(Entry, rows["entry"])
    entry.state, entry.current_version_id, entry.submitted_at = EntryState.DRAFT, None, None
    session.execute(delete(Assignment).where(Assignment.entry_id == entry.id))
    session.execute(delete(RoundEntry).where(RoundEntry.entry_id == entry.id))


def entry_withdrawn(session: Session, rows: Rows) -> None:
    """The team took its entry out while a juror had it on her desk."""
    entry = session.get_one(Entry, rows["entry"])
    entry.state, entry.withdrawn_at = EntryState.WITHDRAWN, datetime.now(UTC)


def sheet_submitted(session: Session, rows: Rows) -> None:
    """The juror has handed her sheet in."""
    sheet = session.query(ScoreSheet).filter_by(assignment_id=rows["assignment"]).one()
    sheet.state, sheet.submitted_at = SheetState.SUBMITTED, datetime.now(UTC)
    session.get_one(Assignment, rows["assignment"]).state = AssignmentState.DONE


def juror_excluded(session: Session, rows: Rows) -> None:
    """The organiser took the juror off the entry."""
    session.get_one(Assignment, rows["assignment"]).state = AssignmentState.EXCLUDED


def round_set_up(session: Session, rows: Rows) -> None:
    """The round is still being prepared."""
    session.get_one(Round, rows["round"]).state = RoundState.SET_UP


def round_closed(session: Session, rows: Rows) -> None:
    """Scoring is over; every sheet is in."""
    season_judging(session, rows)
    sheet_submitted(session, rows)
    round_ = session.get_one(Round, rows["round"])
    round_.state, round_.closes_at = RoundState.CLOSED, datetime.now(UTC) - HOUR


def tabulated(session: Session, rows: Rows) -> None:
    """The standings are frozen and the jury deliberates."""
    round_closed(session, rows)
    session.flush()
    values: dict[str, Any] = {"actor_id": rows["organiser"], "now": datetime.now(UTC)}
    service.tabulate_round(session, rows["round"], reason="", **values)


def tabulated_own(session: Session, rows: Rows) -> None:
    """The same, and those who decide are on the entry's team."""
    on_the_team(session, rows)
    tabulated(session, rows)


def embargo(session: Session, rows: Rows) -> None:
    """Everything is decided and becomes public in an hour; the lead's certificate is a winner's."""
    _decide(session, rows, datetime.now(UTC))


def announced(session: Session, rows: Rows) -> None:
    """The same an hour after the minute, with the worker still asleep."""
    _decide(session, rows, datetime.now(UTC) - 2 * HOUR)


def _decide(session: Session, rows: Rows, now: datetime) -> None:
    round_closed(session, rows)
    session.flush()
    values: dict[str, Any] = {"actor_id": rows["organiser"], "now": now}
    service.tabulate_round(session, rows["round"], reason="", **values)
    service.take_the_cut(session, rows["round"], **values)
    service.set_announcement(session, rows["round"], now + HOUR, **values)
    service.close_decisions(session, rows["round"], **values)
    session.query(Certificate).one().kind = CertificateKind.WINNER


def live(session: Session, rows: Rows) -> None:
    """The round is live: its stage is set up, and the entry is called up."""
    session.get_one(Round, rows["round"]).live = True
    values: dict[str, Any] = {"actor_id": rows["organiser"], "now": datetime.now(UTC)}
    set_stage(session, rows["round"], pitch_minutes=5, question_minutes=5, **values)
    call_up(session, rows["round"], rows["entry"], revision=2, **values)


def on_the_team(session: Session, rows: Rows) -> None:
    """Staff and the juror are members of the entry's team: the narrower rule wins."""
    session.add_all(
        TeamMembership(
            entry_id=rows["entry"],
            user_id=rows[role],
            role=TeamRole.MEMBER,
            joined_at=datetime.now(UTC),
        )
        for role in ("juror", "organiser", "auditor", "owner")
    )


STATES: Mapping[str, Change] = {
    change.__name__: change
    for change in (
        season_draft,
        season_judging,
        entry_draft,
        entry_withdrawn,
        round_set_up,
        juror_excluded,
        sheet_submitted,
        round_closed,
        tabulated,
        embargo,
        announced,
        live,
        on_the_team,
        tabulated_own,
    )
}

"""A judged round: entries with known scores, jurors, a closed round and a final that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from award.models.accounts import User
from award.models.entries import Entry, EntryState
from award.models.jury import Juror
from award.models.seasons import Prize, PrizeKind, Programme, Round, RoundState, Season, SeasonState
from award.results import service
from tests import factories as make

SPREAD = (9, 8, 7, 5, 3, 2)


@dataclass(frozen=True)
class Judged:
    """What a test needs of a judged round; entries are in the order of their true merit."""

    programme: Programme
    season: Season
    round: Round
    organiser: User
    entries: tuple[Entry, ...]
    jurors: tuple[Juror, ...]
    leads: tuple[User, ...]


def judge(session: Session, *, points: tuple[int, ...] = SPREAD, **over: Any) -> Judged:
    """Make a closed round whose i-th entry got points[i] (the second juror one point less).

    Every lead may be named in public.
    """
    programme = make.make_programme(session)
    organiser = make.make_staff(session, programme)
    season = make.make_season(session, programme, state=SeasonState.JUDGING)
    round_ = make.make_round(session, season, **{"state": RoundState.CLOSED, "cut": 2} | over)
    jurors = tuple(make.make_juror(session, season) for _ in range(3))
    leads = tuple(make.make_user(session) for _ in points)
    entries = tuple(
        make.make_submitted(session, season, lead=lead, state=EntryState.ELIGIBLE) for lead in leads
    )
    consent = make.make_consent(session, season)
    for entry, lead in zip(entries, leads, strict=True):
        make.give_consent(session, consent, entry, lead)
    for entry, base in zip(entries, points, strict=True):
        for number, juror in enumerate(jurors):
            given = max(1, base - (number == 1))
            assignment = make.make_assignment(session, round_, entry, juror)
            make.make_sheet(
                session,
                assignment,
                {"impact": given, "innovation": given, "team": given},
                team_comment=f"Comment {number} on {entry.code}",
            )
    session.commit()
    return Judged(programme, season, round_, organiser, entries, jurors, leads)


@pytest.fixture
def judged(session: Session) -> Judged:
    """A closed first and only round of six entries, cut at two."""
    return judge(session)


@pytest.fixture
def decided(session: Session, judged: Judged) -> Judged:
    """The same round tabulated and decided as computed, announced in an hour."""
    decide_all(session, judged, datetime.now(UTC))
    return judged


def decide_all(session: Session, judged: Judged, now: datetime, after: int = 3600) -> None:
    """Tabulate, take the cut and close; the result becomes public ``after`` seconds from now."""
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    service.tabulate_round(session, judged.round.id, reason="", **values)
    service.take_the_cut(session, judged.round.id, **values)
    at = now + timedelta(seconds=after)
    service.set_announcement(session, judged.round.id, at, **values)
    service.close_decisions(session, judged.round.id, **values)
    session.commit()


@pytest.fixture
def main_prize(session: Session) -> Callable[[Season, int], Prize]:
    """Return a maker of the ranking's prizes."""

    def prize(season: Season, place: int) -> Prize:
        row = Prize(
            season_id=season.id,
            kind=PrizeKind.MAIN,
            title={"en": f"Prize {place}"},
            place=place,
        )
        session.add(row)
        session.flush()
        return row

    return prize

"""What landing pages, homes and the organiser's overview show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.threads.queries import unread_messages
from award.errors import NotFoundError
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment
from award.models.results import Decision, Outcome
from award.models.seasons import Extension, Programme, Round, Season, SeasonState
from award.permissions import EDITORS, Actor
from award.results.rounds import outcome_is_public

JUDGED = frozenset({EntryState.ELIGIBLE, EntryState.FINALIST, EntryState.WINNER})
BEFORE_JUDGING = frozenset({SeasonState.DRAFT, SeasonState.OPEN, SeasonState.CLOSED})
SHOWN = (
    SeasonState.OPEN,
    SeasonState.CLOSED,
    SeasonState.JUDGING,
    SeasonState.DECIDED,
    SeasonState.ANNOUNCED,
    SeasonState.ARCHIVED,
)


@dataclass(frozen=True, slots=True)
class SeasonCard:
    """A season as the public sees it: before, open, closed, judging, finalists or announced.

    It is open until the deadline itself has passed; finalists: a round before the last is out.
    announces_at is the next announcement, None where none is ahead.
    """

    public_id: str
    programme_slug: str
    slug: str
    programme: str
    name: str
    about: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    announces_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry of the person who looks; unread: the organisers' messages new to this person.

    state: the entry's, "reading" while the jury reads it; once a round of it is announced, the
    outcome of the latest one.
    """

    public_id: str
    code: str
    title: str
    season: str
    state: str
    unread: int


@dataclass(frozen=True, slots=True)
class StaffSeason:
    """A season that the person works for."""

    public_id: str
    programme: str
    programme_public_id: str
    name: str
    state: str
    entries: int


@dataclass(frozen=True, slots=True)
class StaffProgramme:
    """A programme whose set-up the person may change."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Home:
    """What a signed-in person finds at home: her entries, her jury work, her seasons."""

    entries: list[OwnEntry]
    assigned: int
    scored: int
    seasons: list[StaffSeason]
    programmes: list[StaffProgramme]


def public_state(
    state: SeasonState,
    dates: tuple[datetime | None, datetime | None],
    results_are_out: bool,
    now: datetime,
    *,
    finalists_are_out: bool = False,
) -> str:
    """Return what the public may know; dates are those when entries open and close.

    An outcome's existence stays under embargo, so DECIDED looks like JUDGING.
    """
    if results_are_out or state in {SeasonState.ANNOUNCED, SeasonState.ARCHIVED}:
        return "announced"
    if finalists_are_out:
        return "finalists"
    if state is SeasonState.OPEN:
        return _door(*dates, now)
    return "closed" if state is SeasonState.CLOSED else "judging"


def _door(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> str:
    if opens_at is not None and now < opens_at:
        return "before"
    return "open" if closes_at is not None and now < closes_at else "closed"


def season_cards(session: Session, language: str, *, now: datetime) -> list[SeasonCard]:
    """Return all seasons that are not drafts: open ones first, then who opens, then the newest."""
    rows: Any = session.execute(_shown(now).order_by(Season.closes_at.desc(), Season.id.desc()))
    cards = [_card(row, language, now) for row in rows]
    first = {"open": 0, "before": 1}
    return sorted(cards, key=lambda card: first.get(card.state, 2))


def _shown(now: datetime) -> Any:
    """Seasons that are not drafts, with their announcements and the last common extension."""
    own = Round.season_id == Season.id
    last = select(func.max(Round.announces_at)).where(own).scalar_subquery()
    ahead = (
        select(func.min(Round.announces_at)).where(own, Round.announces_at > now).scalar_subquery()
    )
    some_out = select(Round.id).where(own, outcome_is_public(now)).exists()
    extended_to = (
        select(func.max(Extension.closes_at))
        .where(Extension.season_id == Season.id, Extension.entry_id.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Season,
            Programme,
            last.label("last"),
            ahead.label("ahead"),
            some_out.label("some_out"),
            extended_to.label("extended_to"),
        )
        .join(Programme, Programme.id == Season.programme_id)
        .where(Season.state.in_(SHOWN))
    )


def season_card(
    session: Session, programme_slug: str, season_slug: str, language: str, *, now: datetime
) -> SeasonCard:
    """Return a season by its address; NotFoundError for a draft and for none alike."""
    row: Any = session.execute(
        _shown(now).where(Programme.slug == programme_slug, Season.slug == season_slug)
    ).first()
    if row is None:
        raise NotFoundError
    return _card(row, language, now)


def _card(row: Any, language: str, now: datetime) -> SeasonCard:
    season: Season = row.Season
    programme: Programme = row.Programme
    decided = season.state in {SeasonState.DECIDED, SeasonState.ANNOUNCED}
    out = decided and row.last is not None and row.last <= now
    closes_at = max(filter(None, (season.closes_at, row.extended_to)), default=None)
    return SeasonCard(
        public_id=season.public_id,
        programme_slug=programme.slug,
        slug=season.slug,
        programme=pick_text(programme.name, language),
        name=pick_text(season.name, language),
        about=pick_text(season.about, language),
        state=public_state(
            season.state,
            (season.opens_at, closes_at),
            out,
            now,
            finalists_are_out=row.some_out,
        ),
        opens_at=season.opens_at,
        closes_at=closes_at,
        announces_at=row.ahead,
        zone=programme.time_zone,
    )


def home(session: Session, actor: Actor, language: str, *, now: datetime) -> Home:
    """Return what a signed-in person finds at home, in four statements whatever her roles."""
    return Home(
        entries=own_entries(session, actor, language, now=now),
        **_jury_work(session, actor.jurors.values()),
        seasons=_staff_seasons(session, actor, language),
        programmes=_staff_programmes(session, actor, language),
    )


def own_entries(session: Session, actor: Actor, language: str, *, now: datetime) -> list[OwnEntry]:
    """Return the entries whose team the person is on, newest first; one statement."""
    rows = session.execute(
        select(
            Entry.public_id, Entry.code, Entry.title, Season.name, Entry.state,
            Season.state, _told(now), unread_messages(actor.user_id),
        )
        .join(TeamMembership, TeamMembership.entry_id == Entry.id)
        .join(Season, Season.id == Entry.season_id)
        .where(TeamMembership.user_id == actor.user_id, TeamMembership.left_at.is_(None))
        .order_by(Entry.id.desc())
    )  # fmt: skip
    return [
        OwnEntry(
            public_id,
            code,
            title,
            pick_text(name, language),
            _team_state(state, stage, told),
            unread,
        )
        for public_id, code, title, name, state, stage, told, unread in rows
    ]


def _told(now: datetime) -> ScalarSelect[Outcome]:
    """The outcome of the latest round of an entry that is public by ``now``; null before."""
    return (
        select(Decision.outcome)
        .join(Round, Round.id == Decision.round_id)
        .where(
            Decision.entry_id == Entry.id,
            Decision.superseded_at.is_(None),
            Decision.outcome != Outcome.SPECIAL,
            outcome_is_public(now),
        )
        .order_by(Round.position.desc())
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )


def _team_state(state: EntryState, stage: SeasonState, told: Outcome | None) -> str:
    """Return what a team may know of its state: outcomes stay under embargo here."""
    if state not in JUDGED:
        return state.value
    if told is not None:
        return told.value
    return "reading" if stage not in BEFORE_JUDGING else EntryState.ELIGIBLE.value


def _jury_work(session: Session, juror_ids: Iterable[int]) -> dict[str, int]:
    submitted = case((ScoreSheet.state == SheetState.SUBMITTED, 1), else_=0)
    assigned, scored = session.execute(
        select(func.count(Assignment.id), func.coalesce(func.sum(submitted), 0))
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.juror_id.in_(list(juror_ids)), Assignment.state.in_(LIVE_ASSIGNMENTS))
    ).one()
    return {"assigned": assigned, "scored": int(scored)}


def _staff_programmes(session: Session, actor: Actor, language: str) -> list[StaffProgramme]:
    looked_after = [key for key, role in actor.staff.items() if role in EDITORS]
    rows = session.execute(
        select(Programme.public_id, Programme.name)
        .where(Programme.id.in_(looked_after))
        .order_by(Programme.id)
    )
    return [StaffProgramme(public_id, pick_text(name, language)) for public_id, name in rows]


def _staff_seasons(session: Session, actor: Actor, language: str) -> list[StaffSeason]:
    count = select(func.count(Entry.id)).where(Entry.season_id == Season.id).scalar_subquery()
    rows = session.execute(
        select(
            Season.public_id, Programme.name, Programme.public_id, Season.name, Season.state, count
        )
        .join(Programme, Programme.id == Season.programme_id)
        .where(Season.programme_id.in_(list(actor.staff)))
        .order_by(Season.id.desc())
    )
    return [
        StaffSeason(
            public_id,
            pick_text(programme, language),
            programme_id,
            pick_text(name, language),
            state.value,
            entries,
        )
        for public_id, programme, programme_id, name, state, entries in rows
    ]

"""The organiser's first page: what needs attention, who came how far, how the jury gets on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.entries.threads.queries import waiting_of
from award.i18n import sort_key
from award.mail import STUCK
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Juror, JurorState, RoundEntry
from award.models.operations import Job, JobState, Mail, MailState
from award.models.results import Decision, Outcome
from award.models.seasons import Round, RoundState, Season, SeasonState
from award.results.appeals.queries import appeals_waiting
from award.seasons.set_up.queries import missing_to_open

MOST_JURORS = 12


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """How far a round is: sheets handed in out of those assigned, and what is missing.

    entries stand in the round; holes are places of a juror that nobody fills; undecided are
    entries that the jury has not decided once the round is tabulated.
    """

    public_id: str
    name: str
    state: str
    assigned: int
    submitted: int
    opens_at: datetime | None
    closes_at: datetime | None
    announces_at: datetime | None
    entries: int
    holes: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Who came that far: a finalist is eligible too, and was handed in."""

    started: int = 0
    handed_in: int = 0
    eligible: int = 0
    finalists: int = 0


@dataclass(frozen=True, slots=True)
class JurorProgress:
    """One juror in the open round: submitted, begun and untouched sheets."""

    public_id: str
    name: str
    done: int
    begun: int
    left: int

    @property
    def states(self) -> list[str]:
        """One state a sheet, for a strip."""
        return ["done"] * self.done + ["draft"] * self.begun + ["todo"] * self.left


@dataclass(frozen=True, slots=True)
class Overview:
    """The organiser's first page. before: the funnel of the season before, None without one.

    missing counts what a draft season lacks. jurors: those of the open round with most left first.
    """

    funnel: Funnel
    before: Funnel | None
    before_name: str
    rounds: list[RoundProgress]
    jurors: list[JurorProgress]
    missing: int
    jurors_silent: int
    jurors_not_started: int
    unscreened: int
    threads_waiting: int
    reports_waiting: int
    appeals_waiting: int
    mails_failed: int
    mails_stuck: int
    jobs_dead: int


def overview(
    session: Session, season_id: int, language: str, own_entries: Collection[int] = ()
) -> Overview:
    """Return the figures of a season's first page, in the same few statements whatever its size.

    own_entries: those whose team the reader is on; what is written about them waits for others.
    """
    season = session.get_one(Season, season_id)
    earlier = season_before(session, season)
    funnels, waiting = _funnels(session, [season_id, *([earlier.id] if earlier else [])])
    rounds = _round_progress(session, season_id, language)
    open_round = next((one for one in rounds if one.state == RoundState.OPEN.value), None)
    inbox = waiting_of(session, season_id, own_entries)
    return Overview(
        funnel=funnels.get(season_id, Funnel()),
        before=funnels.get(earlier.id) if earlier else None,
        before_name=pick_text(earlier.name, language) if earlier else "",
        rounds=rounds,
        jurors=_jurors(session, open_round.public_id) if open_round else [],
        missing=len(missing_to_open(session, season_id))
        if season.state is SeasonState.DRAFT
        else 0,
        unscreened=waiting.get(season_id, 0),
        threads_waiting=inbox.threads,
        reports_waiting=inbox.reports,
        appeals_waiting=appeals_waiting(session, season_id, own_entries),
        **_counts(session, season_id),
    )


def season_before(session: Session, season: Season) -> Season | None:
    """Return the programme's season that closed last before this one; None for the first."""
    if season.closes_at is None:
        return None
    return session.scalars(
        select(Season)
        .where(Season.programme_id == season.programme_id, Season.closes_at < season.closes_at)
        .order_by(Season.closes_at.desc())
        .limit(1)
    ).first()


def _funnels(
    session: Session, season_ids: Sequence[int]
) -> tuple[dict[int, Funnel], dict[int, int]]:
    """Return season id -> funnel, and season id -> entries that wait for screening."""
    rows = session.execute(
        select(Entry.season_id, Entry.state, func.count(), func.count(Entry.submitted_at))
        .where(Entry.season_id.in_(season_ids))
        .group_by(Entry.season_id, Entry.state)
    ).all()
    found, waiting = {}, {}
    for season_id in {row[0] for row in rows}:
        own = {state: (number, sent) for one, state, number, sent in rows if one == season_id}
        finalists = sum(
            own.get(state, (0, 0))[0] for state in (EntryState.FINALIST, EntryState.WINNER)
        )
        found[season_id] = Funnel(
            started=sum(number for number, _sent in own.values()),
            handed_in=sum(sent for _number, sent in own.values()),
            eligible=own.get(EntryState.ELIGIBLE, (0, 0))[0] + finalists,
            finalists=finalists,
        )
        waiting[season_id] = own.get(EntryState.SUBMITTED, (0, 0))[0]
    return found, waiting


def _counts(session: Session, season_id: int) -> dict[str, int]:
    """Return what is only counted, by the fields of Overview, in one statement."""
    live = _live_of_juror()
    assigned = live.exists()
    begun = live.join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id).exists()
    counted: dict[str, tuple[Any, tuple[ColumnElement[bool], ...]]] = {
        "jurors_silent": (Juror, (Juror.state == JurorState.INVITED,)),
        "jurors_not_started": (Juror, (assigned, ~begun)),
        "mails_failed": (Mail, (Mail.state == MailState.DEAD,)),
        "mails_stuck": (Mail, (Mail.state == MailState.QUEUED, Mail.attempts >= STUCK)),
        "jobs_dead": (Job, (Job.state == JobState.DEAD,)),
    }
    row = session.execute(
        select(
            *(
                select(func.count())
                .select_from(model)
                .where(model.season_id == season_id, *conditions)
                .scalar_subquery()
                .label(name)
                for name, (model, conditions) in counted.items()
            )
        )
    ).one()
    return row._asdict()


def _live_of_juror() -> Select[Any]:
    """Select a juror's live assignments in open rounds, within a statement that reads jurors."""
    return (
        select(Assignment.id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.juror_id == Juror.id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            Round.state == RoundState.OPEN,
        )
    )


def _round_progress(session: Session, season_id: int, language: str) -> list[RoundProgress]:
    submitted = case((ScoreSheet.state == SheetState.SUBMITTED, 1), else_=0)
    rows = session.execute(
        select(Round, func.count(Assignment.id), func.coalesce(func.sum(submitted), 0))
        .outerjoin(
            Assignment,
            (Assignment.round_id == Round.id) & Assignment.state.in_(LIVE_ASSIGNMENTS),
        )
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Round.season_id == season_id)
        .group_by(Round.id)
        .order_by(Round.position)
    ).all()
    places = _places(session, season_id)
    decided = _decided(session, season_id)
    return [
        RoundProgress(
            public_id=round_.public_id,
            name=pick_text(round_.name, language),
            state=round_.state.value,
            assigned=assigned,
            submitted=int(done),
            opens_at=round_.opens_at,
            closes_at=round_.closes_at,
            announces_at=round_.announces_at,
            entries=places[round_.id][0] if round_.id in places else 0,
            holes=places[round_.id][1] if round_.id in places else 0,
            undecided=max(0, places.get(round_.id, (0, 0))[0] - decided.get(round_.id, 0)),
        )
        for round_, assigned, done in rows
    ]


def _places(session: Session, season_id: int) -> dict[int, tuple[int, int]]:
    """Return round id -> (entries that compete in it, places of a juror that nobody fills)."""
    live = (
        select(func.count(Assignment.id))
        .where(
            Assignment.round_id == RoundEntry.round_id,
            Assignment.entry_id == RoundEntry.entry_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
        )
        .scalar_subquery()
    )
    wanted = func.coalesce(RoundEntry.jurors_per_entry, Round.jurors_per_entry)
    missing = case((wanted > live, wanted - live), else_=0)
    rows = session.execute(
        select(RoundEntry.round_id, func.count(), func.sum(missing))
        .join(Round, Round.id == RoundEntry.round_id)
        .join(Entry, Entry.id == RoundEntry.entry_id)
        .where(Round.season_id == season_id, Entry.state != EntryState.WITHDRAWN)
        .group_by(RoundEntry.round_id)
    )
    return {round_id: (number, int(holes or 0)) for round_id, number, holes in rows}


def _decided(session: Session, season_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Decision.round_id, func.count())
        .join(Round, Round.id == Decision.round_id)
        .where(
            Round.season_id == season_id,
            Decision.outcome != Outcome.SPECIAL,
            Decision.superseded_at.is_(None),
        )
        .group_by(Decision.round_id)
    )
    return dict(rows.all())


def _jurors(session: Session, round_public_id: str) -> list[JurorProgress]:
    done = case((ScoreSheet.state == SheetState.SUBMITTED, 1), else_=0)
    begun = case((ScoreSheet.state.in_((SheetState.DRAFT, SheetState.REOPENED)), 1), else_=0)
    rows = session.execute(
        select(
            Juror.public_id,
            Juror.name,
            func.count(Assignment.id),
            func.coalesce(func.sum(done), 0),
            func.coalesce(func.sum(begun), 0),
        )
        .join(Juror, Juror.id == Assignment.juror_id)
        .join(Round, Round.id == Assignment.round_id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Round.public_id == round_public_id, Assignment.state.in_(LIVE_ASSIGNMENTS))
        .group_by(Juror.id, Juror.name)
    )
    found = [
        JurorProgress(public_id, name, int(ready), int(started), all_ - int(ready) - int(started))
        for public_id, name, all_, ready, started in rows
    ]
    return sorted(found, key=lambda one: (-one.begun - one.left, sort_key(one.name)))

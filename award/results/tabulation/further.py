"""Further scores for what stands at the cut: which would settle most, and asking for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
from award import audit
from award.db import locked
from award.errors import InputError, RuleError
from award.jury.proposals.problem import RoundProblem, load_problem
from award.jury.service import assign_by_hand
from award.models.entries import Entry
from award.models.jury import Assignment, Juror
from award.models.results import Tabulation
from award.models.seasons import Round, RoundState
from award.seasons.transitions import set_round_state

COUNT = 12
MOST = 30
EXTRA = 2
ASKABLE = (RoundState.OPEN, RoundState.CLOSED, RoundState.TABULATED)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FurtherScore:
    """One pair to ask: entry by code and title, juror by public id and name.

    value names the pair in a form. settled: the share of what is unsettled that this score and
    those above it are expected to settle, 0 to 1. beyond: the juror has her maximum already. links:
    the juror sits on another panel.
    """

    code: str
    title: str
    entry_id: int
    juror: str
    juror_id: int
    juror_name: str
    settled: float
    beyond: bool
    links: bool

    @property
    def value(self) -> str:
        """The pair as one word."""
        return f"{self.code}~{self.juror}"


def further_scores(session: Session, round_id: int, count: int = COUNT) -> list[FurtherScore]:
    """Return up to `count` pairs that would settle the cut of the last tabulation, best first.

    Conflicts and recusals are respected, and so are panels unless they share no juror. Where the
    jurors' own maxima leave room for fewer, up to two entries beyond them are proposed, and marked.
    Pairs that are assigned already count as coming. Empty where nothing is undecided, where nobody
    may judge, or before a tabulation. Raises RuleError further_too_late once the round is decided,
    score.no_cut, score.variances_unknown or score.jury_too_large.
    """
    tabulation = _tabulation(session, round_id)
    if tabulation is None:
        return []
    if session.get_one(Round, round_id).state not in ASKABLE:
        raise RuleError("further_too_late")
    state = load_problem(session, round_id)
    count = min(count, MOST)
    found = _best(tabulation, state, _room(state, 0), count)
    if len(found.scores) < count:
        found = _best(tabulation, state, _room(state, EXTRA), count)
    return _named(session, state, found)


def ask_further(
    session: Session,
    round_id: int,
    pairs: Sequence[tuple[int, int]],
    *,
    closes_at: datetime,
    home_url: str,
    actor_id: int | None,
    now: datetime,
) -> list[Assignment]:
    """Open the round again until `closes_at` and offer each (entry id, juror id) to its juror.

    Standings and decisions stay until the round is tabulated again. Raises InputError nobody_chosen
    or closes_past, RuleError round_step once the round is decided, and what assigning by hand
    refuses; then nothing has happened.
    """
    if not pairs:
        raise InputError("nobody_chosen", field="pairs")
    if closes_at <= now:
        raise InputError("closes_past", field="closes_at")
    round_ = locked(session, Round, round_id)
    before = round_.closes_at
    if round_.state is not RoundState.OPEN:
        set_round_state(session, round_id, RoundState.OPEN, actor_id=actor_id, now=now)
    round_.closes_at = closes_at
    audit.record(
        session,
        "round.further_scores_asked",
        round_,
        actor_id=actor_id,
        now=now,
        before={"closes_at": before},
        after={"closes_at": closes_at, "count": len(pairs)},
        season_id=round_.season_id,
    )
    return [
        assign_by_hand(
            session, round_id, entry_id, juror_id, home_url=home_url, actor_id=actor_id, now=now
        )
        for entry_id, juror_id in pairs
    ]


def _tabulation(session: Session, round_id: int) -> scoring.Tabulation | None:
    result = session.scalar(
        select(Tabulation.result)
        .where(Tabulation.round_id == round_id)
        .order_by(Tabulation.number.desc())
        .limit(1)
    )
    return None if result is None else scoring.Tabulation.from_dict(result)


def _room(state: RoundProblem, extra: int) -> dict[str, int]:
    """How many more entries each active juror can take; no maximum is no limit."""
    loads = Counter(juror for _, juror in state.present)
    return {
        juror.key: MOST
        if juror.maximum is None
        else max(0, juror.maximum - loads[juror.key]) + extra
        for juror in state.problem.jurors
    }


def _best(
    tabulation: scoring.Tabulation, state: RoundProblem, room: dict[str, int], count: int
) -> scoring.NextBest:
    scored = {(sheet.entry, sheet.juror) for sheet in tabulation.sheets if sheet.value is not None}
    try:
        return scoring.next_best(
            tabulation,
            room=room,
            forbidden=_forbidden(state, tabulation.connected.connected),
            pending=state.present.keys() - scored,
            count=count,
        )
    except scoring.ScoringError as error:
        raise RuleError(f"score.{error.code}", **error.params) from error


def _forbidden(state: RoundProblem, connected: bool) -> set[Pair]:
    """Panels that share nobody do not bind: only a juror of the other one can link them."""
    problem = state.problem
    conflicts = {(one.entry, one.juror) for one in problem.conflicts}
    never = conflicts | set(problem.forbidden)
    return never | _across_panels(state) if connected else never


def _across_panels(state: RoundProblem) -> set[Pair]:
    panels = {juror.key: juror.panel for juror in state.problem.jurors if juror.panel}
    return {
        (entry.key, juror)
        for entry in state.problem.entries
        if entry.panel
        for juror, panel in panels.items()
        if entry.panel != panel
    }


def _named(session: Session, state: RoundProblem, found: scoring.NextBest) -> list[FurtherScore]:
    titles = _titles(session, {state.entry_ids[score.entry] for score in found.scores})
    names = _names(session, {state.juror_ids[score.juror] for score in found.scores})
    room, across = _room(state, 0), _across_panels(state)
    rows = []
    for score in found.scores:
        room[score.juror] -= 1
        rows.append(
            FurtherScore(
                code=score.entry,
                title=titles[score.entry],
                entry_id=state.entry_ids[score.entry],
                juror=score.juror,
                juror_id=state.juror_ids[score.juror],
                juror_name=names[score.juror],
                settled=1 - score.unsettled / found.unsettled,
                beyond=room[score.juror] < 0,
                links=(score.entry, score.juror) in across,
            )
        )
    return rows


def _titles(session: Session, ids: Collection[int]) -> dict[str, str]:
    """Return entries' titles by code."""
    return dict(session.execute(select(Entry.code, Entry.title).where(Entry.id.in_(ids))).all())


def _names(session: Session, ids: Collection[int]) -> dict[str, str]:
    """Return jurors' names by public id."""
    return dict(session.execute(select(Juror.public_id, Juror.name).where(Juror.id.in_(ids))).all())

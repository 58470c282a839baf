"""Tabulation: submitted sheets in, an immutable computation with its standings out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import scoring
from award import audit
from award.db import locked
from award.errors import InputError, RuleError
from award.models.entries import Entry, EntryState
from award.models.judging import Score, ScoreSheet, SheetState
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, Juror, Panel, RoundEntry
from award.models.results import Standing, Tabulation
from award.models.seasons import Criterion, Round, RoundState
from award.results.rounds import is_public, next_round
from award.results.signers import end_protocols
from award.results.tabulation.freezing import frozen_input
from award.seasons.transitions import set_round_state
from scoring.model import TIE_RULES


@dataclass(frozen=True, slots=True)
class RoundInput:
    """What a round's tabulation is computed from. Entries go by code, jurors by public id."""

    scores: scoring.Scores
    rules: scoring.Rules

    @property
    def digest(self) -> str:
        """The SHA-256 of scores and rules, whatever the order of their rows."""
        return scoring.input_digest(self.scores, self.rules)


def read_input(session: Session, round_id: int) -> RoundInput:
    """Read what counts now: submitted sheets of live assignments, entries not withdrawn.

    Groups are the panels, where every entry of the round has one. Four statements.
    """
    round_ = session.get_one(Round, round_id)
    entries = session.execute(
        select(Entry.id, Entry.code, Panel.key)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .outerjoin(Panel, Panel.id == RoundEntry.panel_id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
        .order_by(Entry.code)
    ).all()
    codes = {entry_id: code for entry_id, code, _panel in entries}
    divided = all(panel for _id, _code, panel in entries)
    scores = scoring.Scores(
        rows=tuple(_score_rows(session, round_id, codes)),
        entries=tuple(codes.values()),
        groups=tuple(scoring.Group(code, panel) for _id, code, panel in entries if divided),
    )
    return RoundInput(scores, rules_of(session, round_))


def rules_of(session: Session, round_: Round) -> scoring.Rules:
    """Return the round's rules as ``scoring`` takes them.

    The declared tie cascade ends for the computer where people come in: at the chair's vote.
    """
    criteria = session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_.id)
        .order_by(Criterion.position, Criterion.id)
    )
    ties = []
    for tie in round_.ties:
        if tie["rule"] not in TIE_RULES:
            break
        ties.append(scoring.TieRule(tie["rule"], tie.get("criterion")))
    return scoring.Rules(
        criteria=tuple(
            scoring.Criterion(
                key=item.key,
                weight=item.weight,
                minimum=item.minimum,
                maximum=item.maximum,
                required=item.required,
            )
            for item in criteria
        ),
        rank_by=round_.rank_by.value,
        cut=round_.cut,
        ties=tuple(ties),
        seed=round_.seed,
        juror_weights=round_.juror_weights,
        robust=round_.robust,
    )


def _score_rows(
    session: Session, round_id: int, codes: dict[int, str]
) -> Iterable[scoring.ScoreRow]:
    """An untouched criterion has no row; the engine sees by the rubric what is open."""
    rows = session.execute(
        select(Assignment.entry_id, Juror.public_id, Criterion.key, Score.points)
        .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .join(Score, Score.sheet_id == ScoreSheet.id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Juror, Juror.id == Assignment.juror_id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state.in_(LIVE_ASSIGNMENTS),
            ScoreSheet.state == SheetState.SUBMITTED,
        )
    )
    return (
        scoring.ScoreRow(codes[entry_id], juror, criterion, points)
        for entry_id, juror, criterion, points in rows
        if entry_id in codes
    )


def compute(found: RoundInput) -> scoring.Tabulation:
    """Tabulate what was read, without the store; RuleError with the engine's code as a sentence."""
    try:
        return scoring.tabulate(found.scores, found.rules)
    except scoring.ScoringError as error:
        raise RuleError(f"score.{error.code}", **error.params) from error


def tabulate_round(
    session: Session,
    round_id: int,
    *,
    reason: str,
    actor_id: int | None,
    now: datetime,
    computed: scoring.Tabulation | None = None,
) -> Tabulation:
    """Freeze the standings of a round; the round becomes TABULATED.

    computed: what ``compute`` made of ``read_input`` before this transaction, so that the store
    does not wait for it; absent, it is computed here. reason: why the one before is superseded,
    needed from the second one on. A decided round goes back to TABULATED, its decisions stay to be
    closed again; its protocol ends, and who had signed it is told. Raises
    InputError("reason_missing"), RuleError scores_changed (a sheet changed meanwhile),
    round_never_ranks, round_not_closed, round_public, next_round_started, or "score." + the
    engine's code.
    """
    round_ = locked(session, Round, round_id)
    _check_tabulable(session, round_, now)
    before = latest_number(session, round_id)
    reason = reason.strip()
    if before and not reason:
        raise InputError("reason_missing", field="reason")
    found = read_input(session, round_id)
    computed = computed or compute(found)
    if computed.engine.digest != found.digest:
        raise RuleError("scores_changed")
    end_protocols(session, round_, reason, now=now)
    made = _freeze(session, round_id, found, computed, before + 1, reason, actor_id, now)
    set_round_state(session, round_id, RoundState.TABULATED, actor_id=actor_id, now=now)
    audit.record(
        session,
        "round.tabulation_frozen",
        made,
        actor_id=actor_id,
        now=now,
        before={"number": before} if before else None,
        after={
            "number": made.number,
            "reason": reason,
            "input": made.input_digest,
            "engine": made.engine,
        },
        programme_id=round_.season.programme_id,
        season_id=round_.season_id,
    )
    return made


def _check_tabulable(session: Session, round_: Round, now: datetime) -> None:
    if not round_.ranks:
        raise RuleError("round_never_ranks")
    check_reopenable(session, round_, now=now)
    if round_.state in {RoundState.SET_UP, RoundState.OPEN}:
        raise RuleError("round_not_closed")


def check_reopenable(session: Session, round_: Round, *, now: datetime) -> None:
    """Raise RuleError where nobody may touch the outcome any more.

    round_public: the minute of the announcement has passed. next_round_started: jurors of the next
    round may already have entries.
    """
    if is_public(round_, now):
        raise RuleError("round_public")
    following = next_round(session, round_)
    if round_.state is not RoundState.DECIDED or following is None:
        return
    assigned = session.scalar(
        select(Assignment.id).where(Assignment.round_id == following.id).limit(1)
    )
    if following.state is not RoundState.SET_UP or assigned is not None:
        raise RuleError("next_round_started")


def latest_number(session: Session, round_id: int) -> int:
    """Return the number of the round's tabulation that counts; 0 where there is none."""
    newest = select(func.max(Tabulation.number)).where(Tabulation.round_id == round_id)
    return session.scalar(newest) or 0


def _freeze(
    session: Session,
    round_id: int,
    found: RoundInput,
    computed: scoring.Tabulation,
    number: int,
    reason: str,
    actor_id: int | None,
    now: datetime,
) -> Tabulation:
    made = Tabulation(
        round_id=round_id,
        number=number,
        rules=computed.rules.to_dict(),
        result=computed.to_dict(),
        input_digest=computed.engine.digest,
        frozen=frozen_input(session, round_id, found.scores),
        engine=f"{computed.engine.name} {computed.engine.version}",
        reason=reason,
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(made)
    session.flush()
    ids = _ids_by_code(session, round_id)
    session.add_all(
        _standing(made.id, ids[row.entry], position, row)
        for position, row in enumerate(computed.entries, start=1)
    )
    session.flush()
    return made


def _ids_by_code(session: Session, round_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Entry.code, Entry.id)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_id)
    )
    return {row.code: row.id for row in rows}


def _standing(
    tabulation_id: int, entry_id: int, position: int, row: scoring.EntryStanding
) -> Standing:
    return Standing(
        tabulation_id=tabulation_id,
        entry_id=entry_id,
        position=position,
        place=row.place,
        mean=None if row.mean is None else float(row.mean),
        mean_place=row.mean_place,
        score=row.score,
        low=row.low,
        high=row.high,
        place_low=row.place_low,
        place_high=row.place_high,
        p_cut=row.p_cut,
        jurors=row.jurors,
    )

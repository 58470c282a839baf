"""Parts of a round's protocol: how entries came to jurors, what computed it, prizes, signatures."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.entries import Entry, EntryState
from award.models.jury import (
    LIVE_ASSIGNMENTS,
    Assignment,
    AssignmentRun,
    Juror,
    RoundEntry,
)
from award.models.results import Decision, Protocol, ProtocolSignature, Tabulation
from award.models.seasons import Prize, Round
from exports.documents import protocol as paper


def assignment(session: Session, round_: Round) -> paper.ProtocolAssignment:
    """Return how the live pairs of a round came about; three statements."""
    entries, withdrawn, divided = session.execute(
        select(
            func.count(RoundEntry.id),
            func.count(RoundEntry.id).filter(Entry.state == EntryState.WITHDRAWN),
            func.count(RoundEntry.panel_id),
        )
        .join(Entry, Entry.id == RoundEntry.entry_id)
        .where(RoundEntry.round_id == round_.id)
    ).one()
    loads = session.execute(
        select(
            func.count(Assignment.id),
            func.count(Assignment.id).filter(Assignment.run_id.is_not(None)),
        )
        .where(Assignment.round_id == round_.id, Assignment.state.in_(LIVE_ASSIGNMENTS))
        .group_by(Assignment.juror_id)
    ).all()
    proposed, whole = sum(row[1] for row in loads), sum(row[0] for row in loads)
    return paper.ProtocolAssignment(
        entries=entries - withdrawn,
        withdrawn=withdrawn,
        per_entry=round_.jurors_per_entry,
        proposed=proposed,
        by_hand=whole - proposed,
        load_min=min((row[0] for row in loads), default=0),
        load_max=max((row[0] for row in loads), default=0),
        share=min(_shares(session, round_.id), default=None),
        panels=divided == entries and entries > 0,
        blind=round_.blind,
    )


def _shares(session: Session, round_id: int) -> list[float]:
    """Return the share of the optimum that each applied proposal stated."""
    reports = session.scalars(
        select(AssignmentRun.report).where(
            AssignmentRun.round_id == round_id,
            AssignmentRun.applied_at.is_not(None),
            AssignmentRun.undone_at.is_(None),
        )
    )
    return [report["share"] for report in reports if report.get("share") is not None]


def computing(tabulation: Tabulation, named: Mapping[str, str]) -> paper.ProtocolMethod:
    """Return what computed a tabulation; named: how steps of the tie cascade are said."""
    rules, engine = tabulation.rules, tabulation.result["engine"]
    steps = [
        f"{tie['rule']}:{tie['criterion']}" if tie.get("criterion") else tie["rule"]
        for tie in rules["ties"]
    ]
    return paper.ProtocolMethod(
        engine=f"{engine['name']} {engine['version']}",
        seed=engine["seed"],
        draws=engine["draws"],
        cut=rules["cut"],
        ties=tuple(named.get(step, step) for step in steps),
        agreement=tabulation.result["reliability"]["g"],
        number=tabulation.number,
        reason=tabulation.reason,
    )


def prizes(session: Session, round_id: int, language: str) -> tuple[paper.ProtocolPrize, ...]:
    """Return who got which prize, those of the ranking first; empty where none was given."""
    rows = session.execute(
        select(Prize.title, Entry.code, Entry.title)
        .join(Decision, Decision.prize_id == Prize.id)
        .join(Entry, Entry.id == Decision.entry_id)
        .where(Decision.round_id == round_id, Decision.superseded_at.is_(None))
        .order_by(Prize.kind, Prize.place, Prize.position, Prize.id)
    )
    return tuple(
        paper.ProtocolPrize(pick_text(prize, language), f"{code} · {title}")
        for prize, code, title in rows
    )


def signatures(
    session: Session, round_id: int, drawn_up: Protocol | None
) -> tuple[paper.ProtocolSignature, ...]:
    """Return everybody who judged in the round, chairs first, with what they signed."""
    rows = session.execute(
        select(Juror.name, Juror.is_chair, ProtocolSignature.signed_at, ProtocolSignature.dissent)
        .outerjoin(
            ProtocolSignature,
            (ProtocolSignature.juror_id == Juror.id)
            & (ProtocolSignature.protocol_id == (drawn_up.id if drawn_up else None)),
        )
        .where(Juror.id.in_(judges_of(round_id)))
        .order_by(Juror.is_chair.desc(), Juror.name, Juror.id)
    )
    return tuple(
        paper.ProtocolSignature(name, chair, signed_at, dissent or "")
        for name, chair, signed_at, dissent in rows
    )


def judges_of(round_id: int):  # type: ignore[no-untyped-def]  # a Select of one column
    """Select the jurors who have an entry in the round: they sign its protocol."""
    return select(Assignment.juror_id).where(
        Assignment.round_id == round_id, Assignment.state.in_(LIVE_ASSIGNMENTS)
    )

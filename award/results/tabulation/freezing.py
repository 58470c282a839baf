"""What a tabulation keeps of its input, so that it can be computed anew from nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
from award.models.entries import Entry
from award.models.jury import Assignment, Juror
from award.results.tabulation.replaying import libraries, scores_json


def frozen_input(session: Session, round_id: int, scores: scoring.Scores) -> dict[str, Any]:
    """Return what goes into ``Tabulation.frozen``: scores, assignment and libraries; one statement.

    scores are as in the JSON that the input's digest is taken of. assignment lists
    [entry, juror, state] of the entries that compete, recusals and exclusions included.
    """
    return {
        "scores": scores_json(scores),
        "assignment": _assignment(session, round_id, frozenset(scores.entries)),
        "libraries": libraries(),
    }


def _assignment(session: Session, round_id: int, entries: frozenset[str]) -> list[list[str]]:
    rows = session.execute(
        select(Entry.code, Juror.public_id, Assignment.state)
        .join(Assignment, Assignment.entry_id == Entry.id)
        .join(Juror, Juror.id == Assignment.juror_id)
        .where(Assignment.round_id == round_id)
        .order_by(Entry.code, Juror.public_id)
    )
    return [[code, juror, state.value] for code, juror, state in rows if code in entries]

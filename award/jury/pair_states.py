"""What a pair of juror and entry shows to the organiser. Points are never read here."""

from __future__ import annotations

from enum import StrEnum

from award.models.jury import AssignmentState


class PairState(StrEnum):
    """What a pair shows to the organiser: BEGUN says that there is a draft, never what is in it."""

    OFFERED = "offered"
    ACTIVE = "active"
    BEGUN = "begun"
    DONE = "done"
    RECUSED = "recused"
    EXCLUDED = "excluded"
    CONFLICT = "conflict"


def pair_state(state: AssignmentState, begun: bool) -> PairState:
    """Return what an assignment shows: begun where an active one has a sheet."""
    if state is AssignmentState.ACTIVE and begun:
        return PairState.BEGUN
    return PairState(state.value)

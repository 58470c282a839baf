"""What may be done to a jury; one module for each kind of change."""

from __future__ import annotations

from award.jury.admission import admit_entries
from award.jury.changes import (
    accept_offers,
    assign_by_hand,
    exclude_juror,
    recuse,
    remove_juror,
    set_need,
    unassign,
)
from award.jury.conflicts import declare_conflict, lift_conflict
from award.jury.invitations import (
    JurorOffer,
    accept_invitation,
    add_panel,
    decline_invitation,
    edit_juror,
    invite_juror,
    invite_jurors,
    send_invitation,
)
from award.jury.planning import (
    ImpossibleError,
    Proposal,
    apply_run,
    draft_proposal,
    propose_assignment,
    undo_run,
)
from award.jury.reminders import remind_jurors

__all__ = [
    "ImpossibleError",
    "JurorOffer",
    "Proposal",
    "accept_invitation",
    "accept_offers",
    "add_panel",
    "admit_entries",
    "apply_run",
    "assign_by_hand",
    "declare_conflict",
    "decline_invitation",
    "draft_proposal",
    "edit_juror",
    "exclude_juror",
    "invite_juror",
    "invite_jurors",
    "lift_conflict",
    "propose_assignment",
    "recuse",
    "remind_jurors",
    "remove_juror",
    "send_invitation",
    "set_need",
    "unassign",
    "undo_run",
]

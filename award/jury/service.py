"""What may be done to a jury; one module for each kind of change."""

from __future__ import annotations

from award.jury.admission import admit_entries
from award.jury.changes.service import (
    accept_offers,
    assign_by_hand,
    exclude_juror,
    recuse,
    remove_juror,
    set_lock,
    set_need,
    unassign,
)
from award.jury.conflicts.service import declare_conflict, lift_conflict, lift_found
from award.jury.people.invitations import (
    JurorOffer,
    accept_invitation,
    add_panel,
    decline_invitation,
    edit_juror,
    invite_juror,
    invite_jurors,
    send_invitation,
)
from award.jury.progress.reminders import remind_jurors
from award.jury.proposals.drafting import (
    ImpossibleError,
    Proposal,
    Wish,
    draft_outcome,
    draft_proposal,
)
from award.jury.proposals.planning import apply_run, check_assignable, propose_assignment, undo_run
from award.jury.proposals.running import request_run

__all__ = [
    "ImpossibleError",
    "JurorOffer",
    "Proposal",
    "Wish",
    "accept_invitation",
    "accept_offers",
    "add_panel",
    "admit_entries",
    "apply_run",
    "assign_by_hand",
    "check_assignable",
    "declare_conflict",
    "decline_invitation",
    "draft_outcome",
    "draft_proposal",
    "edit_juror",
    "exclude_juror",
    "invite_juror",
    "invite_jurors",
    "lift_conflict",
    "lift_found",
    "propose_assignment",
    "recuse",
    "remind_jurors",
    "remove_juror",
    "request_run",
    "send_invitation",
    "set_lock",
    "set_need",
    "unassign",
    "undo_run",
]

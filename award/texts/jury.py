"""Sentences for the codes of ``award.jury``."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "juror_invited_already": N_("%(email)s is on this season's jury already."),
    "juror_name_missing": N_("Please give the juror's name."),
    "panel_unknown": N_("There is no panel called “%(panel)s” in this season. Add it first."),
    "juror_language_unknown": N_(
        "“%(value)s” is not a language that is known here. Write its code or its name, such as ru or "
        "Russian."
    ),
    "panel_exists": N_("There is a panel called “%(key)s” already. Choose another short name."),
    "panel_key_invalid": N_("Use letters, digits, - and _ for the panel's short name."),
    "expertise_fixed": N_(
        "Your entries are assigned, so this can no longer be changed here. Write to the organisers if "
        "it is not right."
    ),
    "expertise_stated_meanwhile": N_(
        "%(juror)s has changed topics, languages or the number of entries since. Ask for a new "
        "proposal."
    ),
    "capacity_out_of_range": N_("The number of entries runs from 1 to %(most)s."),
    "limits_crossed": N_(
        "The smallest number of entries must not be above the largest, and neither above %(limit)s."
    ),
    "count_not_a_number": N_("“%(value)s” is not a whole number of entries."),
    "address_twice": N_("%(email)s stands in row %(row)s of this table already."),
    "juror_answered_already": N_("This juror has answered the invitation already."),
    "invitation_taken": N_("This invitation was accepted with another account."),
    "invitation_withdrawn": N_("This invitation is no longer valid. Please ask the organisers."),
    "juror_twice": N_("You are on this season's jury already, under another address."),
    "juror_not_active": N_("This juror has not accepted the invitation, or has left the jury."),
    "entry_not_in_round": N_("This entry does not compete in this round."),
    "entry_elsewhere": N_("This entry belongs to another season."),
    "entry_code_unknown": N_("No entry of this season is called “%(entry)s”."),
    "pair_conflicts": N_(
        "%(juror)s has a conflict of interest with this entry. Choose another juror."
    ),
    "pair_ended": N_(
        "%(juror)s stepped back from this entry or was excluded from it, and cannot get it again."
    ),
    "assigned_already": N_("%(juror)s judges this entry already."),
    "sheet_begun": N_("The juror has begun a sheet. Exclude the juror with a reason instead."),
    "need_out_of_range": N_("The number of jurors runs from 0 to %(maximum)s."),
    "conflict_of_team": N_("A member of the team can never judge its entry."),
    "round_not_assignable": N_("This round is closed, so its assignment can no longer be changed."),
    "bulk_juror_gone": N_("This juror has declined or left the jury."),
    "bulk_not_joined": N_("This juror has not answered the invitation yet."),
    "bulk_nothing_left": N_("No sheet is outstanding."),
    "bulk_reminded_today": N_("Reminded today already."),
    "bulk_below_minimum": N_("Fewer than the juror's own minimum: change that first."),
    "round_not_open": N_("This round is not open, so there is nothing to remind of."),
    "no_entries_admitted": N_("No entry has been admitted to this round yet. Admit entries first."),
    "no_active_jurors": N_(
        "No juror has accepted an invitation yet. Wait for the first answer, or invite more."
    ),
    "verb_unknown": N_("“%(verb)s” is no way of assigning."),
    "assignment_failed": N_("The assignment could not be computed (%(why)s). Nothing was changed."),
    "assignment_impossible": N_(
        "No assignment keeps all the rules; places that cannot be filled: %(missing)s. The reasons are below."
    ),
    "mode_unknown": N_("“%(mode)s” is no way of searching."),
    "nothing_to_lock": N_("There is no assignment here that could be locked."),
    "need_reason_missing": N_("Please say why this entry needs fewer jurors than the others."),
    "pair_entry_unknown": N_("Row %(row)s: no entry of this round is called “%(value)s”."),
    "pair_juror_unknown": N_(
        "Row %(row)s: no juror is called “%(value)s”, or two are. Write the address instead."
    ),
    "table.pair_conflicts": N_(
        "Row %(row)s: a conflict of interest keeps %(juror)s from %(entry)s. Take the row out, or "
        "say on the page of the pair that there is none."
    ),
    "table.pair_ended": N_(
        "Row %(row)s: %(juror)s stepped back from %(entry)s or was excluded from it, so the pair is "
        "never made again. Take the row out."
    ),
    "pair_listed": N_("Row %(row)s: this pair stands in row %(first)s already."),
    "run_has_no_proposal": N_("This run has no proposal to apply."),
    "raise_probability": N_("Allow a probability of %(to)s for a pair."),
    "probability_too_low": N_(
        "With this highest probability for a pair too few jurors remain for: %(entries)s."
    ),
    "run_applied_already": N_("This proposal has been applied already."),
    "run_not_applied": N_("This proposal has not been applied, so there is nothing to undo."),
    "run_undone_already": N_("This proposal has been undone already."),
    "run_not_last": N_("A later proposal was applied on top of this one. Undo that one first."),
    "run_in_use": N_(
        "A juror has begun to score or stepped back since, so this can no longer be undone as a whole."
    ),
    "assignment_changed_meanwhile": N_(
        "The assignment changed after this proposal was made. Please ask for a new one."
    ),
    "entries_short": N_(
        "%(entries)s: they still need %(needed)s assignments, but their jurors have room for %(available)s."
    ),
    "minimums_short": N_(
        "%(jurors)s: they are promised at least %(needed)s entries, but only %(available)s are open to them."
    ),
    "kept_conflict": N_(
        "%(jurors)s already judges %(entries)s, which a conflict forbids. Take the entry back, or lift the conflict."
    ),
    "kept_over_per_entry": N_("%(entries)s has more jurors already than it needs."),
    "kept_over_maximum": N_("%(jurors)s already judges more entries than the agreed maximum."),
    "lower_minimum": N_("Lower the minimum of %(juror)s by %(by)s."),
    "raise_maximum": N_("Raise the maximum of %(juror)s by %(by)s."),
    "open_panel": N_("Let %(juror)s judge %(entry)s across panels."),
    "lower_per_entry": N_("Ask for %(by)s fewer jurors for %(entry)s."),
    "drop_kept": N_("Take %(entry)s back from %(juror)s."),
    "sum.lower_minimum": N_("minimums lower by %(by)s"),
    "sum.raise_maximum": N_("maximums higher by %(by)s"),
    "sum.open_panel": N_("pairs across panels: %(by)s"),
    "sum.lower_per_entry": N_("fewer jurors asked for: %(by)s"),
    "sum.drop_kept": N_("pairs taken back: %(by)s"),
    "sum.raise_probability": N_("a higher probability"),
}

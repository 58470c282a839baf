"""Sentences for the codes of ``award.judging``."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "judging_not_open": N_(
        "This round has not opened for scoring yet. You can read the entries already."
    ),
    "judging_closed": N_(
        "Scoring closed: %(at)s. Ask the organisers if your sheet has to be reopened."
    ),
    "sheet_submitted": N_(
        "This sheet is submitted, so nothing was changed. While the round is open, its juror can take "
        "it back on the sheet's page; afterwards the organisers can reopen it."
    ),
    "sheet_not_submitted": N_("This sheet is not submitted, so there is nothing to reopen."),
    "chair_keeps_sheet": N_(
        "You lead the stage and have seen what others gave, so only the organisers can reopen this "
        "sheet."
    ),
    "draft_on_screen": N_(
        "The juror has begun this sheet on screen. Tick below that the paper takes its place."
    ),
    "sheet_incomplete": N_(
        "The sheet is saved, but not yet submitted. Still missing: %(count)s, marked below."
    ),
    "paper_incomplete": N_(
        "Nothing is handed in yet: something is still missing. It is marked below."
    ),
    "points_missing": N_("Choose the points for this criterion."),
    "comment_missing": N_(
        "Write a few words on this criterion: the rules of the round ask for them."
    ),
    "points_not_a_number": N_("“%(value)s” is not a number. Write points such as 7 or 7.5."),
    "points_off_scale": N_(
        "%(value)s is not on the scale: points run from %(minimum)s to %(maximum)s in steps of %(step)s."
    ),
    "text_too_long": N_("This text is too long. At most %(maximum)s characters can be kept."),
    "round_decided": N_("The round is decided. Its sheets can no longer be reopened."),
    "round_ranks": N_(
        "This round ranks, so entries are assigned to it one by one. Common entries are for a "
        "calibration round: add a round that does not rank."
    ),
    "entries_missing": N_("Choose at least one entry."),
    "entries_many": N_("Choose at most %(maximum)s entries: it is a warm-up, not a round of work."),
    "entry_unusable": N_("Choose entries of this season that are submitted and not withdrawn."),
    "assignment_ended": N_(
        "This entry is no longer assigned to you, so its sheet cannot be changed."
    ),
    "report_empty": N_("Please say in a few words what you noticed."),
    "file_not_cleaned": N_(
        "This file could not be freed of its authors' names, so it is not shown in a blind round. "
        "Please tell the organisers; they can ask the team for another copy."
    ),
}

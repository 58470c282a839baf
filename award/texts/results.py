"""Sentences for the codes of ``award.results``."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "own_key_signs": N_("The programme's own key signs already; there is no other to remove."),
    "round_never_ranks": N_(
        "This is a calibration round: it shows how the jurors agree, and is never tabulated."
    ),
    "round_not_closed": N_("The round is still open. Close it first, then tabulate."),
    "bundle_scores_changed": N_(
        "Score sheets have changed since this tabulation, which kept no copy of them. Tabulate "
        "again, then take the bundle."
    ),
    "citation_too_long": N_(
        "A sentence or two: please keep it below %(most)s characters in every language."
    ),
    "protocol_undecided": N_("Close the decisions first, then draw up the protocol."),
    "protocol_stands": N_("The protocol is drawn up, and nothing has changed since."),
    "protocol_changed": N_(
        "Another protocol has been drawn up meanwhile. Open this page again and read that one."
    ),
    "protocol_signed": N_("You have signed this protocol already."),
    "archive_in_work": N_("This archive is being made already. Wait until it is ready."),
    "letters_embargo": N_("The letters can leave once the results are public."),
    "round_not_tabulated": N_("The round is not tabulated. Tabulate it first, then decide."),
    "round_not_decided": N_(
        "The decisions of this round are not closed, so there is nothing to reopen."
    ),
    "round_public": N_("The result of this round is public already and can no longer be changed."),
    "next_round_started": N_(
        "The next round has jurors at work on its entries already, so this one stays as decided."
    ),
    "scores_changed": N_(
        "A score sheet changed while the round was being tabulated. Nothing was frozen; please "
        "tabulate once more."
    ),
    "deliberation_closed": N_(
        "The meeting is closed, so its minutes stand. Open it again if there is more to say."
    ),
    "decided_meanwhile": N_(
        "Somebody decided on this entry while you wrote, and nothing was recorded. The page shows that "
        "decision now; record yours if it is to take its place."
    ),
    "deliberation_open": N_("Close the meeting first: one signs minutes that no longer change."),
    "nobody_present": N_("Tick at least one juror who is in the room."),
    "nothing_noted": N_("Write what is to be noted."),
    "outcome_unknown": N_("Choose one of the outcomes of this round."),
    "place_missing": N_("A winner needs a place."),
    "prize_unknown": N_("Choose one of the season's prizes of this kind."),
    "prize_given_before": N_(
        "Another round gave this prize to “%(title)s”. Change it there, or choose another prize."
    ),
    "decisions_missing": N_(
        "Entries without a decision: %(count)s. Decide each of them, then close."
    ),
    "decision_unexplained": N_(
        "After the new tabulation these decisions differ from the computed result, without a "
        "reason: %(codes)s. Decide them once more and say why."
    ),
    "announcement_missing": N_(
        "There is no minute of the announcement yet. Set it, then close the decisions."
    ),
    "announcement_past": N_("That minute has gone by. Choose one in the future."),
    "further_too_late": N_(
        "The round is decided, so no further scores can be asked for. While nothing is public, the "
        "decisions can be opened again."
    ),
    "nobody_chosen": N_("Choose at least one juror to ask."),
    "closes_past": N_("That moment has gone by. Give the jurors a day or more."),
    "kinds_missing": N_("Choose at least one kind of certificate."),
    "kind_not_issued": N_("This kind of certificate cannot be ordered here."),
    "nobody_new": N_(
        "Everybody of these kinds has a certificate already, or there is nobody yet. Nothing was "
        "ordered."
    ),
    "certificate_not_failed": N_(
        "This certificate is made already, or is being made. Look at the list once the order is done."
    ),
    "certificate_not_issued": N_(
        "Only a valid certificate can be issued again or revoked. This one is not."
    ),
    "people_missing": N_("Write at least one name, a line each."),
    "people_too_many": N_("At most %(most)s lines at a time. Order the rest afterwards."),
    "person_malformed": N_(
        "Line %(line)s cannot be read: “%(text)s”. Write: name; project; e-mail. Project and e-mail may be left out."
    ),
    "look_unknown": N_("Choose one of the designs and orientations."),
    "signature_not_a_picture": N_("The signature is no picture. Upload a PNG or JPEG file."),
    "signatories_full": N_("Three signatures fit on the page. Remove one first."),
    "appeal_not_a_ground": N_(
        "That the jury saw your project differently is no ground for an appeal. Jurors may judge "
        "otherwise than you hoped; an appeal is for something that went wrong on the way to the "
        "result. If something did, choose what comes closest."
    ),
    "appeal_empty": N_("Please describe what happened."),
    "appeal_too_long": N_("Please keep it below %(most)s characters."),
    "appeal_lead_only": N_("Only the lead of the team files its appeal."),
    "appeal_filed_already": N_(
        "Your team has appealed already: receipt %(receipt)s. There is one appeal a round."
    ),
    "appeal_withdrawn": N_("This entry was withdrawn, so there is no result to appeal against."),
    "appeals_not_open": N_("There are no appeals against this round."),
    "appeals_closed": N_("Appeals could be filed until %(at)s. Write to the organisers instead."),
    "appeal_answered": N_("This appeal has its answer already, and an answer is final."),
    "appeal_answer_missing": N_("Please say why."),
    "recalculation_unknown": N_("Choose one of the recalculations of this appeal, or none."),
    "sheet_unknown": N_("Choose one of the score sheets that were tabulated for this entry."),
    "sheet_unchanged": N_("These are the points that were tabulated. Change at least one of them."),
    "round_not_live": N_("This round has no stage. Say in its set-up that it is live."),
    "stage_over": N_("Scoring of this round is closed, so its stage is, too."),
    "minutes_out_of_range": N_("Choose 1 to %(most)s minutes."),
    "order_stale": N_("The order changed meanwhile. Look at it again, then move."),
    "stage_moved": N_("Somebody else moved the stage on a moment ago. This is how it stands now."),
    "stage_busy": N_("Somebody is on stage. Thank them first, then call up the next."),
    "nobody_on_stage": N_("Nobody is on stage. Call somebody up first."),
    "clock_not_running": N_("The clock stands so already."),
}

"""Sentences for the codes of ``award.seasons``."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "slug_taken": N_("Another page has this address already. Choose another one."),
    "choices_alike": N_("Two choices have the same key. Load the page again and write them again."),
    "key_taken": N_("“%(key)s” is used already. Choose another short name."),
    "key_reserved": N_("“%(key)s” is a name that every entry has anyway. Choose another one."),
    "question_answered": N_(
        "Entries with an answer to this question: %(count)s. So its short name stays; everything else can change."
    ),
    "set_up_not_empty": N_(
        "Part of this season is set up already. Go on with it, or add to it list by list."
    ),
    "list_not_empty": N_("There is something in this list already. Add to it one by one."),
    "question_is_withdrawn": N_(
        "This question is withdrawn. Ask it again first if you want to change it."
    ),
    "name_taken": N_("Another category is called so. Choose a name that teams can tell apart."),
    "category_used": N_(
        "There are entries in this category (%(count)s), so it stays. Move them to another category first."
    ),
    "round_frozen": N_(
        "The round has opened: its weights, scale, ranking, cut, ties and blindness are frozen, so "
        "that nobody can say they were changed for somebody."
    ),
    "dates_needed": N_(
        "The season has been opened: it needs both dates. Teams would not know until when to enter."
    ),
    "results_before_closing": N_("Results come after the scoring."),
    "announced_already": N_("The results are public since then; this moment can no longer change."),
    "appeals_before_results": N_(
        "Appeals must end after the results become public; otherwise nobody could file one."
    ),
    "appeals_cut_short": N_(
        "The results are out, and teams count on this deadline. It can be moved later, not earlier."
    ),
    "tie_unknown": N_(
        "“%(step)s” does not break ties. Use criterion:… with a criterion's short name, median, "
        "head_to_head or lot."
    ),
    "tie_without_criterion": N_(
        "Ties are to be broken by “%(criterion)s”, which the rubric does not have. Change one of them."
    ),
    "levels_frozen": N_("Jurors have scored with these levels already, so their texts stay."),
    "rubric_unknown": N_("Choose one of the ready-made rubrics."),
    "extension_past": N_("This moment has gone by. Choose one in the future."),
    "season_without_deadline": N_("The season has no deadline yet. Set it among the dates first."),
    "season_step": N_(
        "The season is %(before)s and cannot become %(to)s from there. Load the page again to see what comes next."
    ),
    "season_incomplete": N_("Still missing: %(count)s. The list below says what."),
    "round_step": N_(
        "The round is %(before)s and cannot become %(to)s from there. Load the page again to see what comes next."
    ),
    "round_without_rubric": N_("Give the round a rubric before it opens."),
    "missing_contact": N_("An address for questions"),
    "missing_dates": N_("When entries open and close"),
    "missing_categories": N_("At least one category"),
    "missing_questions": N_("At least one question in the entry form"),
    "missing_consents": N_("The consents that a team gives"),
    "missing_rounds": N_("At least one round of judging"),
    "missing_rubric": N_("A rubric for each round"),
    "logo_not_a_picture": N_(
        "This is not a PNG or JPEG picture that we can read. Choose another one."
    ),
}

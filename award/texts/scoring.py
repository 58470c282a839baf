"""Sentences for the codes of the ``scoring`` package, each with ``score.`` before it."""

from __future__ import annotations

from award.texts.marking import N_

ERRORS = {
    "no_scores": N_("There are no scores yet, so there is nothing to rank."),
    "no_sheet_counts": N_(
        "None of the %(sheets)s score sheets is complete, so there is nothing to rank. Fill in the"
        " required criteria, or mark them “required = false” in the rubric."
    ),
    "score_twice": N_("%(juror)s has already scored %(entry)s on %(criterion)s further up."),
    "criterion_unknown": N_("The rubric has no criterion “%(criterion)s”."),
    "points_not_finite": N_("“%(points)s” is not a number of points."),
    "points_too_long": N_(
        "These points have more digits than can be computed with: at most %(digits)s before and"
        " after the decimal point."
    ),
    "points_out_of_range": N_(
        "%(points)s points are outside the scale of %(criterion)s, %(minimum)s to %(maximum)s."
    ),
    "group_twice": N_("%(entry)s belongs to another group further up; here it is “%(group)s”."),
    "severity_not_separable": N_(
        "The %(jurors)s jurors share no entries, so severity cannot be told from merit and only"
        " the plain view can rank. Let some entries be scored by several jurors."
    ),
    "rubric_empty": N_("The rubric has no criterion."),
    "criterion_twice": N_("The rubric has the criterion “%(criterion)s” twice."),
    "criterion_not_finite": N_("Weight and scale of “%(criterion)s” must be ordinary numbers."),
    "criterion_too_long": N_(
        "Weight and scale of “%(criterion)s” have more digits than can be computed with: at most"
        " %(digits)s before and after the decimal point."
    ),
    "weight_negative": N_("The weight of “%(criterion)s” is %(weight)s; it may not be negative."),
    "weights_all_zero": N_("All weights are zero. At least one criterion must count."),
    "scale_empty": N_(
        "The scale of “%(criterion)s” runs from %(minimum)s to %(maximum)s;"
        " the maximum must be the larger one."
    ),
    "rank_by_unknown": N_("Ranking is by “plain” or “calibrated”, not by “%(rank_by)s”."),
    "cut_not_positive": N_("The cut must let at least one entry through, not %(cut)s."),
    "draws_too_few": N_("%(draws)s draws are too few; take at least %(minimum)s."),
    "seed_negative": N_("The seed must be 0 or more, not %(seed)s."),
    "tie_rule_unknown": N_(
        "There is no tie rule “%(rule)s”. Use criterion, median, head_to_head or lot."
    ),
    "tie_criterion_unknown": N_("The tie rule “criterion” names “%(criterion)s”, not a criterion."),
    "no_cut": N_("The round has no cut, so no score is more needed than another."),
    "variances_unknown": N_(
        "These sheets cannot tell merit, severity and chance apart, so nobody can say which further"
        " score would help most. Give several entries to the same jurors."
    ),
    "jury_too_large": N_(
        "With %(jurors)s jurors this cannot be computed here; up to %(limit)s it can."
    ),
    "rubric_not_toml": N_("The rubric file cannot be read: %(why)s."),
    "rubric_key_unknown": N_("The rubric has no such setting. Known here: %(known)s."),
    "rubric_value": N_("This setting of the rubric should be %(expected)s."),
    "file_not_written": N_("The file cannot be written: %(why)s."),
    "more_problems": N_("… and %(count)s more problems of this kind in the file."),
}

NOTICES = {
    "sheets_incomplete": N_("Score sheets that are incomplete and do not count: %(count)s."),
    "entries_unscored": N_("Entries without a complete score sheet, not ranked: %(count)s."),
    "entries_provisional": N_("Entries with few score sheets, ranked provisionally: %(count)s."),
    "parts_not_connected": N_(
        "No juror links the entries' %(count)s separate parts. Comparing the parts assumes that"
        " their jurors are equally strict; a few shared entries would settle it."
    ),
    "all_equal": N_("All sheets give the same points: every entry shares the first place."),
    "one_sheet": N_("There is a single score sheet: nothing can be said about its uncertainty."),
    "jurors_constant": N_(
        "Every juror gave all entries the same points. Such sheets cannot rank: every entry shares"
        " the first place in the calibrated view."
    ),
    "variances_not_estimable": N_(
        "These sheets cannot tell merit, severity and chance apart. Intervals rest on a cautious"
        " assumption about them; let more entries be scored by the same jurors."
    ),
    "weights_not_estimable": N_(
        "These sheets cannot tell careful jurors from others: every sheet counts the same."
    ),
    "groups_too_small": N_("Every group holds a single entry, so groups were not used."),
    "parts_too_small": N_(
        "Every separate part holds a single entry; severities are taken to be those of one pool."
    ),
}

TABLE = {
    "place": N_("Place"),
    "entry": N_("Entry"),
    "group": N_("Group"),
    "score": N_("Fair score"),
    "interval": N_("90 %% interval"),
    "places": N_("Places"),
    "mean": N_("Mean"),
    "mean_place": N_("By mean"),
    "jurors": N_("Jurors"),
    "p_cut": N_("Above cut"),
    "juror": N_("Juror"),
    "sheets": N_("Sheets"),
    "severity": N_("Severity"),
    "erratic": N_("Erratic"),
    "erratic_yes": N_("look at"),
    "variances": N_("Variance: merit %(merit)s, severity %(severity)s, residual %(residual)s."),
    "variances_unestimated": N_("Variance: not estimable from these sheets."),
    "trust": N_("Reliability: g %(g)s, phi %(phi)s, Krippendorff's alpha (interval) %(alpha)s."),
    "study": N_("Reliability of %(goal)s for ranking takes %(count)s jurors an entry."),
    "without_cut": N_("Without %(juror)s above the cut: in %(enters)s; out %(leaves)s."),
    "without_first": N_("Without %(juror)s first would be: %(entries)s."),
    "tie": N_("Place %(place)s: %(entries)s were equal; decided by %(step)s."),
    "tie_shared": N_("Place %(place)s is shared by %(entries)s."),
    "undecided": N_("The scores cannot decide the cut for: %(entries)s."),
    "computed_by": N_("%(name)s %(version)s, seed %(seed)s, input %(digest)s"),
}

TEXTS = {
    f"score.{code}": text for group in (ERRORS, NOTICES, TABLE) for code, text in group.items()
}

"""Sentences for the codes of the ``assignment`` package, each with ``assign.`` before it."""

from __future__ import annotations

from award.texts.marking import N_

WHY = {
    "given": N_("affinity from the table"),
    "kept": N_("made before and kept"),
    "topics": N_("knows %(shared)s (%(known)s of %(of)s topics)"),
    "topics_none": N_("knows none of the topics"),
    "topics_unknown": N_("topics not stated, counted as half"),
    "language": N_("reads %(language)s"),
    "language_other": N_("does not read %(language)s"),
    "region": N_("same region: %(region)s"),
    "region_other": N_("from another region: %(region)s"),
}

CONFLICTS = {
    "declared": N_("declared"),
    "team_member": N_("the juror is a member of the team"),
    "same_organisation": N_("same organisation: %(organisation)s"),
    "same_mail_domain": N_("same mail domain: %(domain)s"),
    "organisation": N_("same organisation"),
    "mail_domain": N_("same mail domain"),
    "team": N_("member of the team"),
    "relation": N_("known relation"),
    "forbidden": N_("recused or excluded"),
}

WHY_NOT = {
    "not_assigned": N_("%(juror)s judges %(entry)s already."),
    "not_conflict": N_("%(juror)s must never judge %(entry)s: %(why)s."),
    "not_forbidden": N_("%(juror)s stepped back from %(entry)s or was excluded from it."),
    "not_other_panel": N_(
        "%(entry)s belongs to the panel %(panel)s and %(juror)s does not sit on it."
    ),
    "not_all_kept": N_("All jurors of %(entry)s are kept, so there is no place for %(juror)s."),
    "not_unreachable": N_(
        "No assignment that keeps every rule has %(juror)s judge %(entry)s: the other loads and "
        "conflicts leave no way to it."
    ),
    "not_fairness": N_(
        "%(juror)s for %(entry)s would do just as well for the total. Even loads, the weakest "
        "entries or the seed decided."
    ),
    "not_full": N_(
        "%(juror)s is full with %(load)s of %(maximum)s entries and is worth more there. With "
        "%(entry)s the best total falls by %(loss)s."
    ),
    "not_fits_less": N_(
        "%(juror)s has room (%(load)s of %(maximum)s), but others fit better. With %(entry)s the "
        "best total falls by %(loss)s."
    ),
    "move": N_("%(entry)s goes from %(leaves)s to %(takes)s"),
    "moves": N_("This would move: %(moves)s."),
    "extra_juror": N_(
        "One more juror for %(topic)s with %(places)s places would add %(gain)s to the best total "
        "and give %(weak)s entries a strong match."
    ),
    "extra_place": N_("One more place of %(juror)s would add %(gain)s to the best total."),
}

STAGES = {
    "optimum": N_("Looking for the best total…"),
    "proof": N_("Proving that no assignment exceeds it…"),
    "guarantees": N_("A strong juror for as many entries as possible, even loads…"),
    "polish": N_("Lifting the worst entries…"),
    "connect": N_("Connecting the jurors…"),
    "changes": N_("Looking for the fewest changes…"),
    "lottery": N_("Drawing at random…"),
    "certificate": N_("Finding out what makes it impossible…"),
    "check": N_("Checking every rule again…"),
}

IMPOSSIBLE = {
    "entries_short": N_(
        "These entries still need %(needed)s assignments: %(entries)s. Jurors who would then be full have room for %(room)s (%(full)s); the others can add at most %(elsewhere)s, each once an entry (%(others)s). Places that cannot be filled: %(missing)s."
    ),
    "entries_full": N_(
        "These entries still need %(needed)s assignments: %(entries)s. The jurors who may judge them have room for %(room)s (%(full)s). Places that cannot be filled: %(missing)s."
    ),
    "entries_few_jurors": N_(
        "These entries still need %(needed)s assignments: %(entries)s. Each juror who may judge them can do so once, which gives at most %(possible)s (%(others)s). Places that cannot be filled: %(missing)s."
    ),
    "minimums_short": N_(
        "These jurors are to judge at least %(needed)s entries together: %(jurors)s. The "
        "entries open to them need only %(possible)s assignments from them. The minimums ask for "
        "%(missing)s too many."
    ),
    "kept_conflict": N_(
        "%(jurors)s is kept for %(entries)s, but must not judge it (%(reason)s). Remove the "
        "pair or the conflict."
    ),
    "kept_over_per_entry": N_(
        "%(entries)s keeps %(kept)s jurors and should have %(per_entry)s. Remove %(missing)s of "
        "them or ask for more jurors for this entry."
    ),
    "kept_over_maximum": N_(
        "%(jurors)s keeps %(kept)s entries and takes at most %(maximum)s. Remove %(missing)s of "
        "them or raise the maximum."
    ),
    "probability_too_low": N_(
        "With this highest probability for a pair too few jurors remain for: %(entries)s. The "
        "assignment exists, but not by such a lottery."
    ),
}

RELAXATIONS = {
    "lower_minimum": N_("lower the minimum of %(juror)s by %(by)s"),
    "raise_maximum": N_("raise the maximum of %(juror)s by %(by)s"),
    "open_panel": N_("let %(juror)s judge %(entry)s across panels"),
    "lower_per_entry": N_("ask for %(by)s fewer jurors for %(entry)s"),
    "raise_probability": N_("allow a probability of %(to)s for a pair"),
    "drop_kept": N_("do not keep %(juror)s for %(entry)s"),
}

INVALID = {
    "entry_twice": N_("The entry %(entry)s is listed twice. Each entry stands in one row."),
    "juror_twice": N_("The juror %(juror)s is listed twice. Each juror stands in one row."),
    "minimum_above_maximum": N_(
        "The minimum %(minimum)s is higher than the maximum %(maximum)s. Change one of them."
    ),
    "unknown_entry": N_("“%(value)s” is not in the list of entries."),
    "unknown_juror": N_("“%(value)s” is not in the list of jurors."),
    "affinity_range": N_("An affinity lies between 0 and 1; “%(value)s” does not."),
    "pair_twice": N_("%(entry)s and %(juror)s already have an affinity further up."),
    "listed_twice": N_("“%(value)s” is already listed in row %(first)s."),
    "not_a_count": N_("A whole number from 0 on is needed here, not “%(value)s”."),
    "file_not_written": N_("%(file)s could not be written: %(why)s."),
    "rows_skipped": N_(
        "Rows that name entries or jurors no longer listed: %(rows)s. They were left out."
    ),
    "in_file": N_("%(file)s: %(sentence)s"),
    "in_row": N_("%(file)s, row %(row)s: %(sentence)s"),
    "in_column": N_("%(file)s, column %(column)s: %(sentence)s"),
    "in_cell": N_("%(file)s, row %(row)s, column %(column)s: %(sentence)s"),
    "impossible": N_("No assignment keeps every rule; places that cannot be filled: %(missing)s."),
    "flow": N_("The solver gave up (%(status)s). Please tell us which tables you gave it."),
}

FIGURES = {
    "figure_total": N_("Total affinity"),
    "figure_bound": N_("No assignment exceeds"),
    "figure_share": N_("Share of the optimum"),
    "figure_worst_entry": N_("Worst entry (mean affinity)"),
    "figure_p5_entry": N_("One entry in twenty is below"),
    "figure_weak_entries": N_("Entries without a strong juror"),
    "figure_zero_pairs": N_("Pairs without affinity"),
    "figure_load_min": N_("Smallest load of a juror"),
    "figure_load_max": N_("Largest load of a juror"),
    "figure_connected": N_("All jurors connected"),
    "figure_worst_bound": N_("The worst entry can reach at most"),
    "figure_p5_bound": N_("One entry in twenty can reach at most"),
    "figure_weak_minimum": N_("Fewest possible without a strong juror"),
    "figure_zero_minimum": N_("Fewest possible pairs without affinity"),
    "figure_load_spread": N_("Spread of loads (share of the maximum)"),
    "figure_severity_variance": N_("Variance of a juror's severity"),
    "figure_seconds": N_("Seconds"),
    "figure_seed": N_("Seed"),
    "yes": N_("yes"),
    "no": N_("no"),
    "changes_made": N_("Pairs added: %(added)s, kept: %(kept)s, removed: %(removed)s."),
    "relaxation": N_("The smallest change that would do: %(changes)s."),
}

TEXTS = {
    f"assign.{code}": text
    for group in (WHY, WHY_NOT, CONFLICTS, STAGES, IMPOSSIBLE, RELAXATIONS, INVALID, FIGURES)
    for code, text in group.items()
}

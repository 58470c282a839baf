"""Sentences for what an import finds wrong in a table, row by row."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "import.option_unknown": N_("“%(value)s” is none of the options. Use: %(known)s."),
    "import.date_unknown": N_("“%(value)s” is not a date. Write it like 2026-05-31 or 31.05.2026."),
    "import.agreement_unknown": N_(
        "“%(value)s” is neither yes nor no. Use yes and no, + and -, 1 and 0."
    ),
    "import.language_unknown": N_("“%(value)s” is no language of ours. Use ru, en or de."),
    "import.code_too_long": N_("This code is too long. At most %(most)s characters fit."),
    "import.code_taken": N_("Another entry of this season has the code %(entry)s already."),
    "import.entry_twice": N_("Row %(other)s of this table is the same entry."),
    "import.entry_there": N_(
        "This lead has an entry of this title in the season already. Take the row out of the table."
    ),
    "import.changed_meanwhile": N_(
        "The season changed while the table was being checked. Nothing was imported; please check "
        "the table once more."
    ),
    "import.season_over": N_("This season is decided, so nothing can be imported into it."),
    "import.round_not_importable": N_(
        "Scores can be imported into a round that is open, closed or tabulated, not into this one."
    ),
    "import.round_missing": N_(
        "The season has no round. Set one up first, or let the import create one."
    ),
    "import.round_unknown": N_("The season has no round “%(round)s”. It has: %(known)s."),
    "import.round_unclear": N_("The season has several rounds. Say which: %(known)s."),
    "import.round_name": N_("Imported scores"),
    "import.season_unknown": N_(
        "There is no season “%(season)s”. Write PROGRAMME/SEASON or its public id. There are: %(known)s."
    ),
    "import.programme_unknown": N_(
        "There is no programme “%(programme)s”. Make one with “award init”. There are: %(known)s."
    ),
    "import.criterion_unknown": N_("The rubric has no criterion “%(criterion)s”."),
    "import.score_twice": N_("Row %(other)s of this table has this score already."),
    "import.score_too_fine": N_("%(value)s has more than three decimals."),
    "import.score_off_scale": N_(
        "%(value)s is off the scale, which runs from %(minimum)s to %(maximum)s."
    ),
    "import.sheet_incomplete": N_(
        "The sheet of %(juror)s for %(entry)s lacks a score for: %(criteria)s. Fill it in, or make "
        "the criterion optional in the rubric."
    ),
    "import.sheet_twice": N_(
        "The sheet that begins in row %(other)s is of the same juror for the same entry."
    ),
    "import.sheet_there": N_("%(juror)s has a sheet for this entry already."),
    "import.entry_not_eligible": N_(
        "%(entry)s was not found eligible, so it cannot be scored. Screen it first."
    ),
    "import.entry_own": N_(
        "You are on the team of %(entry)s, so its scores are imported by somebody else."
    ),
    "import.entry_unknown": N_("No entry of this season has the code or id “%(entry)s”."),
    "import.juror_unknown": N_(
        "“%(juror)s” is neither the address nor the name of a juror of this season."
    ),
    "import.juror_ambiguous": N_(
        "More than one juror of this season is called “%(juror)s”. Write the address."
    ),
    "import.nothing_done": N_("Problems: %(count)s. Nothing was imported."),
    "import.entries_done": N_(
        "Imported entries: %(entries)s; new accounts: %(accounts)s; entries that lack something the "
        "form asks for: %(incomplete)s."
    ),
    "import.jurors_done": N_("Imported jurors: %(jurors)s."),
    "import.participants_done": N_(
        "Imported people: %(people)s, of them new: %(added)s; marks of attendance: %(marks)s."
    ),
    "import.scores_done": N_(
        "Imported into round %(round)s: scores %(scores)s, sheets %(sheets)s; new entries "
        "%(entries)s, new jurors %(jurors)s."
    ),
    "import.checked": N_("All rows are in order. Nothing was imported, as you asked."),
    "import.rubric_of_round": N_("The round has a rubric of its own; --rubric is for a new round."),
    "import.file_expired": N_(
        "This table was imported or put away already. Please send it once more."
    ),
    "import.too_many_columns": N_(
        "The table has %(columns)s columns, and at most %(most)s can be matched here. Take out those "
        "that are not needed and send it once more."
    ),
    "import.field_twice": N_("Another column is this field already. Choose one of the two."),
    "import.field_needed": N_("Choose the column that holds: %(field)s."),
    "import.field_code": N_("Code of the entry"),
    "import.field_lead_email": N_("E-mail of the team lead"),
    "import.field_lead_name": N_("Name of the team lead"),
    "import.field_members": N_("Team members, several in a cell"),
    "import.field_member_name": N_("Team member, a row each: name"),
    "import.field_member_email": N_("Team member, a row each: e-mail"),
    "import.field_language": N_("Language of the entry"),
    "import.field_name": N_("Name"),
    "import.field_email": N_("E-mail"),
    "import.field_organisation": N_("Organisation"),
    "import.field_region": N_("City or region"),
    "import.field_panel": N_("Panel"),
    "import.field_topics": N_("Expertise"),
    "import.field_languages": N_("Languages read"),
    "import.field_minimum": N_("At least, entries"),
    "import.field_maximum": N_("At most, entries"),
    "import.field_chair": N_("Leads the panel"),
    "import.field_standby": N_("Stands by"),
    "import.field_entry": N_("Entry: code or id"),
    "import.field_juror": N_("Juror: address or name"),
    "import.field_criterion": N_("Criterion, a row a score"),
    "import.field_score": N_("Score, a row a score"),
    "import.field_points": N_("Score for: %(criterion)s"),
    "tabulate.round_unknown": N_("There is no round “%(round)s”."),
    "tabulate.begun": N_("Tabulating; a large round takes a while…"),
    "tabulate.done": N_("Tabulation %(number)s is frozen: entries %(entries)s, jurors %(jurors)s."),
    "export.done": N_("%(file)s is written."),
}

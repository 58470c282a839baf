"""Sentences for the codes of ``award.education`` and of the import of its participants."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "workshop_twice": N_(
        "Another workshop of this season has this name. Choose one that tables can tell apart."
    ),
    "workshop_used": N_(
        "People who signed up for this workshop or were there: %(count)s. So it stays."
    ),
    "participant_name_missing": N_("Write the name."),
    "minimum_unknown": N_("Choose how many workshops are needed: 1 or more."),
    "import.field_city": N_("City"),
    "import.field_spoken": N_("Language"),
    "import.field_signed_up": N_("Signed up for (list of workshops)"),
    "import.field_attended": N_("Was at (one workshop or a list)"),
    "import.field_at": N_("Was there: %(workshop)s"),
    "import.mark_unknown": N_(
        "“%(value)s” is neither yes nor no. Use yes and no, + and -, 1 and 0."
    ),
    "import.workshop_unknown": N_(
        "The season has no workshop “%(value)s”. It has: %(known)s. Add it, or mend the table."
    ),
    "import.text_too_long": N_("This is too long. At most %(most)s characters fit."),
    "import.too_many": N_("At most %(most)s rows can be imported at a time. Split the table."),
}

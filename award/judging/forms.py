"""Forms of the juror's rooms; the score sheet itself is read by ``sheets.read_values``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from award.models.threads import Trouble


class RecuseForm(FlaskForm):
    """Why a juror steps back from one entry."""

    reason = TextAreaField(
        _l("Why can you not judge this entry?"),
        [InputRequired(_l("Please say why, in a few words.")), Length(max=1000)],
        description=_l("The organisers read it, the team never does."),
    )
    conflict = BooleanField(_l("I know the team or have a stake in the project"))


class ReportForm(FlaskForm):
    """What a juror noticed about an entry."""

    trouble = RadioField(
        _l("What is it about?"),
        [InputRequired(_l("Please choose what it is about."))],
        choices=[
            (Trouble.FILE.value, _l("A file cannot be opened or read")),
            (Trouble.NAMES.value, _l("I can tell who the authors are")),
            (Trouble.COPIED.value, _l("Something looks copied from elsewhere")),
            (Trouble.RULES.value, _l("It seems to break the rules")),
            (Trouble.OTHER.value, _l("Something else")),
        ],
    )
    words = TextAreaField(
        _l("What did you notice, and where?"),
        [InputRequired(_l("Please say it in a few words.")), Length(max=2000)],
    )


class ReopenForm(FlaskForm):
    """Why an organiser gives a submitted sheet back."""

    reason = TextAreaField(
        _l("What should the juror look at again?"),
        [InputRequired(_l("Please give the reason; the juror reads it.")), Length(max=1000)],
        description=_l("The juror gets this by mail. It is kept in the log."),
    )


class CommonEntriesForm(FlaskForm):
    """Which entries every juror scores in the calibration round."""

    entries = SelectMultipleField(
        _l("Common entries"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

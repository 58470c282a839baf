"""The form that takes a table in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.validators import InputRequired


class SendForm(FlaskForm):
    """A table and what its rows are."""

    target = RadioField(
        _l("What are its rows?"), [InputRequired(_l("Please choose one."))], validate_choice=True
    )
    table = FileField(
        _l("Table"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("The first row names the columns; if another one does, you say so next."),
    )

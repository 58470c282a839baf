"""Forms of the education phase."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from award.forms import YEARS, LocalizedField, TextInSomeLanguage


class WorkshopForm(FlaskForm):
    """One workshop."""

    name = LocalizedField(_l("Name of the workshop"), [TextInSomeLanguage()])
    held_on = DateField(_l("Day"), [Optional()])
    place = StringField(_l("Where"), [Optional(), Length(max=200)])

    def validate_held_on(self, field: Any) -> None:
        """The day lies in a year that a season can be in."""
        if field.data and field.data.year not in YEARS:
            raise ValidationError(_("Choose a year between 2000 and 2099."))


class ComerForm(FlaskForm):
    """Somebody who came without signing up."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Write the name.")), Length(max=200)], id="comer_name"
    )
    email = EmailField(_l("E-mail address"), [Optional(), Length(max=254)], id="comer_email")

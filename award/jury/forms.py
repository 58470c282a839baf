"""Forms of the jury's pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from award.forms import WholeNumberField
from award.jury.invitations import JurorOffer
from exports.reading import split_list

NEEDED = _l("Please fill this in.")


class JurorForm(FlaskForm):
    """What a juror is and offers."""

    name = StringField(_l("Name"), [InputRequired(NEEDED), Length(max=200)])
    email = EmailField(_l("E-mail"), [InputRequired(NEEDED), Length(max=254)])
    organisation = StringField(_l("Organisation"), [Optional(), Length(max=200)])
    region = StringField(_l("City or region"), [Optional(), Length(max=200)])
    panel = SelectField(_l("Panel"), validate_choice=True)
    topics = StringField(
        _l("Expertise"),
        [Optional(), Length(max=1000)],
        description=_l("Topics, separated by ;"),
    )
    languages = StringField(
        _l("Languages she reads"),
        [Optional(), Length(max=100)],
        description=_l("Codes, separated by ; for example ru; en"),
    )
    minimum = WholeNumberField(
        _l("At least, entries"), [InputRequired(NEEDED), NumberRange(0, 1000)], default=0
    )
    maximum = WholeNumberField(
        _l("At most, entries"), [InputRequired(NEEDED), NumberRange(0, 1000)], default=20
    )
    is_chair = BooleanField(_l("Leads the panel"))

    def offer(self) -> JurorOffer:
        """Return what was typed."""
        return JurorOffer(
            name=self.name.data or "",
            email=(self.email.data or "") if "email" in self else "",
            organisation=self.organisation.data or "",
            region=self.region.data or "",
            panel=self.panel.data or "",
            topics=split_list(self.topics.data or ""),
            languages=split_list((self.languages.data or "").casefold().replace(",", ";")),
            minimum=self.minimum.data or 0,
            maximum=self.maximum.data or 0,
            is_chair=bool(self.is_chair.data),
        )


class PanelForm(FlaskForm):
    """A panel: its short name and what it is called."""

    key = StringField(
        _l("Short name"),
        [InputRequired(NEEDED), Length(max=40)],
        description=_l(
            "For spreadsheets; a category's or city's name draws its entries to the panel"
        ),
    )
    name = StringField(_l("Name"), [InputRequired(NEEDED), Length(max=200)])


class TableForm(FlaskForm):
    """A spreadsheet of jurors."""

    table = FileField(_l("Spreadsheet"), [FileRequired(_l("Please choose a file."))])


class ConflictForm(FlaskForm):
    """A relation that an organiser knows of."""

    entry = StringField(_l("Entry"), [InputRequired(NEEDED), Length(max=40)])
    reason = StringField(_l("Relation"), [InputRequired(NEEDED), Length(max=1000)])


class NeedForm(FlaskForm):
    """How many jurors one entry needs, and in which panel."""

    jurors = WholeNumberField(
        _l("Jurors for this entry"),
        [Optional(), NumberRange(0, 50)],
        description=_l("Empty: as many as the round says"),
    )
    panel = SelectField(_l("Panel"), coerce=int)


class HandForm(FlaskForm):
    """A juror for one entry, chosen by hand."""

    juror = SelectField(_l("Give it to"), validate_choice=True)


class ExcludeForm(FlaskForm):
    """Why a juror is taken off an entry."""

    reason = TextAreaField(_l("Reason"), [InputRequired(NEEDED), Length(max=1000)])

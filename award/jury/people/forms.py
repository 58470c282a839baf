"""Forms of the jury's people, one or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from award.forms import WholeNumberField
from award.jury.people.expertise import Expertise, Topic
from award.jury.people.invitations import MAX_ENTRIES, JurorOffer
from award.jury.people.spreadsheet import language_codes
from exports.tables.reading import fold, split_list

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
        _l("Languages read"),
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
    standby = BooleanField(
        _l("Stands by"),
        description=_l("Gets entries only in place of somebody who steps back or drops out"),
    )

    def offer(self) -> JurorOffer:
        """Return what was typed."""
        return JurorOffer(
            name=self.name.data or "",
            email=(self.email.data or "") if "email" in self else "",
            organisation=self.organisation.data or "",
            region=self.region.data or "",
            panel=self.panel.data or "",
            topics=split_list(self.topics.data or ""),
            languages=language_codes(self.languages.data or ""),
            minimum=self.minimum.data or 0,
            maximum=self.maximum.data or 0,
            is_chair=bool(self.is_chair.data),
            standby=bool(self.standby.data),
        )


class ExpertiseForm(FlaskForm):
    """What a juror says of herself; the choices are the season's."""

    topics = SelectMultipleField(
        _l("Which of these do you know well?"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    more = StringField(
        _l("What else do you know well?"),
        [Optional(), Length(max=1000)],
        description=_l("Topics, separated by ; for example recycling; school; apps"),
    )
    best = SelectField(_l("Which language do you read best?"), [Optional()], choices=[])
    languages = SelectMultipleField(
        _l("In which languages can you read an entry?"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    maximum = WholeNumberField(
        _l("How many entries can you take at most?"),
        [
            InputRequired(NEEDED),
            NumberRange(1, MAX_ENTRIES, _l("Write a number from %(min)s to %(max)s.")),
        ],
        description=_l("In one round"),
    )

    @classmethod
    def typed(cls, own: Expertise, topics: Sequence[Topic]) -> dict[str, Any]:
        """Return what stands, by field; a topic that no category is named by stands in ``more``."""
        named = {fold(name): topic.key for topic in topics for name in topic.names}
        return {
            "topics": [named[fold(one)] for one in own.topics if fold(one) in named],
            "more": "; ".join(one for one in own.topics if fold(one) not in named),
            "best": own.languages[0] if own.languages else "",
            "languages": list(own.languages),
            "maximum": own.maximum,
        }

    def said(self, topics: Sequence[Topic]) -> Expertise:
        """Return what was chosen and typed, nothing twice; categories by the name in ``topics``."""
        chosen = set(self.topics.data or ())
        named = [topic.name for topic in topics if topic.key in chosen]
        words = {fold(one): one for one in (*split_list(self.more.data or ""), *named)}
        codes = dict.fromkeys([self.best.data or "", *(self.languages.data or ())])
        return Expertise(tuple(words.values()), tuple(filter(None, codes)), self.maximum.data or 0)


class PanelForm(FlaskForm):
    """A panel: its short name and what it is called."""

    key = StringField(
        _l("Short name"),
        [InputRequired(NEEDED), Length(max=40)],
        description=_l(
            "For spreadsheets; a category's or city's name draws its entries to the panel"
        ),
    )
    name = StringField(_l("Name"), [InputRequired(NEEDED), Length(max=200)], id="panel-name")


class TableForm(FlaskForm):
    """A spreadsheet of jurors."""

    table = FileField(_l("Spreadsheet"), [FileRequired(_l("Please choose a file."))])


class ConflictForm(FlaskForm):
    """A relation that an organiser knows of."""

    entry = StringField(_l("Entry"), [InputRequired(NEEDED), Length(max=40)])
    reason = StringField(_l("Relation"), [InputRequired(NEEDED), Length(max=1000)])


class BulkRemindForm(FlaskForm):
    """Of which round's sheets to remind."""

    round = SelectField(_l("Round"), [InputRequired(_l("No round is open."))])


class BulkPanelForm(FlaskForm):
    """The panel of many jurors."""

    panel = SelectField(_l("Panel"), validate_choice=True)


class BulkMaximumForm(FlaskForm):
    """The limit of many jurors."""

    maximum = WholeNumberField(
        _l("At most, entries"), [InputRequired(NEEDED), NumberRange(0, 1000)]
    )

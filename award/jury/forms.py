"""Forms of the jury's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from award.forms import FiniteDecimalField, WholeNumberField
from award.jury.drafting import Wish
from award.jury.expertise import Expertise, Topic
from award.jury.invitations import MAX_ENTRIES, JurorOffer
from award.jury.spreadsheet import language_codes
from exports.reading import fold, split_list

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


class NeedForm(FlaskForm):
    """How many jurors one entry needs, and in which panel."""

    jurors = WholeNumberField(
        _l("Jurors for this entry"),
        [Optional(), NumberRange(0, 50)],
        description=_l("Empty: as many as the round says"),
    )
    panel = SelectField(_l("Panel"), coerce=int)
    reason = StringField(
        _l("Reason"),
        [Optional(), Length(max=1000)],
        description=_l("Needed where it becomes fewer. Sheets that exist stay and count."),
    )


class HandForm(FlaskForm):
    """A juror for one entry, chosen by hand."""

    juror = SelectField(_l("Give it to"), [InputRequired(NEEDED)], validate_choice=False)


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


class ExcludeForm(FlaskForm):
    """Why a juror is taken off an entry."""

    reason = TextAreaField(_l("Reason"), [InputRequired(NEEDED), Length(max=1000)])


class PairsForm(FlaskForm):
    """A table of pairs of entry and juror."""

    table = FileField(_l("Table"), [FileRequired(_l("Please choose a file."))])
    whole = BooleanField(
        _l("This is the whole assignment"),
        description=_l("What the table lacks goes, except for what is locked or begun"),
    )


class WishForm(FlaskForm):
    """How a proposal is searched for; what is left empty keeps its usual value."""

    mode = RadioField(
        _l("What counts most"),
        choices=[
            ("default", _l("A good match for every entry, at a small price")),
            ("optimum", _l("The greatest total, whatever becomes of single entries")),
            ("random", _l("A lottery: no pair can be foreseen")),
        ],
        default="default",
    )
    budget = FiniteDecimalField(
        _l("Price of fairness, per cent"),
        [Optional(), NumberRange(0, 100)],
        default=1,
        description=_l("How much of the greatest total the worst entries may cost"),
    )
    strong = FiniteDecimalField(
        _l("A match counts as strong from"),
        [Optional(), NumberRange(0, 1)],
        default=Decimal("0.5"),
        description=_l("From 0 to 1"),
    )
    max_probability = FiniteDecimalField(
        _l("Lottery: highest probability of a pair, per cent"),
        [Optional(), NumberRange(1, 100)],
        default=50,
    )
    native = BooleanField(
        _l("At least one native reader for every entry"),
        description=_l("The first language that the juror names is the entry's"),
    )
    panel = SelectField(
        _l("At least one juror from the panel"),
        [Optional()],
        default="",
        description=_l("The chair's panel, for example; it may then judge entries of any panel"),
    )
    seed = WholeNumberField(
        _l("Seed"),
        [Optional(), NumberRange(0, 2**31 - 1)],
        description=_l("The same seed and the same data give the same proposal"),
    )
    juror = StringField(validators=[Optional(), Length(max=60)])

    @classmethod
    def typed(cls, wish: Wish) -> dict[str, Any]:
        """Return what somebody types to wish this, by field; only what differs from the usual."""
        usual, made = Wish(seed=wish.seed), asdict(wish)
        shares = ("budget", "max_probability")
        changed = {name: made[name] for name in made if made[name] != getattr(usual, name)}
        return {
            name: _percent(value) if name in shares else value for name, value in changed.items()
        } | {"seed": wish.seed}

    def wish(self, seed: int) -> Wish:
        """Return what was typed; seed: the round's, where none was."""
        return Wish(
            mode=self.mode.data or "default",
            budget=_share(self.budget.data, Decimal(1)) / 100,
            strong=_share(self.strong.data, Decimal("0.5")),
            max_probability=_share(self.max_probability.data, Decimal(50)) / 100,
            seed=seed if self.seed.data is None else self.seed.data,
            native=bool(self.native.data),
            panel=self.panel.data or "",
            juror=self.juror.data or "",
        )


def _percent(share: float) -> float:
    return round(100 * share, 6)


def _share(value: Decimal | None, usual: Decimal) -> float:
    return float(usual if value is None else value)

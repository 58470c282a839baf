"""Forms of how a season is judged: a round and a criterion of its rubric."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from award.forms import (
    FiniteDecimalField,
    LocalizedField,
    MomentField,
    TextInSomeLanguage,
    WholeNumberField,
)
from award.seasons.fields import LevelsField, TiesField
from award.seasons.forms import KEY, KEY_HINT

POINTS = NumberRange(-10_000, 10_000)


class RoundForm(FlaskForm):
    """One stage of judging."""

    name = LocalizedField(_l("Name of the round"), [TextInSomeLanguage()])
    opens_at = MomentField(_l("Scoring opens"), [Optional()])
    closes_at = MomentField(_l("Scoring closes"), [Optional()])
    announces_at = MomentField(
        _l("Results become public"),
        [Optional()],
        description=_l("At this minute the results appear by themselves, if they are decided."),
    )
    appeals_until = MomentField(
        _l("Teams can appeal until"),
        [Optional()],
        description=_l("From the results until then each team can file one. Empty: no appeals."),
    )
    jurors_per_entry = WholeNumberField(
        _l("Jurors an entry"), [InputRequired(), NumberRange(1, 50)]
    )
    blind = BooleanField(_l("Blind: jurors see no names"))
    ranks = BooleanField(_l("This round ranks (off: a calibration round)"))
    live = BooleanField(
        _l("Live: entries are pitched on a stage and scored meanwhile"),
        description=_l("Gives the round a running order, a clock and a page that jurors follow."),
    )
    rank_by = SelectField(
        _l("What orders the ranking"),
        [InputRequired()],
        choices=[
            ("calibrated", _l("Scores corrected for strict and lenient jurors")),
            ("plain", _l("The plain weighted mean")),
        ],
    )
    juror_weights = BooleanField(
        _l("In the fair score, jurors who stray less count more"),
        description=_l("Tell the jury before the round opens: not every sheet weighs the same."),
    )
    robust = BooleanField(
        _l("In the fair score, sheets far from all others count less"),
        description=_l("Protects an entry from a slip of the hand or a grudge."),
    )
    cut = WholeNumberField(_l("So many entries go on"), [Optional(), NumberRange(1, 100000)])
    ties = TiesField(
        _l("Ties are broken by"),
        description=_l("Step after step, until the places differ. Without a step a tie stays."),
    )

    def validate_closes_at(self, field: Any) -> None:
        """Scoring cannot close before it opens."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("Scoring must close after it opens."))


class CriterionForm(FlaskForm):
    """One line of the rubric with its anchored levels."""

    title = LocalizedField(_l("Criterion"), [TextInSomeLanguage()])
    help = LocalizedField(_l("What to look at"), rows=2)
    weight = FiniteDecimalField(_l("Weight"), [InputRequired(), NumberRange(min=0.001, max=1000)])
    minimum = FiniteDecimalField(_l("Lowest score"), [InputRequired(), POINTS])
    maximum = FiniteDecimalField(_l("Highest score"), [InputRequired(), POINTS])
    step = FiniteDecimalField(_l("Step"), [InputRequired(), NumberRange(min=0.001, max=10_000)])
    required = BooleanField(_l("A score is required"))
    comment_required = BooleanField(_l("A comment is required"))
    levels = LevelsField(
        _l("Levels"),
        description=_l("What a score means, for the points you want to explain."),
    )
    key = StringField(_l("Short name for exports"), [Optional(), KEY], description=KEY_HINT)

    def validate_maximum(self, field: Any) -> None:
        """A scale must grow, and at least one step must fit into it."""
        low, step = self.minimum.data, self.step.data
        if field.data is None or low is None:
            return
        if field.data <= low:
            raise ValidationError(_("The highest score must be above the lowest."))
        if step is not None and field.data - low < step:
            raise ValidationError(_("The scale is shorter than one step."))

    def validate_levels(self, field: Any) -> None:
        """Each level has a score of its own on the scale."""
        seen: set[Decimal] = set()
        for points, text in field.data or ():
            shown = next(iter(text.values()), "")[:60]
            if points is None:
                raise ValidationError(_("Write a score before “%(text)s”.", text=shown))
            if not self._on_scale(points):
                raise ValidationError(_("The score of “%(text)s” is off the scale.", text=shown))
            if points in seen:
                raise ValidationError(_("Two levels have the score of “%(text)s”.", text=shown))
            seen.add(points)

    def _on_scale(self, points: Decimal) -> bool:
        low, high = self.minimum.data, self.maximum.data
        return low is None or high is None or low <= points <= high

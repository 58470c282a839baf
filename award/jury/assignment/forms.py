"""Forms of a round's assignment: by hand, from a table, and wishes for a proposal."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from award.forms import FiniteDecimalField, WholeNumberField
from award.jury.proposals.drafting import Wish

NEEDED = _l("Please fill this in.")


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

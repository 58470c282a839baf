"""The first words to a juror; and what /dev/ui shows: every kind of field, every scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    ColorField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from award.forms import LocalizedField, MomentField, WholeNumberField
from award.seasons.fields import OptionsField


class FirstJurorForm(FlaskForm):
    """What an invitation needs; the rest can be said on the juror's page."""

    name = StringField(_l("Name"), [InputRequired(_l("Please fill this in.")), Length(max=200)])
    email = EmailField(_l("E-mail"), [InputRequired(_l("Please fill this in.")), Length(max=254)])
    organisation = StringField(_l("Organisation"), [Length(max=200)])
    is_chair = BooleanField(_l("Leads the panel"))


CHOICES = [("one", "One"), ("two", "Two"), ("three", "Three with a much longer label")]
REFUSED = "Say here what is wrong, and what to do."


class SampleForm(FlaskForm):
    """One field of each kind that forms.html draws."""

    line = StringField("A line", [InputRequired()], description="A hint before the field.")
    text = TextAreaField("A long text", description="Counts words while somebody writes.")
    number = WholeNumberField("A number")
    moment = MomentField("A moment")
    colour = ColorField("A colour")
    select = SelectField("A list", choices=CHOICES)
    radio = RadioField("One of several", [InputRequired()], choices=CHOICES)
    switch = RadioField("One of a few", choices=CHOICES[:2])
    several = SelectMultipleField(
        "Several of several",
        choices=CHOICES,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    box = BooleanField("Yes or no")
    languages = LocalizedField("A text in each language")
    lines = OptionsField("Lines of choices")
    file = FileField("A file")


def sample_form(*, refused: bool) -> SampleForm:
    """Return the form as it is first shown, or as it comes back with each field refused."""
    form = SampleForm(formdata=None, prefix="refused-" if refused else "")
    for field in form if refused else ():
        field.errors = [] if field.type == "CSRFTokenField" else [REFUSED]
    form.form_errors = ["This is wrong with the form as a whole."] if refused else []
    return form


@dataclass(frozen=True, slots=True)
class SampleCriterion:
    """A criterion as the desk draws it."""

    key: str
    title: str
    minimum: float
    maximum: float
    step: float = 1
    required: bool = True
    levels: tuple[tuple[float, str], ...] = ()


LEVELS = ((1, "Nobody would miss it."), (5, "Helps some."), (9, "Changes how a town lives."))
CRITERIA = (
    (SampleCriterion("ten", "One to ten, with levels", 1, 10, levels=LEVELS), {"value": 7}),
    (SampleCriterion("five", "Nothing chosen yet", 1, 5), {"weight_text": "weight 20 %"}),
    (SampleCriterion("hundred", "A scale too long for cells", 0, 100), {"value": 64}),
    (SampleCriterion("missing", "Refused", 0, 3), {"error": REFUSED}),
    (
        SampleCriterion("closed", "Locked, with a hint", 1, 5),
        {"value": 4, "locked": True, "hint": "Read-only since the round closed."},
    ),
)
"""Criteria with the further arguments of ``score_scale``: every look that one can have."""


CALLED = SampleCriterion("called", "With a part of the page", 1, 5)


def samples() -> dict[str, Any]:
    """Return what the page of the macros prints."""
    return {
        "form": sample_form(refused=False),
        "refused": sample_form(refused=True),
        "criteria": CRITERIA,
        "called": CALLED,
    }

"""Forms of the set-up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import (
    DataRequired,
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ColorInput, ListWidget

from award.forms import (
    YEARS,
    FiniteDecimalField,
    LocalizedField,
    MomentField,
    TextInSomeLanguage,
    WholeNumberField,
)
from award.i18n import LANGUAGE_NAMES
from award.models.seasons import Season
from award.seasons.fields import OptionsField

KEY_HINT = _l("Latin letters, digits and underscores. Leave it empty: we make one from the name.")
KEY = Regexp(r"^[a-z][a-z0-9_]{0,39}$", message=_l("Use Latin letters, digits and underscores."))
SLUG = Regexp(
    r"^[a-z0-9][a-z0-9-]{0,59}$", message=_l("Use small Latin letters, digits and hyphens.")
)
SLUG_HINT = _l("For example 2027. It stands in the address of the season's public page.")
FINITE = NumberRange(-1e12, 1e12)
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")
)


class ProgrammeForm(FlaskForm):
    """Name, brand, zone, languages and contact of a programme."""

    name = LocalizedField(_l("Name of the programme"), [TextInSomeLanguage()])
    slug = StringField(_l("Part of addresses"), [DataRequired(), SLUG])
    colour = StringField(
        _l("Brand colour"),
        [DataRequired(), Regexp(r"^#[0-9a-fA-F]{6}$", message=_l("Write a colour like #0b6650."))],
        widget=ColorInput(),
    )
    logo = FileField(_l("Logo (PNG, JPEG)"), [Optional()])
    time_zone = SelectField(
        _l("Time zone"), [InputRequired()], choices=[(zone, zone) for zone in ZONES]
    )
    languages = SelectMultipleField(
        _l("Languages of your texts"),
        choices=list(LANGUAGE_NAMES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Choose at least one language."))],
    )
    contact_email = EmailField(
        _l("Address for questions"),
        [
            DataRequired(),
            Email(_l("This does not look like an e-mail address. Please check it.")),
            Length(max=254),
        ],
    )


class SeasonNameForm(FlaskForm):
    """The first step of a season: what it is called, and what holds for its whole programme."""

    name = LocalizedField(_l("Name of the season"), [TextInSomeLanguage()])
    about = LocalizedField(
        _l("About the season"),
        rows=3,
        description=_l("It stands on the public page. It can wait."),
    )
    slug = StringField(_l("Part of addresses"), [DataRequired(), SLUG], description=SLUG_HINT)
    programme_name = LocalizedField(_l("Name of the programme"), [TextInSomeLanguage()])
    languages = ProgrammeForm.languages
    time_zone = ProgrammeForm.time_zone
    contact_email = ProgrammeForm.contact_email


class StartForm(FlaskForm):
    """What a season begins with."""

    beginning = RadioField(_l("Begin with"), [InputRequired(_l("Please choose."))])


class BasicsForm(FlaskForm):
    """Name, text and dates of a season, and whether the public reads who judges."""

    name = LocalizedField(_l("Name of the season"), [TextInSomeLanguage()])
    about = LocalizedField(_l("About the season"), rows=4)
    slug = StringField(_l("Part of addresses"), [DataRequired(), SLUG], description=SLUG_HINT)
    code_prefix = StringField(
        _l("Beginning of entry codes"),
        [
            Optional(),
            Regexp(r"^[A-Z0-9]{1,8}$", message=_l("Use up to 8 capital Latin letters and digits.")),
        ],
    )
    opens_at = MomentField(_l("Entries open"), [Optional()])
    closes_at = MomentField(_l("Entries close"), [Optional()])
    shows_jury = BooleanField(
        _l("Name the jury on the season's page"),
        description=_l("Names and organisations of those who accepted. Ask them before."),
    )

    def validate_closes_at(self, field: Any) -> None:
        """The door cannot close before it opens."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("Entries must close after they open."))


class EligibilityForm(FlaskForm):
    """Who may enter."""

    min_age = WholeNumberField(_l("Youngest age"), [Optional(), NumberRange(5, 99)])
    max_age = WholeNumberField(_l("Oldest age"), [Optional(), NumberRange(5, 120)])
    age_on = DateField(_l("Ages count on"), [Optional()])
    student_percent = WholeNumberField(
        _l("At least so many per cent of the team are students"), [Optional(), NumberRange(0, 100)]
    )
    min_team = WholeNumberField(_l("Smallest team"), [InputRequired(), NumberRange(1, 100)])
    max_team = WholeNumberField(_l("Largest team"), [Optional(), NumberRange(1, 100)])
    guardian_below_age = WholeNumberField(
        _l("A parent or guardian agrees for who is younger than"),
        [InputRequired(), NumberRange(0, 99)],
    )

    @classmethod
    def of(cls, season: Season) -> EligibilityForm:
        """Return the form as a season has it."""
        share = season.min_student_share
        return cls(obj=season, student_percent=int(share * 100) if share else None)

    def values(self) -> dict[str, Any]:
        """Return what was typed as a season keeps it."""
        values = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        percent = values.pop("student_percent")
        return values | {"min_student_share": Decimal(percent) / 100 if percent else None}

    def validate_max_age(self, field: Any) -> None:
        """The oldest age is not below the youngest."""
        if field.data and self.min_age.data and field.data < self.min_age.data:
            raise ValidationError(_("The oldest age is below the youngest. Change one of them."))

    def validate_max_team(self, field: Any) -> None:
        """The largest team is not below the smallest."""
        if field.data and self.min_team.data and field.data < self.min_team.data:
            raise ValidationError(_("The largest team is below the smallest. Change one of them."))

    def validate_age_on(self, field: Any) -> None:
        """The day lies in a year that a season can be in."""
        if field.data and field.data.year not in YEARS:
            raise ValidationError(_("Choose a year between 2000 and 2099."))


class CategoryForm(FlaskForm):
    """What an entry enters for."""

    name = LocalizedField(_l("Name of the category"), [TextInSomeLanguage()])
    about = LocalizedField(_l("What belongs here"), rows=3)
    key = StringField(_l("Short name for exports"), [Optional(), KEY], description=KEY_HINT)


class QuestionForm(FlaskForm):
    """One question of the entry form; ``only_for`` says which kinds a field belongs to."""

    only_for: ClassVar[Mapping[str, str]] = {
        "options": "one_choice many_choices",
        "max_words": "short_text long_text",
        "max_characters": "short_text long_text",
        "minimum": "number",
        "maximum": "number",
        "extensions": "file",
        "max_megabytes": "file",
        "max_files": "file",
    }
    kind = SelectField(
        _l("Kind"),
        [InputRequired()],
        choices=[
            ("short_text", _l("Short text")),
            ("long_text", _l("Long text")),
            ("one_choice", _l("One choice")),
            ("many_choices", _l("Several choices")),
            ("number", _l("A number")),
            ("date", _l("Date")),
            ("link", _l("Link")),
            ("file", _l("File")),
            ("agreement", _l("Agreement")),
        ],
    )
    label = LocalizedField(_l("Question"), [TextInSomeLanguage()])
    help = LocalizedField(_l("Help below the question"), rows=2)
    required = BooleanField(_l("An answer is required"))
    visibility = SelectField(
        _l("Who reads the answer"),
        [InputRequired()],
        choices=[
            ("jurors", _l("Jurors and organisers")),
            ("hidden_from_jurors", _l("Organisers; hidden from jurors")),
            ("staff", _l("Only organisers, never published")),
        ],
    )
    published = BooleanField(
        _l("Published once the entry is a finalist"),
        description=_l("The public reads it on the entry's page. Teams are told at the question."),
    )
    options = OptionsField(
        _l("Choices"),
        description=_l("An empty line is left out. Save to get more lines."),
    )
    max_words = WholeNumberField(_l("At most so many words"), [Optional(), NumberRange(1, 5000)])
    max_characters = WholeNumberField(
        _l("At most so many characters"), [Optional(), NumberRange(1, 50000)]
    )
    minimum = FiniteDecimalField(_l("Smallest number"), [Optional(), FINITE])
    maximum = FiniteDecimalField(_l("Largest number"), [Optional(), FINITE])
    extensions = StringField(
        _l("File types"),
        [
            Optional(),
            Length(max=200),
            Regexp(r"^[a-z0-9, ]+$", message=_l("Write the endings of file names: pdf, docx.")),
        ],
        description=_l("For example: pdf, docx, png"),
    )
    max_megabytes = WholeNumberField(_l("Largest file, MB"), [Optional(), NumberRange(1, 100)])
    max_files = WholeNumberField(_l("At most so many files"), [Optional(), NumberRange(1, 20)])
    key = StringField(_l("Short name for exports"), [Optional(), KEY], description=KEY_HINT)

    def validate_published(self, field: Any) -> None:
        """What only organisers read is not for the public."""
        if field.data and self.visibility.data == "staff":
            raise ValidationError(_("An answer only for organisers is never published."))

    def validate_options(self, field: Any) -> None:
        """A choice needs at least two answers to choose from."""
        if self.kind.data in {"one_choice", "many_choices"} and len(field.data or ()) < 2:
            raise ValidationError(_("Write at least two choices, each on its own line."))

    def validate_maximum(self, field: Any) -> None:
        """The largest number is not below the smallest."""
        low = self.minimum.data
        if self.kind.data == "number" and low is not None and field.data < low:
            raise ValidationError(
                _("The largest number is below the smallest. Change one of them.")
            )


class ConsentForm(FlaskForm):
    """One agreement."""

    title = LocalizedField(_l("Title"), [TextInSomeLanguage()])
    text = LocalizedField(
        _l("Text"),
        [TextInSomeLanguage()],
        rows=8,
        description=_l("A changed text has to be agreed to again."),
    )
    scope = SelectField(
        _l("Who agrees"),
        [InputRequired()],
        choices=[
            ("member", _l("Each member separately")),
            ("entry", _l("The lead, for the entry")),
        ],
    )
    required = BooleanField(_l("Without it the entry cannot be submitted"), default=True)
    by_guardian = BooleanField(_l("For minors a parent or guardian agrees"), default=True)
    publishes = BooleanField(
        _l("It is about publishing"),
        description=_l("In public, names and works appear only of those who gave it."),
    )
    key = StringField(_l("Short name for exports"), [Optional(), KEY], description=KEY_HINT)


class PrizeForm(FlaskForm):
    """A prize; ``only_for`` as in QuestionForm."""

    only_for: ClassVar[Mapping[str, str]] = {"place": "main", "partner": "special"}

    title = LocalizedField(_l("Title"), [TextInSomeLanguage()])
    about = LocalizedField(_l("What the winner gets"), rows=2)
    kind = SelectField(
        _l("Kind"),
        [InputRequired()],
        choices=[
            ("main", _l("Prize of the ranking")),
            ("special", _l("A partner's prize outside the ranking")),
            ("community", _l("Community award")),
        ],
    )
    place = WholeNumberField(_l("Place"), [Optional(), NumberRange(1, 100)])
    partner = StringField(_l("Partner"), [Optional(), Length(max=120)])


class FaqForm(FlaskForm):
    """A frequent question and its answer."""

    title = LocalizedField(_l("Question"), [TextInSomeLanguage()])
    text = LocalizedField(_l("The answer"), [TextInSomeLanguage()], rows=4)

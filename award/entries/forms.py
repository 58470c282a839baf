"""Forms of a team and of who screens it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TextInput

from award.entries.requirements.facts import DraftAnswer
from award.forms import MomentField
from award.i18n import format_figure
from award.languages import current_language
from award.models.entries import TOPICS
from award.models.seasons import QuestionKind
from award.seasons.form.given import chose
from award.seasons.queries import QuestionItem

PREFIX = "q_"
"""Before a question's key, so that no key collides with a form's own attributes."""
RADIOS = 8


def told(question: QuestionItem) -> str:
    """Return what stands below a question: its help, its bounds, whether the public reads it."""
    public = _("Published if you become finalists.") if question.published else ""
    return " ".join(filter(None, (question.help, _bounds(question), public)))


def _bounds(question: QuestionItem) -> str:
    """Return how large a number, how long a text must be; the most is counted below a text."""
    least, most = (
        None if (limit := question.limits.get(name)) is None
        else format_figure(float(limit), current_language())
        for name in ("minimum", "maximum")
    )  # fmt: skip
    if question.kind is not QuestionKind.NUMBER:
        words = question.limits.get("min_words")
        return ngettext("At least %(num)s word.", "At least %(num)s words.", words) if words else ""
    if least is not None and most is not None:
        return _("From %(least)s to %(most)s.", least=least, most=most)
    if least is not None:
        return _("%(least)s or more.", least=least)
    return _("%(most)s or less.", most=most) if most is not None else ""


def _field(question: QuestionItem, given: Any) -> Field:
    """Return an unbound field; what is typed is judged by ``requirements.answers`` alone.

    An option that is no longer offered stays where it was given, so that saving loses nothing.
    """
    choices = [
        (one.key, _("%(choice)s (no longer offered)", choice=one.label))
        if one.withdrawn
        else (one.key, one.label)
        for one in question.options
        if not one.withdrawn or chose(given, one.key)
    ]
    common: dict[str, Any] = {"label": question.label, "description": told(question)}
    if question.kind is QuestionKind.LONG_TEXT:
        return TextAreaField(**common)
    if question.kind is QuestionKind.ONE_CHOICE and len(choices) <= RADIOS:
        return RadioField(**common, choices=choices, validate_choice=False)
    if question.kind is QuestionKind.ONE_CHOICE:
        return SelectField(**common, choices=[("", "—"), *choices], validate_choice=False)
    if question.kind is QuestionKind.MANY_CHOICES:
        boxes = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
        return SelectMultipleField(**common, **boxes, choices=choices, validate_choice=False)
    if question.kind is QuestionKind.AGREEMENT:
        return BooleanField(**common)
    widget = DateInput() if question.kind is QuestionKind.DATE else TextInput()
    return StringField(**common, widget=widget)


def answers_form(questions: Sequence[QuestionItem], drafts: Mapping[str, DraftAnswer]) -> FlaskForm:
    """Build the form of a season's questions (files aside), filled with the draft."""
    fields: dict[str, Any] = {}
    filled: dict[str, Any] = {}
    for question in questions:
        if question.kind is QuestionKind.FILE:
            continue
        stored = drafts.get(question.key)
        value = stored.value if stored else None
        fields[PREFIX + question.key] = _field(question, value)
        if question.key == TOPICS and value:
            value = ", ".join(value)
        text_like = question.kind in (QuestionKind.NUMBER, QuestionKind.SHORT_TEXT)
        filled[PREFIX + question.key] = str(value) if text_like and value is not None else value
    return type("AnswersForm", (FlaskForm,), fields)(data=filled)


class MemberForm(FlaskForm):
    """What a member says about herself."""

    birth_date = DateField(_l("Birth date"), [Optional()])
    is_student = BooleanField(_l("I study at a school, college or university"))


class InviteForm(FlaskForm):
    """Whom to invite."""

    email = EmailField(_l("E-mail address"), [DataRequired(), Length(max=254)], id="invite_email")


class GuardianForm(FlaskForm):
    """Whose consent to ask for."""

    name = StringField(
        _l("Full name of the parent or guardian"),
        [DataRequired(), Length(max=200)],
        id="guardian_name",
    )
    email = EmailField(
        _l("Their own e-mail address"), [DataRequired(), Length(max=254)], id="guardian_email"
    )


class GuardianAnswerForm(FlaskForm):
    """A guardian's answer; the consents are boxes of their own."""

    name = StringField(
        _l("Your full name"), [DataRequired(_l("Write your name.")), Length(max=200)]
    )


class UploadForm(FlaskForm):
    """One file."""

    file = FileField(_l("File"))


class ScreenForm(FlaskForm):
    """The verdict; number is the version that was read."""

    number = HiddenField()
    verdict = RadioField(
        _l("Verdict"),
        [InputRequired()],
        choices=[("eligible", _l("Eligible")), ("ineligible", _l("Not eligible"))],
    )
    reason = TextAreaField(
        _l("Reason"),
        [Length(max=4000)],
        description=_l("The team reads it. Needed where the entry is not eligible."),
        id="screen_reason",
    )


class LeadForm(FlaskForm):
    """Who leads from now on, and why."""

    member = SelectField(_l("New team lead"), [DataRequired()], id="lead_member")
    reason = StringField(_l("Reason"), [DataRequired(), Length(max=500)], id="lead_reason")


class ExtensionForm(FlaskForm):
    """A later deadline."""

    closes_at = MomentField(_l("New deadline"), [InputRequired()])
    reason = StringField(_l("Reason"), [DataRequired(), Length(max=500)], id="extension_reason")


class BulkVerdictForm(FlaskForm):
    """The reason of a verdict on many; needed where they are not eligible."""

    needed = False
    reason = TextAreaField(
        _l("Reason"), [Length(max=4000)], description=_l("Every one of these teams reads it.")
    )

    def validate_reason(self, field: Field) -> None:
        """Whoever is turned away is told why."""
        if self.needed and not (field.data or "").strip():
            raise ValidationError(_("Write the reason: these teams will read it."))


class BulkCategoryForm(FlaskForm):
    """Where to move entries."""

    category = SelectField(_l("To the category"), [DataRequired()])


class PaperForm(FlaskForm):
    """What a signed form on paper says."""

    member = SelectField(_l("Member"), [DataRequired()], id="paper_member")
    guardian_name = StringField(
        _l("Who signed"), [DataRequired(), Length(max=200)],
        description=_l(
            "Full name as on the form: the parent or guardian of a minor, else the member."
        ),
    )  # fmt: skip
    agreed = SelectMultipleField(
        _l("Agreed to"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class MessageForm(FlaskForm):
    """A message of an entry's thread; seen is the newest one that its writer had read."""

    key = HiddenField(validators=[Length(max=40)], id="message_key")
    seen = HiddenField(validators=[Length(max=40)], id="message_seen")
    text = TextAreaField(
        _l("Your message"),
        [DataRequired(_l("Please write something first.")), Length(max=4000)],
        id="message_text",
    )


class SettleForm(FlaskForm):
    """What was done about a report."""

    reason = StringField(
        _l("What was done?"),
        [DataRequired(_l("Please say in a few words what was done.")), Length(max=500)],
        description=_l("Kept with the report; the team and the jury do not read it."),
    )


class ByHandForm(FlaskForm):
    """What stands on the paper beside the answers."""

    source = StringField(
        _l("Where it came from"),
        [DataRequired(_l("Say how it came and when.")), Length(max=300)],
        description=_l("For example: letter of 3 May from School 7. It stands in the log."),
    )
    lead_name = StringField(_l("Full name"), [DataRequired(), Length(max=200)])
    lead_email = EmailField(_l("E-mail address"), [DataRequired(), Length(max=254)])
    language = SelectField(_l("Language of the entry"), [DataRequired()])
    birth_date = DateField(_l("Birth date"), [Optional()])
    is_student = BooleanField(_l("Studies at a school, college or university"))
    members = TextAreaField(
        _l("Further team members"),
        [Optional(), Length(max=4000)],
        description=_l(
            "One a line: Mara Member, mara@school.example. Whoever has an address gets a place in "
            "the team; without one only the name is kept. Birth dates come from the members, "
            "signed consents are noted at screening."
        ),
    )
    agreed = SelectMultipleField(
        _l("Agreed to"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    signed_by = StringField(
        _l("Who signed"),
        [Optional(), Length(max=200)],
        description=_l(
            "Full name as on the form: the parent or guardian of a minor, else the member."
        ),
    )
    signed_on = DateField(_l("Signed on"), [Optional()])


def by_hand_form(questions: Sequence[QuestionItem]) -> Any:
    """Build the form for an entry on paper: the questions (files aside) beside ByHandForm's own."""
    fields = {
        PREFIX + one.key: _field(one, None)
        for one in questions
        if one.kind is not QuestionKind.FILE
    }
    return type("PaperEntryForm", (ByHandForm,), fields)()

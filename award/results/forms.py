"""Forms of ``award.results``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from award.forms import LocalizedField, MomentField, TextInSomeLanguage, WholeNumberField

REASON = 2000
LONGEST = 6000
PEOPLE = 200_000


class TabulateForm(FlaskForm):
    """Why there is another tabulation; the first one needs no reason."""

    reason = TextAreaField(
        _l("Why is it tabulated again?"), validators=[Optional(), Length(max=REASON)]
    )


class DecisionForm(FlaskForm):
    """What the jury decided for one entry."""

    outcome = SelectField(_l("Decision"), validators=[DataRequired()])
    place = WholeNumberField(_l("Place"), validators=[Optional(), NumberRange(min=1, max=1000)])
    prize = SelectField(_l("Prize"), coerce=int, default=0)
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Needed where the decision differs from the computed result."),
        validators=[Optional(), Length(max=REASON)],
    )


class CitationForm(FlaskForm):
    """What the jury says in public about a winner."""

    words = LocalizedField(_l("What the jury says about it"), rows=3)


class SpecialForm(FlaskForm):
    """A partner's prize or the community award for an entry, outside the ranking."""

    prize = SelectField(_l("Prize"), coerce=int)
    entry = SelectField(_l("Goes to"), coerce=int)
    reason = StringField(_l("Reason"), validators=[Optional(), Length(max=REASON)])


class AnnouncementForm(FlaskForm):
    """The minute that ends the embargo."""

    announces_at = MomentField(_l("The results become public on"), validators=[DataRequired()])


class ReasonForm(FlaskForm):
    """A reason that is kept in the log."""

    reason = TextAreaField(_l("Reason"), validators=[DataRequired(), Length(max=REASON)])


class OrderForm(FlaskForm):
    """Whose certificates to issue."""

    kinds = SelectMultipleField(
        _l("Whose certificates?"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    tell = BooleanField(_l("Tell each person by mail when the certificate is made"), default=True)


class AttendanceForm(FlaskForm):
    """From how many workshops on somebody gets a certificate."""

    minimum = SelectField(
        _l("Who attended"), coerce=int, validators=[InputRequired()], id="attendance-minimum"
    )
    tell = BooleanField(_l("Tell those with an e-mail address"), default=True, id="attendance-tell")


class NamedForm(FlaskForm):
    """People who get a certificate without an account: a line each."""

    kind = SelectField(_l("For"), validators=[DataRequired()], id="named-kind")
    language = SelectField(_l("Language"), validators=[DataRequired()])
    people = TextAreaField(
        _l("Names"),
        description=_l("A line each: name; project; e-mail. Project and e-mail may be left out."),
        validators=[DataRequired(), Length(max=PEOPLE)],
    )
    tell = BooleanField(_l("Tell those with an e-mail address"), default=True, id="named-tell")


class ReissueForm(FlaskForm):
    """The corrected texts of a certificate, and why it is issued again."""

    name = StringField(_l("Name"), validators=[DataRequired(), Length(max=200)])
    project = StringField(_l("Project"), validators=[Optional(), Length(max=300)])
    reason = TextAreaField(_l("Reason"), validators=[DataRequired(), Length(max=REASON)])


class SignatoryForm(FlaskForm):
    """Who signs the certificates."""

    name = LocalizedField(_l("Name"), [TextInSomeLanguage()])
    role = LocalizedField(_l("Role"))
    picture = FileField(_l("Signature (PNG with a transparent ground, or JPEG)"), [Optional()])


class FurtherForm(FlaskForm):
    """Which further scores to ask for, and until when."""

    pairs = SelectMultipleField(_l("Further scores"), choices=[])
    closes_at = MomentField(_l("The jurors have time until"), validators=[DataRequired()])


class PublishingForm(FlaskForm):
    """What goes out together with the results."""

    publishes_bundle = BooleanField(
        _l("Publish the result bundle"),
        description=_l(
            "Anybody can then recompute the result. It names entries by their codes and jurors by "
            "random names, and holds all points and the reasons of decisions. Nothing of it is "
            "there before the announcement."
        ),
    )
    tells_places = BooleanField(
        _l("Tell every team its place"),
        description=_l(
            "In its feedback and its letter. Otherwise only winners learn their places."
        ),
    )


class PasswordAgainForm(FlaskForm):
    """Something that the session alone must not do."""

    password = PasswordField(
        _l("Your password, once more"), validators=[DataRequired(), Length(max=200)]
    )


class SignForm(PasswordAgainForm):
    """A juror's signature; digest is of the protocol that the page showed."""

    digest = HiddenField(validators=[DataRequired(), Length(max=64)])
    dissent = TextAreaField(
        _l("Your dissent"),
        description=_l(
            "Only where you disagree with how it came about or with what was decided. It is "
            "printed in the protocol under your name."
        ),
        validators=[Optional(), Length(max=REASON)],
    )


class KeyForm(PasswordAgainForm):
    """An organiser's P12 with what opens it."""

    p12 = FileField(
        _l("P12 file"),
        description=_l(
            "Also called PKCS#12 or PFX: the private key and its certificate in one file, P-256 or "
            "RSA."
        ),
        validators=[FileRequired(_l("Please choose a file."))],
    )
    passphrase = PasswordField(
        _l("Passphrase of the file"),
        description=_l("It opens the file once and is not kept."),
        validators=[Optional(), Length(max=1000)],
    )


class MoveForm(FlaskForm):
    """What the jury decides on the entry that it talks about; the reason is always asked for."""

    entry = HiddenField(validators=[DataRequired()])
    seen = HiddenField()
    outcome = SelectField(
        _l("Decision"), validators=[DataRequired(_l("Choose what the jury decides."))]
    )
    place = WholeNumberField(_l("Place"), validators=[Optional(), NumberRange(min=1, max=1000)])
    reason = TextAreaField(_l("Reason"), validators=[DataRequired(), Length(max=REASON)])


class NoteForm(FlaskForm):
    """A line of the minutes."""

    text = StringField(
        _l("A line for the minutes"), validators=[DataRequired(), Length(max=REASON)]
    )


class StageForm(FlaskForm):
    """How long a pitch and its questions take."""

    pitch = WholeNumberField(
        _l("Minutes for a pitch"), [InputRequired(), NumberRange(min=1, max=60)]
    )
    questions = WholeNumberField(
        _l("Minutes for questions"), [InputRequired(), NumberRange(min=1, max=60)]
    )


class AppealForm(FlaskForm):
    """What a team holds against how a round went; ``score`` is there to explain that it is none."""

    ground = RadioField(
        _l("What went wrong?"),
        [InputRequired(_l("Choose what comes closest."))],
        choices=[
            ("procedure", _l("The announced procedure was not kept")),
            ("conflict", _l("A juror had a conflict of interest")),
            ("wrong_sheet", _l("A score sheet belongs to another entry")),
            ("computation", _l("The computation is wrong")),
            ("score", _l("None of these: our project deserved more points")),
        ],
    )
    text = TextAreaField(
        _l("What happened, and how do you know about it?"),
        [DataRequired(_l("Please describe what happened.")), Length(max=LONGEST)],
    )


class AnswerForm(FlaskForm):
    """The organisers' answer to an appeal."""

    ruling = RadioField(
        _l("Your answer"),
        [InputRequired(_l("Choose one answer."))],
        choices=[
            ("upheld", _l("Upheld: the appeal is right")),
            ("partly", _l("Partly upheld")),
            ("dismissed", _l("Dismissed")),
        ],
    )
    answer = TextAreaField(
        _l("Why, and what follows"),
        [DataRequired(_l("Please say why.")), Length(max=LONGEST)],
        description=_l("Everybody on the team reads it on the page of the appeal and by mail."),
    )
    recalculation = SelectField(_l("Recalculation that goes with it"), choices=[])

"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from award.i18n import LANGUAGE_NAMES


def _email() -> EmailField:
    return EmailField(
        _l("E-mail"),
        validators=[DataRequired(_l("Write your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )


def _new_password() -> PasswordField:
    return PasswordField(
        _l("Password"),
        description=_l("At least 10 characters; a sentence that you remember is best."),
        validators=[DataRequired(_l("Choose a password.")), Length(max=500)],
        render_kw={"autocomplete": "new-password"},
    )


def _name() -> StringField:
    return StringField(
        _l("Your name"),
        description=_l("As it should stand on a certificate."),
        validators=[DataRequired(_l("Write your name.")), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )


class SignInForm(FlaskForm):
    """Sign in with address and password."""

    email = _email()
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Write your password.")), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )


class SignUpForm(FlaskForm):
    """Make an account."""

    name = _name()
    email = _email()
    password = _new_password()


class EmailForm(FlaskForm):
    """Ask for a link by mail."""

    email = _email()


class NewPasswordForm(FlaskForm):
    """Choose a new password."""

    password = _new_password()


class ChangePasswordForm(NewPasswordForm):
    """Choose a new password, knowing the old one."""

    current = PasswordField(
        _l("Current password"),
        validators=[DataRequired(_l("Write your current password."))],
        render_kw={"autocomplete": "current-password"},
    )


class ProfileForm(FlaskForm):
    """Change name and language."""

    name = _name()
    language = SelectField(
        _l("Language"), choices=list(LANGUAGE_NAMES.items()), validators=[InputRequired()]
    )


class AcceptForm(FlaskForm):
    """Make an account while accepting an invitation; the address is the invited one."""

    name = _name()
    password = _new_password()


class InviteStaffForm(FlaskForm):
    """Invite somebody to work for the programme."""

    email = _email()
    role = SelectField(
        _l("Role"),
        validators=[InputRequired()],
        choices=[
            ("organiser", _l("Organiser: sets up, screens, decides")),
            ("auditor", _l("Auditor: reads everything, changes nothing")),
            ("owner", _l("Owner: also manages staff")),
        ],
    )

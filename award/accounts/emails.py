"""What an e-mail address is to us: checked once, found by its folded form."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from award.errors import InputError


def email_key(email: str) -> str:
    """Return the folded form of an address under which a person is found."""
    return email.strip().casefold()


def check_email(email: str) -> str:
    """Return the address in its usual form; InputError("email_invalid") if it is none."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InputError("email_invalid", field="email") from error

"""Passwords: argon2id at a cost that two cores can bear on a deadline evening."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from award.errors import InputError
from award.i18n import fold

MINIMUM = 10
COMMON = frozenset(
    {
        "1234567890", "12345678910", "0123456789", "qwertyuiop", "йцукенгшщз", "password123",
        "passwordpassword", "1q2w3e4r5t", "qwerty12345", "qwerty123456", "1qaz2wsx3edc",
        "iloveyou123", "пароль12345",
    }
)  # fmt: skip
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turn = BoundedSemaphore(2)
_nobody = _hasher.hash("nobody has this password")


def check_allowed(password: str, *, email: str, name: str) -> None:
    """Refuse a password that is short, widely used, or made of the person's own name or address.

    Raises InputError("password_short" | "password_common" | "password_personal").
    """
    if len(password) < MINIMUM:
        raise InputError("password_short", field="password", minimum=MINIMUM)
    if len(set(password)) < 4 or fold(password) in COMMON:
        raise InputError("password_common", field="password")
    own = {fold(email), fold(email).partition("@")[0], fold(name)}
    if fold(password) in own:
        raise InputError("password_personal", field="password")


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; at most two are computed at a time."""
    with _turn:
        return _hasher.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; without a hash it takes the same time and is wrong."""
    with _turn:
        try:
            return _hasher.verify(password_hash or _nobody, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

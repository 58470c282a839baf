"""What can go wrong, each with its HTTP status. ``award.texts`` turns codes into sentences."""

from __future__ import annotations

from typing import Any, ClassVar


class AwardError(Exception):
    """A refusal that the person who meets it can read: a code with parameters.

    code names a sentence in ``award.texts``; params fill its placeholders.
    """

    status: ClassVar[int] = 400

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({shown})" if shown else self.code


class InputError(AwardError):
    """What was sent cannot be used as it is; ``field`` names the question it belongs to."""

    status = 422

    def __init__(self, code: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.field = field


class RuleError(AwardError):
    """A rule of the season forbids this now: closed, locked, already decided."""

    status = 409


class EditConflictError(AwardError):
    """Somebody else saved first; ``current`` holds what the store has now."""

    status = 409

    def __init__(self, code: str = "edit_conflict", *, current: Any = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.current = current


class NotFoundError(AwardError):
    """Not there, or not for this person: both look the same."""

    status = 404

    def __init__(self, code: str = "not_found", **params: Any) -> None:
        super().__init__(code, **params)


class SignInRequiredError(AwardError):
    """The page needs a signed-in person."""

    status = 401

    def __init__(self) -> None:
        super().__init__("sign_in_required")


class ThrottledError(AwardError):
    """Too many tries; ``seconds`` until the next one."""

    status = 429


class StoreBusyError(AwardError):
    """The store could not take the write in time; nothing was changed."""

    status = 503

    def __init__(self) -> None:
        super().__init__("store_busy")

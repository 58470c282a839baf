"""What the engine refuses, as codes: the caller turns a code and its parameters into a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

Parameter = str | int | float


class ScoringError(ValueError):
    """The input cannot be tabulated. `code` says why, `params` says where; both are stable."""

    def __init__(self, code: str, **params: Parameter) -> None:
        self.code = code
        self.params = params
        details = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{code} ({details})" if details else code)


@dataclass(frozen=True)
class Notice:
    """Something the reader of a tabulation must know, but that did not stop it."""

    code: str
    params: dict[str, Parameter] = field(default_factory=dict)

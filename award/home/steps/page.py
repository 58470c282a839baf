"""What one step of a season's guided set-up is to its route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: its form, what the template prints beside it, and what saving does.

    stays: one comes back to the step after saving, for there may be more to add.
    """

    form: Any
    more: Mapping[str, Any] = field(default_factory=dict)
    save: Callable[[Session], Any] = lambda _session: None
    stays: bool = False

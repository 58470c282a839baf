"""Commands read the environment: here it names the test's own installation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config import Settings


@pytest.fixture
def as_installation(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after which a command works on the store of this test, in English."""

    def use() -> None:
        monkeypatch.setenv("AWARD_INSTANCE", str(settings.instance))
        monkeypatch.setenv("AWARD_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("AWARD_SECRET_KEY", settings.secret_key)
        monkeypatch.setenv("AWARD_BASE_URL", settings.base_url)
        monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    return use

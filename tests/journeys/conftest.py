"""What journeys share: a real installation, people with windows of their own, the worker's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session

from award.app import create_app
from award.db import db, unit_of_work
from award.models.accounts import User
from award.worker import sweep
from config import Settings
from tests.browser import signed_in

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application as it is installed: forms need their CSRF token here."""
    built = create_app(settings)
    yield built
    with built.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass(frozen=True)
class Stage:
    """An installation that is running, and what happens to it from outside the browser."""

    app: Flask
    address: str
    new_context: Callable[..., BrowserContext]
    sign_in: Callable[[User], Any]

    def window(self, user: User | None = None, **options: Any) -> Page:
        """Open a person's own window; options are Playwright's, addresses may begin with /."""
        options = {"viewport": DESKTOP, "base_url": self.address} | options
        context = self.new_context(**options)
        if user is not None:
            self.enter(context, user)
        return context.new_page()

    def enter(self, context: BrowserContext, user: User) -> None:
        """Sign a person in at a window that is open already."""
        signed_in(context, self.address, self.sign_in(user))

    def set_up(self, make: Callable[[Session], Any]) -> Any:
        """Carry out ``make`` in a unit of work of its own; returns what it returns."""

        def work() -> Any:
            with self.app.app_context(), unit_of_work() as session:
                return make(session)

        return Context().run(work)

    def work(self) -> None:
        """Let the worker do everything that is due, in a thread without Playwright's loop."""
        with ThreadPoolExecutor(1) as worker:
            worker.submit(sweep, self.app).result()


@pytest.fixture
def stage(
    app: Flask,
    live: str,
    new_context: Callable[..., BrowserContext],
    sign_in: Callable[[User], Any],
) -> Stage:
    """The running installation."""
    return Stage(app, live, new_context, sign_in)

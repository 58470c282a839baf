"""The demo's texts: invented projects, jurors and comments, read from TOML files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a team."""

    name: str
    birth: date
    student: bool


@dataclass(frozen=True, slots=True)
class Project:
    """One invented project; quality, 2 to 9.5, drives the demo's scores."""

    title: str
    category: str
    language: str
    city: str
    region: str
    organisation: str
    topics: tuple[str, ...]
    texts: dict[str, str]
    budget: int
    members: tuple[Person, ...]
    quality: float


@dataclass(frozen=True, slots=True)
class DemoJuror:
    """One invented juror; severity in points (positive is stricter), care the spread of noise."""

    name: str
    organisation: str
    email: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    region: str
    panel: str
    severity: float
    care: float


@cache
def projects() -> tuple[Project, ...]:
    """Return all projects, in an order that mixes writers and themes."""
    found = [
        _project(row)
        for path in sorted(FOLDER.glob("[ab]*.toml"))
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["entry"]
    ]
    return tuple(sorted(found, key=lambda one: one.title[::-1]))


def _project(row: dict[str, Any]) -> Project:
    return Project(
        title=row["title"],
        category=row["category"],
        language=row["language"],
        city=row["city"],
        region=row["region"],
        organisation=row["organisation"],
        topics=tuple(row["topics"]),
        texts={name: row[name] for name in ("summary", "problem", "solution", "done")},
        budget=int(row["budget"]),
        members=tuple(
            Person(one["name"], date.fromisoformat(str(one["birth"])), one["student"])
            for one in row["members"]
        ),
        quality=float(row["quality"]),
    )


@cache
def jurors() -> tuple[DemoJuror, ...]:
    """Return the jurors, in the order of their file."""
    rows = tomllib.loads((FOLDER / "jurors.toml").read_text(encoding="utf-8"))["juror"]
    return tuple(
        DemoJuror(**row | {"topics": tuple(row["topics"]), "languages": tuple(row["languages"])})
        for row in rows
    )


@cache
def comments() -> dict[str, tuple[str, ...]]:
    """Return jurors' comments for teams by tone: high, middle, low."""
    rows = tomllib.loads((FOLDER / "comments.toml").read_text(encoding="utf-8"))["comment"]
    return {
        tone: tuple(row["text"] for row in rows if row["tone"] == tone)
        for tone in ("high", "middle", "low")
    }

"""Computing a published result anew from its bundle, and comparing every number of it.

Pure: neither store nor web. A bundle's ``result`` is ``scoring.Tabulation.to_dict()``.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.metadata import version
from typing import Any

import scoring
from award.results.tabulation.comparing import Difference, exactly, within_error
from exports.records.bundles import Bundle, BundleError
from exports.records.sealing import canonical, sha256
from scoring.codec import plain_decimal


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. identical: engine and libraries are those it was published with, and
    nothing at all may differ; exact and loose count the values compared in either way.
    """

    engine: str
    identical: bool
    exact: int
    loose: int
    differences: tuple[Difference, ...]


def replay(bundle: Bundle) -> Replay:
    """Compute the bundle's result from its scores and rules, and compare.

    By the same engine and libraries everything is compared exactly. Otherwise plain values are,
    and drawn or estimated ones within their error (see ``award.results.tabulation.comparing``).
    Raises BundleError bundle_input_changed, bundle_malformed or replay_impossible (``why``).
    """
    body = bundle.content
    published = body["result"]
    computed = _computed(body)
    try:
        same = published["engine"]["version"] == computed["engine"]["version"]
        known = f"{published['engine']['name']} {published['engine']['version']}"
        if same and body["libraries"] == libraries():
            found = exactly(published, computed)
            return Replay(known, True, found.count, 0, found.differences)
        found, loose = within_error(published, computed, same_engine=same)
        return Replay(known, False, found.count, loose, found.differences)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise BundleError("bundle_malformed") from None


def libraries() -> dict[str, str]:
    """Return the versions that a number's last digit may hang on."""
    named = {name: version(name) for name in ("numpy", "scipy")}
    return {"python": platform.python_version(), **named, "machine": platform.machine()}


def scores_json(scores: scoring.Scores) -> dict[str, Any]:
    """Return the scores as the input's digest takes them: see docs/scoring.md, section 11."""
    ordered = scores.canonical()
    return {
        "entries": list(ordered.entries),
        "groups": [[item.entry, item.group] for item in ordered.groups],
        "rows": [[row.entry, row.juror, row.criterion, _plain(row.points)] for row in ordered.rows],
    }


def scores_from(data: Mapping[str, Any]) -> scoring.Scores:
    """Return the scores that ``scores_json`` wrote."""
    return scoring.Scores(
        rows=tuple(
            scoring.ScoreRow(entry, juror, key, None if points is None else Decimal(points))
            for entry, juror, key, points in data["rows"]
        ),
        entries=tuple(data["entries"]),
        groups=tuple(scoring.Group(entry, group) for entry, group in data["groups"]),
    )


def _computed(body: Mapping[str, Any]) -> dict[str, Any]:
    try:
        covered = {name: body["scores"][name] for name in ("entries", "groups", "rows")}
        digest = sha256(canonical({**covered, "rules": body["rules"]}))
        if body["rules"] != body["result"]["rules"]:
            raise BundleError("bundle_input_changed")
        if digest != body["result"]["engine"]["digest"]:
            raise BundleError("bundle_input_changed")
        scores, rules = scores_from(covered), scoring.Rules.from_dict(body["rules"])
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation):
        raise BundleError("bundle_malformed") from None
    try:
        return scoring.tabulate(scores, rules).to_dict()
    except scoring.ScoringError as error:
        raise BundleError("replay_impossible", why=str(error)) from None
    except (TypeError, ValueError, AttributeError):
        raise BundleError("bundle_malformed") from None


def _plain(points: Decimal | None) -> str | None:
    return None if points is None else plain_decimal(points)

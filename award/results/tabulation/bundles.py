"""The result bundle of a round, gathered for ``exports.records.bundles``.

Everything in it is frozen: the tabulation with its input, and the decisions that hold. Titles and
names are not in it: so the same bytes come out however often it is asked for, also years later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from award.errors import NotFoundError, RuleError
from award.models.entries import Entry
from award.models.results import Decision, Tabulation
from award.models.seasons import Prize, Programme, Round, Season, SeasonState
from award.results.rounds import outcome_is_public
from award.results.tabulation.freezing import frozen_input
from award.results.tabulation.tabulating import read_input


def latest_tabulation(session: Session, round_id: int) -> Tabulation:
    """Return the tabulation that counts, its frozen input loaded.

    Raises RuleError("round_not_tabulated") before the first.
    """
    found = session.scalars(
        select(Tabulation)
        .where(Tabulation.round_id == round_id)
        .options(undefer(Tabulation.frozen))
        .order_by(Tabulation.number.desc())
        .limit(1)
    ).first()
    if found is None:
        raise RuleError("round_not_tabulated")
    return found


def bundle_content(session: Session, round_id: int) -> dict[str, Any]:
    """Return what the bundle of a round's latest tabulation holds; jurors by their random names.

    Raises RuleError round_not_tabulated, or bundle_scores_changed for a tabulation older than the
    frozen input whose sheets have changed since: tabulate again.
    """
    tabulation = latest_tabulation(session, round_id)
    round_ = session.get_one(Round, round_id)
    season = session.get_one(Season, round_.season_id)
    programme = session.get_one(Programme, season.programme_id)
    frozen = kept_input(session, tabulation)
    return {
        "programme": programme.slug,
        "season": season.slug,
        "round": round_.position,
        "tabulation": {
            "number": tabulation.number,
            "at": _moment(tabulation.created_at),
            "reason": tabulation.reason,
        },
        "libraries": frozen["libraries"],
        "rules": tabulation.rules,
        "scores": frozen["scores"],
        "assignment": frozen["assignment"],
        "result": tabulation.result,
        "decisions": _decisions(session, round_id),
    }


def published_rounds(
    session: Session, programme_slug: str, season_slug: str, *, now: datetime
) -> Sequence[Round]:
    """Return the rounds whose bundle anybody may have by ``now``; empty before an announcement,
    and where the season does not publish them.
    """
    return session.scalars(
        select(Round)
        .join(Season, Season.id == Round.season_id)
        .join(Programme, Programme.id == Season.programme_id)
        .where(
            Programme.slug == programme_slug,
            Season.slug == season_slug,
            Season.state != SeasonState.DRAFT,
            Season.publishes_bundle,
            outcome_is_public(now),
        )
        .order_by(Round.position)
    ).all()


def published_round(
    session: Session, programme_slug: str, season_slug: str, position: int, *, now: datetime
) -> Round:
    """Return one of ``published_rounds`` by its number; else NotFoundError."""
    found = published_rounds(session, programme_slug, season_slug, now=now)
    for round_ in found:
        if round_.position == position:
            return round_
    raise NotFoundError


def kept_input(session: Session, tabulation: Tabulation) -> dict[str, Any]:
    """Return what ``Tabulation.frozen`` holds; read anew where the tabulation is older than that.

    Raises RuleError("bundle_scores_changed") where it kept none and its sheets have changed since.
    """
    if tabulation.frozen:
        return tabulation.frozen
    found = read_input(session, tabulation.round_id)
    if found.digest != tabulation.input_digest:
        raise RuleError("bundle_scores_changed")
    return frozen_input(session, tabulation.round_id, found.scores) | {"libraries": {}}


def _decisions(session: Session, round_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Decision, Entry.code, Prize.public_id)
        .join(Entry, Entry.id == Decision.entry_id)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .where(Decision.round_id == round_id, Decision.superseded_at.is_(None))
        .order_by(Entry.code, Decision.outcome, Decision.id)
    )
    return [
        {
            "entry": code,
            "outcome": decision.outcome.value,
            "place": decision.place,
            "prize": prize,
            "departs": decision.departs,
            "reason": decision.reason,
        }
        for decision, code, prize in rows
    ]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

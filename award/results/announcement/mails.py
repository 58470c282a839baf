"""The mails of an announcement, as they go out with what is decided now; nothing is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.accounts import User
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.jury import RoundEntry
from award.models.results import Decision, Outcome
from award.models.seasons import Prize, Programme, Round, Season

TEMPLATE = "results_announced"


@dataclass(frozen=True, slots=True)
class ResultMail:
    """One member's mail. decided: whether the jury has decided the entry, else it reads "out"."""

    key: str
    user_id: int
    name: str
    email: str
    language: str
    code: str
    title: str
    decided: bool
    context: dict[str, Any]

    @property
    def outcome(self) -> str:
        """What the mail tells."""
        return str(self.context["outcome"])


@dataclass(frozen=True, slots=True)
class _Told:
    outcome: Outcome
    place: int | None
    prizes: tuple[dict[str, str], ...]


def result_mails(
    session: Session, round_id: int, base_url: str, *, only: Collection[int] | None = None
) -> list[ResultMail]:
    """Return the mails that a round's announcement sends: winners first, then by code; five reads.

    only: memberships; all teams that competed where none are given. Withdrawn entries, erased
    people and those who left a team get none.
    """
    round_ = session.get_one(Round, round_id)
    season = session.get_one(Season, round_.season_id)
    programme = session.get_one(Programme, season.programme_id)
    told = _decisions(session, round_id)
    mails = [
        _mail(round_, season, programme, base_url, member, user, entry, told.get(entry.id))
        for member, user, entry in _members(session, round_id, only)
    ]
    order = [one.value for one in (Outcome.WINNER, Outcome.FINALIST, Outcome.THROUGH, Outcome.OUT)]
    return sorted(mails, key=lambda one: (order.index(one.outcome), one.context["place"] or 0))


def _members(session: Session, round_id: int, only: Collection[int] | None) -> list[Any]:
    chosen = [] if only is None else [TeamMembership.id.in_(only)]
    statement = (
        select(TeamMembership, User, Entry)
        .join(User, User.id == TeamMembership.user_id)
        .join(Entry, Entry.id == TeamMembership.entry_id)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(
            RoundEntry.round_id == round_id,
            TeamMembership.left_at.is_(None),
            User.erased_at.is_(None),
            Entry.state != EntryState.WITHDRAWN,
            *chosen,
        )
        .order_by(Entry.code, TeamMembership.id)
    )
    return list(session.execute(statement).all())


def _decisions(session: Session, round_id: int) -> dict[int, _Told]:
    rows = session.execute(
        select(Decision.entry_id, Decision.outcome, Decision.place, Prize.title)
        .outerjoin(Prize, Prize.id == Decision.prize_id)
        .where(Decision.round_id == round_id, Decision.superseded_at.is_(None))
        .order_by(Decision.id)
    ).all()
    prizes: dict[int, list[dict[str, str]]] = {}
    main: dict[int, tuple[Outcome, int | None]] = {}
    for entry_id, outcome, place, title in rows:
        prizes.setdefault(entry_id, []).extend([title] if title else [])
        if outcome is not Outcome.SPECIAL:
            main.setdefault(entry_id, (outcome, place))
    return {
        entry_id: _Told(*main.get(entry_id, (Outcome.OUT, None)), tuple(given))
        for entry_id, given in prizes.items()
    }


def _mail(
    round_: Round,
    season: Season,
    programme: Programme,
    base_url: str,
    member: TeamMembership,
    user: User,
    entry: Entry,
    told: _Told | None,
) -> ResultMail:
    language = user.language
    outcome, place, prizes = (told.outcome, told.place, told.prizes) if told else _NOTHING
    context = {
        "title": entry.title,
        "season": pick_text(season.name, language),
        "round": pick_text(round_.name, language),
        "outcome": outcome.value,
        "place": place,
        "prizes": [pick_text(title, language) for title in prizes],
        "appeals_until": round_.appeals_until,
        "zone": programme.time_zone,
        "feedback_url": f"{base_url}/{language}/entries/{entry.public_id}/feedback",
        "winners_url": f"{base_url}/{language}/{programme.slug}/{season.slug}/winners",
    }
    return ResultMail(
        key=mail_key(round_, member.public_id),
        user_id=user.id,
        name=user.name,
        email=user.email,
        language=language,
        code=entry.code,
        title=entry.title,
        decided=told is not None,
        context=context,
    )


_NOTHING: tuple[Outcome, int | None, tuple[dict[str, str], ...]] = (Outcome.OUT, None, ())


def mail_key(round_: Round, member: str = "") -> str:
    """Return the key of a member's mail; without a member, how those of the round all begin."""
    return f"announced:{round_.public_id}:{member}"

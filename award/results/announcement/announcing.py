"""The announcement: at the set minute by itself, once, whoever is asleep.

Pages show an outcome from that minute on, whether or not this ran; here the states follow, and
the mails leave.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, jobs, mail
from award.db import locked, unit_of_work
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.jury import RoundEntry
from award.models.results import Decision, Outcome
from award.models.seasons import Round, RoundState, SeasonState
from award.results.announcement.mails import TEMPLATE, result_mails
from award.results.certificates.mails import tell_all
from award.results.reading import reading
from award.results.rounds import is_final, lead_season_to, next_round
from award.seasons.transitions import set_round_state

JOB = "results.mails"
CHUNK = 100
Write = Callable[[Session, int, list[int], str, datetime], None]


def announce_due(*, now: datetime | None = None) -> int:
    """Announce every decided round whose minute has come; returns how many.

    Each in a unit of work of its own, with the job that mails the teams; a second worker finds the
    round announced already and passes on.
    """
    now = now or datetime.now(UTC)
    return sum(_announce(round_id, now) for round_id in _due(now))


def _due(now: datetime) -> list[int]:
    """Look without taking the store's writing lock: the worker asks every few seconds."""
    with reading() as session:
        return list(
            session.scalars(
                select(Round.id)
                .where(Round.state == RoundState.DECIDED, Round.ranks, Round.announces_at <= now)
                .order_by(Round.announces_at, Round.position)
            )
        )


def _announce(round_id: int, now: datetime) -> bool:
    with unit_of_work() as session:
        round_ = locked(session, Round, round_id)
        due = round_.announces_at is not None and round_.announces_at <= now
        if round_.state is not RoundState.DECIDED or not due:
            return False
        round_.announced_at = now
        set_round_state(session, round_id, RoundState.ANNOUNCED, actor_id=None, now=now)
        _settle_entries(session, round_)
        if is_final(session, round_):
            lead_season_to(session, round_.season_id, SeasonState.ANNOUNCED, actor_id=None, now=now)
        audit.record(
            session,
            "round.outcome_announced",
            round_,
            actor_id=None,
            now=now,
            after={"announces_at": round_.announces_at, "announced_at": now},
            programme_id=round_.season.programme_id,
        )
        jobs.enqueue(
            session,
            JOB,
            {"round_id": round_id},
            key=f"announcement:{round_.public_id}",
            now=now,
            season_id=round_.season_id,
        )
    return True


def _settle_entries(session: Session, round_: Round) -> None:
    """Entries become what was decided: who goes through to the final is a finalist."""
    following = next_round(session, round_)
    into_final = following is not None and is_final(session, following)
    states = {Outcome.FINALIST: EntryState.FINALIST, Outcome.WINNER: EntryState.WINNER}
    if into_final:
        states[Outcome.THROUGH] = EntryState.FINALIST
    rows = session.execute(
        select(Entry, Decision.outcome)
        .join(Decision, Decision.entry_id == Entry.id)
        .where(
            Decision.round_id == round_.id,
            Decision.superseded_at.is_(None),
            Decision.outcome.in_(states),
            Entry.state != EntryState.WITHDRAWN,
        )
        .order_by(Entry.id)
        .with_for_update(of=Entry)
    )
    for entry, outcome in rows:
        entry.state = states[outcome]
    session.flush()


@jobs.handles(JOB)
def mail_teams(run: jobs.JobRun) -> None:
    """Mail each member of each team that competed its result; keys make every mail one mail."""
    if not mail_members(run, _mail_results):
        return
    with reading() as session:
        season_id = session.get_one(Round, int(run.arguments["round_id"])).season_id
    tell_all(season_id, str(current_app.extensions["settings"].base_url))
    with unit_of_work() as session:
        run.finish(session, now=datetime.now(UTC))


def mail_members(run: jobs.JobRun, write: Write) -> bool:
    """Have the mails to all members of a round's teams written, CHUNK in a unit of work.

    Returns False where the job gave way to others before the last of them. write gets the session,
    the round's id, memberships, the site's address and the moment.
    """
    round_id = int(run.arguments["round_id"])
    base_url = str(current_app.extensions["settings"].base_url)
    with reading() as session:
        members = members_of(session, round_id)
    left = [one for one in members if one > int(run.place.get("after", 0))]
    while left:
        part, left = left[:CHUNK], left[CHUNK:]
        with unit_of_work() as session:
            now = datetime.now(UTC)
            write(session, round_id, part, base_url, now)
            run.progress(session, len(members) - len(left), len(members), now=now)
            if left and run.turn_is_over(now=now):
                run.give_way(session, {"after": part[-1]}, now=now)
                return False
    return True


def members_of(session: Session, round_id: int) -> list[int]:
    """Return the memberships of all teams that competed in a round and have not left."""
    return list(
        session.scalars(
            select(TeamMembership.id)
            .join(RoundEntry, RoundEntry.entry_id == TeamMembership.entry_id)
            .join(Entry, Entry.id == TeamMembership.entry_id)
            .where(
                RoundEntry.round_id == round_id,
                TeamMembership.left_at.is_(None),
                Entry.state != EntryState.WITHDRAWN,
            )
            .order_by(TeamMembership.id)
        )
    )


def _mail_results(
    session: Session, round_id: int, memberships: list[int], base_url: str, now: datetime
) -> None:
    season_id = session.get_one(Round, round_id).season_id
    for one in result_mails(session, round_id, base_url, only=memberships):
        mail.queue(
            session,
            TEMPLATE,
            to=one.email,
            name=one.name,
            key=one.key,
            now=now,
            language=one.language,
            user_id=one.user_id,
            season_id=season_id,
            context=one.context,
        )

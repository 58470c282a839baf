"""One mail for all that a juror gets from people's hands within some minutes, listing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from award import jobs, mail
from award.db import pick_text, unit_of_work
from award.models.entries import Entry
from award.models.jury import Assignment, AssignmentState, Juror, JurorState
from award.models.operations import Job, JobState
from award.models.seasons import Round

JOB = "tell_offers"
PAUSE = timedelta(minutes=10)
LISTED = 40
"""So many entries stand in a mail; "…" stands for more."""


def tell_later(
    session: Session, round_: Round, juror: Juror, *, home_url: str, now: datetime
) -> None:
    """Tell a juror in PAUSE what was offered to her until then; once for all of it.

    The juror's row is locked by the caller, so that two at once see each other's.
    """
    beginning = f"{JOB}:{round_.public_id}:{juror.public_id}:"
    waiting = select(Job.id).where(
        Job.key.startswith(beginning), Job.state == JobState.QUEUED, Job.run_at > now
    )
    if session.scalar(waiting) is not None:
        return
    jobs.enqueue(
        session,
        JOB,
        {
            "round_id": round_.id,
            "juror_id": juror.id,
            "since": now.isoformat(),
            "home_url": home_url,
        },
        key=beginning + now.isoformat(),
        now=now,
        run_at=now + PAUSE,
        season_id=round_.season_id,
    )


@jobs.handles(JOB)
def tell(job: jobs.JobRun) -> None:
    """Mail what is still offered; nothing where it was all taken back or accepted meanwhile."""
    now = datetime.now(UTC)
    since = datetime.fromisoformat(job.arguments["since"])
    with unit_of_work() as session:
        juror = session.get(Juror, job.arguments["juror_id"])
        round_ = session.get(Round, job.arguments["round_id"])
        if juror is not None and round_ is not None and juror.state is JurorState.ACTIVE:
            key = f"{round_.public_id}:{juror.public_id}:{since.isoformat()}"
            own = _still_offered(juror.id, since)
            mail_offers(session, round_, own, {juror.id: key}, job.arguments["home_url"], now)
        job.finish(session, now=now)


def _still_offered(juror_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Assignment.juror_id == juror_id,
        Assignment.state == AssignmentState.OFFERED,
        Assignment.manual.is_(True),
        Assignment.created_at >= since,
        Assignment.created_at < since + PAUSE,
    )


def mail_offers(
    session: Session,
    round_: Round,
    which: Collection[ColumnElement[bool]],
    keys: Mapping[int, str],
    home_url: str,
    now: datetime,
) -> None:
    """Tell jurors which entries of a round are offered to them, one mail each.

    which: conditions for the assignments, of one round; keys: juror id -> what makes her mail the
    only one; who stands not in it, or has none of the assignments, gets none.
    """
    offered = _offered(session, round_.id, which)
    told = [juror_id for juror_id in offered if juror_id in keys]
    for juror in session.scalars(select(Juror).where(Juror.id.in_(told)).order_by(Juror.id)):
        _mail_offer(session, juror, round_, offered[juror.id], keys[juror.id], home_url, now)


def _offered(
    session: Session, round_id: int, which: Collection[ColumnElement[bool]]
) -> dict[int, list[str]]:
    """Return juror id -> her entries as her own list names them, in its order."""
    rows = session.execute(
        select(Assignment.juror_id, Assignment.position, Entry.title)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Assignment.round_id == round_id, *which)
        .order_by(Assignment.juror_id, Assignment.position, Assignment.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for juror_id, position, title in rows:
        found[juror_id].append(f"{position}. {title}")
    return found


def _mail_offer(
    session: Session,
    juror: Juror,
    round_: Round,
    entries: list[str],
    key: str,
    home_url: str,
    now: datetime,
) -> None:
    language = juror.user.language if juror.user else round_.season.programme.languages[0]
    mail.queue(
        session,
        "assignment_offered",
        to=juror.email,
        name=juror.name,
        user_id=juror.user_id,
        season_id=round_.season_id,
        key=f"assignment-offered:{key}",
        now=now,
        language=language,
        context=_told(round_, entries, language, home_url),
    )


def _told(round_: Round, entries: list[str], language: str, home_url: str) -> dict[str, Any]:
    season = round_.season
    return {
        "season": pick_text(season.name, language),
        "round": pick_text(round_.name, language),
        "count": len(entries),
        "entries": "\n".join(entries[:LISTED] + ["…"] * (len(entries) > LISTED)),
        "closes_at": round_.closes_at,
        "zone": season.programme.time_zone,
        "url": home_url.replace("/LANG/", f"/{language}/"),
    }

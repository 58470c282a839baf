"""Writing a broadcast, sending it through the outbox, and stopping what has not left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from award import audit, jobs, mail
from award.audit import canonical
from award.db import locked, unit_of_work
from award.errors import EditConflictError, InputError, RuleError
from award.messages.broadcasts.letters import TEMPLATE, letter_for
from award.messages.broadcasts.merging import FIELDS
from award.messages.broadcasts.recipients import Recipient, recipients_of, seen_of
from award.messages.trials import queue_trial
from award.models.accounts import User
from award.models.broadcasts import Audience, Broadcast, BroadcastState
from award.models.operations import Mail, MailState
from award.models.seasons import Season
from award.wording import fields_in, stray_brace

JOB = "write_broadcast"
PART = 100
PAUSE = timedelta(minutes=2)
"""How long mails wait, so that who sees her mistake at once can still stop them."""


def save_broadcast(
    session: Session,
    season_id: int,
    broadcast_id: int | None,
    *,
    audience: Audience,
    filters: Mapping[str, str],
    subject: Mapping[str, str],
    text: Mapping[str, str],
    actor_id: int,
    now: datetime,
) -> Broadcast:
    """Keep a draft, a new one where broadcast_id is None; nothing is sent.

    Raises InputError("language_half_written") where a language has a subject without a text or
    the reverse, InputError("field_unknown") for a field that this audience has not,
    InputError("brace_alone") for half a field, and RuleError("broadcast_is_sent").
    """
    _check_texts(audience, subject, text)
    if broadcast_id is None:
        made = Broadcast(season_id=season_id, created_at=now, created_by_id=actor_id)
        session.add(made)
        before = None
    else:
        made = locked(session, Broadcast, broadcast_id)
        _only_draft(made)
        before = _outline(made)
    made.audience, made.filters = audience, dict(filters)
    made.subject, made.text = dict(subject), dict(text)
    session.flush()
    after = _outline(made)
    if after != before:
        action = "broadcast.changed" if before else "broadcast.drafted"
        _record(session, action, made, actor_id, now, before=before, after=after)
    return made


def _outline(broadcast: Broadcast) -> dict[str, Any]:
    """Return what the log keeps of a draft: no words and no search, for they may name people."""
    words = [broadcast.subject, broadcast.text, broadcast.filters]
    return {
        "audience": broadcast.audience.value,
        "languages": sorted(broadcast.subject),
        "digest": sha256(canonical(words)).hexdigest()[:16],
    }


def _check_texts(audience: Audience, subject: Mapping[str, str], text: Mapping[str, str]) -> None:
    if not subject:
        raise InputError("subject_missing", field="subject")
    if not text:
        raise InputError("text_missing", field="text")
    if set(subject) != set(text):
        field = "text" if set(subject) - set(text) else "subject"
        raise InputError("language_half_written", field=field)
    for field, written in (("subject", subject), ("text", text)):
        unknown = fields_in(*written.values()) - set(FIELDS[audience])
        if unknown:
            raise InputError("field_unknown", field=field, name="{" + min(unknown) + "}")
        if stray_brace(*written.values()):
            raise InputError("brace_alone", field=field)


def _only_draft(broadcast: Broadcast) -> None:
    if broadcast.state is not BroadcastState.DRAFT:
        raise RuleError("broadcast_is_sent")


def discard_broadcast(session: Session, broadcast_id: int, *, actor_id: int, now: datetime) -> None:
    """Throw a draft away; RuleError("broadcast_is_sent") for any other."""
    found = locked(session, Broadcast, broadcast_id)
    _only_draft(found)
    _record(session, "broadcast.discarded", found, actor_id, now, before=_outline(found))
    session.delete(found)
    session.flush()


def send_broadcast(
    session: Session,
    broadcast_id: int,
    seen: str,
    *,
    actor_id: int,
    now: datetime,
    base_url: str,
) -> int:
    """Freeze whom it goes to and leave the mails to the worker; returns how many there will be.

    seen: what seen_of gave of the state that was reviewed. Raises EditConflictError
    ("recipients_changed") where text or list are others by now,
    RuleError("broadcast_without_recipients"), RuleError("broadcast_without_deadline") or
    RuleError("broadcast_without_link") where the text names what somebody has not, and
    RuleError("broadcast_is_sent").
    """
    found = locked(session, Broadcast, broadcast_id)
    _only_draft(found)
    people = recipients_of(session, found)
    _check_people(found, people, seen)
    found.recipients = [asdict(one) for one in people]
    found.state, found.sent_at, found.sent_by_id = BroadcastState.SENDING, now, actor_id
    arguments = {"broadcast_id": found.id, "base_url": base_url}
    key = f"{JOB}:{found.public_id}"
    jobs.enqueue(session, JOB, arguments, key=key, now=now, season_id=found.season_id)
    after = {"mails": len(people), **_outline(found)}
    _record(session, "broadcast.sent", found, actor_id, now, after=after)
    return len(people)


def _check_people(found: Broadcast, people: list[Recipient], seen: str) -> None:
    if not people:
        raise RuleError("broadcast_without_recipients")
    if seen_of(found, people) != seen:
        raise EditConflictError("recipients_changed")
    named = fields_in(*found.subject.values(), *found.text.values())
    if "deadline" in named and not all(one.deadline for one in people):
        raise RuleError("broadcast_without_deadline")
    if "link" in named and not all(one.path for one in people):
        raise RuleError("broadcast_without_link")


@jobs.handles(JOB)
def write_mails(run: jobs.JobRun) -> None:
    """Write the mails of a broadcast, PART at a time; one that was stopped gets no more."""
    first, going = int(run.place.get("first", 0)), True
    while going:
        now = datetime.now(UTC)
        with unit_of_work() as session:
            going = _write_part(session, run, first, now)
            first += PART
            if going and run.turn_is_over(now=now):
                run.give_way(session, {"first": first}, now=now)
                return


def _write_part(session: Session, run: jobs.JobRun, first: int, now: datetime) -> bool:
    """Write one part; returns whether more follow."""
    found = session.get(Broadcast, run.arguments["broadcast_id"], with_for_update=True)
    if found is None or found.state is not BroadcastState.SENDING:
        run.finish(session, now=now)
        return False
    part = [Recipient(**values) for values in found.recipients[first : first + PART]]
    gone = _erased(session, part)
    for one in part:
        if one.user_id not in gone:
            _queue(session, found, one, run.arguments["base_url"])
    if first + PART < len(found.recipients):
        run.progress(session, first + PART, len(found.recipients), now=now)
        return True
    found.state, found.recipients = BroadcastState.SENT, []
    run.finish(session, now=now)
    return False


def mail_key(broadcast: Broadcast, recipient_key: str = "") -> str:
    """Return the key of a broadcast's mail to one recipient; without one, how they all begin."""
    return f"broadcast:{broadcast.public_id}:{recipient_key}"


def _erased(session: Session, part: list[Recipient]) -> set[int | None]:
    """Return who had her account erased since the list was frozen."""
    ids = [one.user_id for one in part]
    rows = session.scalars(select(User.id).where(User.id.in_(ids), User.erased_at.is_not(None)))
    return set(rows)


def _queue(session: Session, found: Broadcast, one: Recipient, base_url: str) -> None:
    letter = letter_for(one, found, base_url)
    sent_at = found.sent_at or found.created_at
    mail.queue(
        session,
        TEMPLATE,
        to=one.email,
        name=one.name,
        user_id=one.user_id,
        season_id=found.season_id,
        key=mail_key(found, one.key),
        now=sent_at,
        send_after=sent_at + PAUSE,
        language=letter.language,
        context=letter.context,
    )


def try_broadcast(
    session: Session,
    broadcast_id: int,
    one: Recipient,
    *,
    actor_id: int,
    now: datetime,
    base_url: str,
) -> str:
    """Mail the organiser what one recipient would read; returns the address that it goes to."""
    found = session.get_one(Broadcast, broadcast_id)
    letter = letter_for(one, found, base_url)
    return queue_trial(
        session,
        found.season_id,
        f"{found.public_id}:{one.key}",
        letter.language,
        (letter.subject, letter.body),
        actor_id=actor_id,
        now=now,
    )


def stop_broadcast(session: Session, broadcast_id: int, *, actor_id: int, now: datetime) -> int:
    """Cancel what has not left yet; returns how many mails that is.

    Mails that no worker has written yet are never written. RuleError("broadcast_not_sent") for a
    draft and for one that was stopped before.
    """
    found = locked(session, Broadcast, broadcast_id)
    if found.state not in {BroadcastState.SENDING, BroadcastState.SENT}:
        raise RuleError("broadcast_not_sent")
    own = Mail.key.startswith(mail_key(found), autoescape=True)
    written = session.scalar(select(func.count()).select_from(Mail).where(own)) or 0
    cancelled = session.execute(
        update(Mail)
        .where(own, Mail.state.in_([MailState.QUEUED, MailState.HELD]), Mail.lease_until.is_(None))
        .values(state=MailState.CANCELLED)
        .returning(Mail.id)
    ).all()
    count = len(cancelled) + max(len(found.recipients) - written, 0)
    found.state, found.recipients = BroadcastState.STOPPED, []
    after = {"mails": count, "audience": found.audience.value}
    _record(session, "broadcast.stopped", found, actor_id, now, after=after)
    return count


def _record(
    session: Session,
    action: str,
    found: Broadcast,
    actor_id: int,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    season = session.get_one(Season, found.season_id)
    audit.record(
        session,
        action,
        found,
        actor_id=actor_id,
        now=now,
        before=before,
        after=after,
        programme_id=season.programme_id,
    )

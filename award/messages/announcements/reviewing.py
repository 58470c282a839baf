"""Reading an announcement's mails before they leave: as they will go out, and what changed since.

Nothing is written before the announcement: the mails are made from the decisions that stand at its
minute. So a decision that is changed takes the unsent mail with it, and a review says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, mail, wording
from award.audit import canonical
from award.errors import EditConflictError
from award.messages.trials import queue_trial
from award.messages.wordings import service as rewording
from award.models.announcements import MailReview
from award.models.seasons import Round
from award.results.announcement.mails import TEMPLATE, ResultMail


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The last review of a round's mails; changed: keys of those that say something else now,
    are new or, in gone, no longer leave.
    """

    at: datetime
    by: str
    changed: frozenset[str]
    gone: int

    @property
    def holds(self) -> bool:
        """Whether every mail still says what was read."""
        return not self.changed and not self.gone


def digests(session: Session, round_: Round, mails: list[ResultMail]) -> dict[str, str]:
    """Return key -> what tells a mail as it would go out now from any other."""
    words = {
        kind.key: rewording.own_words(session, round_.season_id, kind)
        for kind in wording.KINDS.values()
        if kind.template == TEMPLATE
    }
    found = {}
    for one in mails:
        kind = wording.kind_of(TEMPLATE, one.context)
        own = words[kind.key].get(one.language, ("", "")) if kind else ("", "")
        said = {**one.context, "appeals_until": str(one.context["appeals_until"])}
        digest = sha256(canonical([one.email, one.name, one.language, said, list(own)]))
        found[one.key] = digest.hexdigest()[:16]
    return found


def all_seen(now_said: dict[str, str]) -> str:
    """Return what tells one state of all mails from another."""
    return sha256(canonical(sorted(now_said.items()))).hexdigest()[:32]


def reviewed(session: Session, round_id: int, now_said: dict[str, str]) -> Reviewed | None:
    """Return what the last review still covers; None before the first."""
    found = session.scalar(select(MailReview).where(MailReview.round_id == round_id))
    if found is None:
        return None
    changed = {key for key, digest in now_said.items() if found.seen.get(key) != digest}
    by = found.reviewed_by.name if found.reviewed_by else ""
    gone = len(found.seen.keys() - now_said.keys())
    return Reviewed(found.reviewed_at, by, frozenset(changed), gone)


def as_sent(session: Session, season_id: int, one: ResultMail) -> tuple[str, str]:
    """Return subject and text of one mail exactly as the announcement would send it."""
    values = {"name": one.name, "to": one.email, **one.context}
    own = wording.own_words(session, season_id, TEMPLATE, one.language, values)
    return own or mail.compose(TEMPLATE, one.language, values)


def review_mails(
    session: Session,
    round_id: int,
    now_said: dict[str, str],
    seen: str,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Write down that all mails were read as they are.

    seen: ``all_seen`` of what the reader had before her; EditConflictError("mails_changed") where
    they say something else by now.
    """
    if all_seen(now_said) != seen:
        raise EditConflictError("mails_changed")
    round_ = session.get_one(Round, round_id)
    found = session.scalar(select(MailReview).where(MailReview.round_id == round_id))
    if found is None:
        found = MailReview(round_id=round_id)
        session.add(found)
    found.seen, found.reviewed_at, found.reviewed_by_id = dict(now_said), now, actor_id
    session.flush()
    audit.record(
        session,
        "round.mails_reviewed",
        round_,
        actor_id=actor_id,
        now=now,
        after={"mails": len(now_said)},
        programme_id=round_.season.programme_id,
    )


def try_mail(
    session: Session, round_id: int, one: ResultMail, *, actor_id: int, now: datetime
) -> str:
    """Mail the organiser what one member would read; returns the address that it goes to."""
    round_ = session.get_one(Round, round_id)
    texts = as_sent(session, round_.season_id, one)
    return queue_trial(
        session, round_.season_id, one.key, one.language, texts, actor_id=actor_id, now=now
    )

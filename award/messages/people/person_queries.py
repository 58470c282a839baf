"""Every mail that a season sent to one person, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from award.errors import NotFoundError
from award.mail import SECRET
from award.messages.queries import PAGE
from award.messages.service import AGAIN, LEFT
from award.models.accounts import User
from award.models.entries import Entry, TeamMembership
from award.models.jury import Juror
from award.models.operations import Mail, MailState


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a season: on a team or on its jury; user_id is None without an account."""

    public_id: str
    name: str
    email: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class PersonMail:
    """One mail to a person. refused: the mail server will not take it, however often it is tried.

    copies: how often it was sent again. can_be_sent_again is False while it waits and for a mail
    that is a key by itself.
    """

    public_id: str
    template: str
    subject: str
    state: MailState
    moment: datetime
    attempts: int
    error: str
    copies: int
    can_be_sent_again: bool

    @property
    def refused(self) -> bool:
        """Whether it bounced: the server named a permanent reason."""
        return self.state is MailState.DEAD and self.error[:1] == "5"


@dataclass(frozen=True, slots=True)
class PersonMails:
    """A page of a person's mails, newest first, whether older follow, and how many are how far."""

    mails: tuple[PersonMail, ...]
    more: bool
    counts: Mapping[MailState, int]


def person_of(session: Session, season_id: int, public_id: str) -> Person:
    """Return a juror of the season by the juror's id, a juror or team member by the account's.

    NotFoundError for anybody else, whether there is such an account or not.
    """
    juror = session.scalar(
        select(Juror).where(Juror.season_id == season_id, Juror.public_id == public_id)
    )
    if juror is not None:
        return Person(public_id, juror.name, juror.email, juror.user_id)
    on_team = (
        exists()
        .where(TeamMembership.user_id == User.id, TeamMembership.entry_id == Entry.id)
        .where(Entry.season_id == season_id)
    )
    on_jury = exists().where(Juror.user_id == User.id, Juror.season_id == season_id)
    user = session.scalar(select(User).where(User.public_id == public_id, or_(on_team, on_jury)))
    if user is None:
        raise NotFoundError
    return Person(public_id, user.name or user.email, user.email, user.id)


def mails_of(session: Session, season_id: int, person: Person, *, page: int = 1) -> PersonMails:
    """Return what a season mailed to a person, PAGE a page; three statements."""
    own = that_went_to(season_id, person)
    counts = session.execute(select(Mail.state, func.count()).where(*own).group_by(Mail.state))
    again = session.scalars(select(Mail.key).where(*own, Mail.key.startswith(AGAIN)))
    copies = Counter(key.split(":")[1] for key in again)
    rows = session.scalars(
        select(Mail).where(*own).order_by(Mail.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
    ).all()
    mails = tuple(_mail(mail, copies[mail.public_id]) for mail in rows[:PAGE])
    return PersonMails(mails, len(rows) > PAGE, dict(counts.all()))


def that_went_to(season_id: int, person: Person) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a season's mails to a person."""
    return Mail.season_id == season_id, _to(person)


def _to(person: Person) -> ColumnElement[bool]:
    to_address = func.lower(Mail.to_email) == person.email.lower()
    if person.user_id is None:
        return to_address
    return or_(Mail.user_id == person.user_id, to_address)


def _mail(mail: Mail, copies: int) -> PersonMail:
    return PersonMail(
        public_id=mail.public_id,
        template=mail.template,
        subject=mail.subject,
        state=mail.state,
        moment=mail.sent_at or mail.send_after,
        attempts=mail.attempts,
        error=mail.error,
        copies=copies,
        can_be_sent_again=mail.state in LEFT and mail.template not in SECRET and bool(mail.body),
    )

"""Certificates: ordered in one transaction, issued one by one by the worker.

A number is fixed when its certificate is ordered; a worker that dies half-way leaves the rest
PENDING, and the next one goes on with exactly those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import audit, jobs
from award.db import locked, unit_of_work
from award.errors import InputError, NotFoundError, RuleError
from award.models.accounts import User
from award.models.entries import Entry
from award.models.results import (
    Certificate,
    CertificateBatch,
    CertificateKind,
    CertificateState,
)
from award.models.seasons import Season
from award.results.certificates.mails import tell_all
from award.results.certificates.printing import Press, keep, printed_of
from award.results.certificates.recipients import ISSUABLE, Recipient, recipients
from award.results.reading import reading
from exports.certificates.numbers import new_number
from exports.errors import ExportError

JOB = "certificates.batch"
JOB_KEY = "certificates:"
"""Before a batch's public id: the key of the job that carries it out."""
ONE_PAGE = frozenset({"print_too_long", "letters_missing", "name_missing"})
"""What is wrong with a single certificate; the others of its batch are made all the same."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order came to: the batch and how many certificates are new in it.

    nameless: recipients passed over because their account has no name yet.
    """

    batch: CertificateBatch
    count: int
    nameless: int


def order_certificates(
    session: Session,
    season_id: int,
    kinds: Sequence[CertificateKind],
    *,
    actor_id: int | None,
    now: datetime,
    tell: bool = False,
) -> Ordered:
    """Order certificates for everybody of these kinds who has none yet; the worker makes them.

    Who has a valid or pending one is passed over, so ordering twice is harmless; a revoked one is
    replaced under a new number. tell mails each person once hers is made and no embargo hides it.
    Raises InputError kinds_missing or kind_not_issued, RuleError nobody_new where everybody has
    one.
    """
    locked(session, Season, season_id)
    if not kinds:
        raise InputError("kinds_missing", field="kinds")
    if not set(kinds) <= set(ISSUABLE):
        raise InputError("kind_not_issued", field="kinds")
    wanted = recipients(session, season_id, kinds, now=now)
    return order_for(session, season_id, wanted, actor_id=actor_id, now=now, tell=tell)


def order_for(
    session: Session,
    season_id: int,
    wanted: Sequence[Recipient],
    *,
    actor_id: int | None,
    now: datetime,
    tell: bool,
) -> Ordered:
    """Order certificates for these people, but for those who have one; RuleError nobody_new."""
    season = locked(session, Season, season_id)
    named = [(key, item) for key, item in _free_keys(session, season_id, wanted) if item.name]
    if not named:
        raise RuleError("nobody_new")
    batch = CertificateBatch(
        season_id=season_id,
        kinds=sorted({item.kind.value for _, item in named}),
        tell=tell,
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(batch)
    session.flush()
    session.add_all(_pending(batch, key, item) for key, item in named)
    session.flush()
    _leave_to_worker(session, batch, len(named), actor_id=actor_id, now=now)
    audit.record(
        session,
        "certificates.ordered",
        batch,
        actor_id=actor_id,
        now=now,
        after={"kinds": batch.kinds, "count": len(named)},
        programme_id=season.programme_id,
    )
    return Ordered(batch, len(named), sum(not item.name for item in wanted))


def carry_out(run: jobs.JobRun, press: Press) -> None:
    """Issue what a batch still has pending: each rendered outside the store, then written down.

    Bears being killed anywhere: what is not written down is made again under the same number.
    Other batches get their turn in between.
    """
    batch_id, why = int(run.arguments["batch_id"]), str(run.place.get("why", ""))
    season_id, total, done, waiting = _left(batch_id, int(run.place.get("after", 0)))
    for certificate_id in waiting:
        try:
            _issue_one(run, press, certificate_id, done + 1, total)
            done += 1
        except ExportError as error:
            if error.code not in ONE_PAGE:
                raise
            why = why or jobs.reason_of(error)
        if certificate_id != waiting[-1] and run.turn_is_over(now=datetime.now(UTC)):
            with unit_of_work() as session:
                place = {"after": certificate_id, "why": why}
                run.give_way(session, place, now=datetime.now(UTC))
            return
    tell_all(season_id, press.base_url)
    if why:
        raise jobs.HopelessError(why)
    with unit_of_work() as session:
        run.finish(session, now=datetime.now(UTC))


def _left(batch_id: int, after: int) -> tuple[int, int, int, list[int]]:
    """Return season, size, how many are made, and the ids after ``after`` that are to be made."""
    with reading() as session:
        pending = session.scalars(
            select(Certificate.id)
            .where(Certificate.batch_id == batch_id, Certificate.state == CertificateState.PENDING)
            .order_by(Certificate.id)
        ).all()
        total = _count(session, batch_id)
        season_id = session.get_one(CertificateBatch, batch_id).season_id
    return season_id, total, total - len(pending), [one for one in pending if one > after]


def retry_batch(
    session: Session, batch_id: str, *, actor_id: int | None, now: datetime
) -> CertificateBatch:
    """Let the worker make what a failed batch still lacks, with the names as they are now.

    NotFoundError for no batch, RuleError("job_not_dead") where it did not fail.
    """
    found = session.scalar(
        select(CertificateBatch.id).where(CertificateBatch.public_id == batch_id)
    )
    if found is None:
        raise NotFoundError
    batch = locked(session, CertificateBatch, found)
    jobs.try_again(session, job_key(batch.public_id), now=now)
    rows = session.execute(
        select(Certificate, User.name, Entry.title)
        .outerjoin(User, User.id == Certificate.user_id)
        .outerjoin(Entry, Entry.id == Certificate.entry_id)
        .where(Certificate.batch_id == batch.id, Certificate.state == CertificateState.PENDING)
    ).all()
    for certificate, name, title in rows:
        certificate.name = name or certificate.name
        certificate.project = title if certificate.project and title else certificate.project
    season = session.get_one(Season, batch.season_id)
    audit.record(
        session,
        "certificates.retried",
        batch,
        actor_id=actor_id,
        now=now,
        after={"count": len(rows)},
        programme_id=season.programme_id,
    )
    return batch


def _issue_one(run: jobs.JobRun, press: Press, certificate_id: int, done: int, total: int) -> None:
    with reading() as session:
        draft = printed_of(session, session.get_one(Certificate, certificate_id))
    printed = press.print(draft)
    stored = press.storage.write(printed.pdf)
    try:
        with unit_of_work() as session:
            now = datetime.now(UTC)
            run.progress(session, done, total, now=now)
            certificate = locked(session, Certificate, certificate_id)
            keep(session, certificate, printed, stored, now=now)
            certificate.state = CertificateState.ISSUED
    except BaseException:
        press.storage.remove(stored.storage_name)
        raise


def _free_keys(
    session: Session, season_id: int, wanted: Sequence[Recipient]
) -> list[tuple[str, Recipient]]:
    """Pair each recipient without a living certificate with a key that no certificate has."""
    rows = session.execute(
        select(Certificate.key, Certificate.state).where(Certificate.season_id == season_id)
    )
    revoked: dict[str, int] = {}
    living = set()
    for key, state in rows:
        base = key.partition("#")[0]
        if state is CertificateState.REVOKED:
            revoked[base] = revoked.get(base, 0) + 1
        else:
            living.add(base)
    return [
        (f"{item.key}#{revoked[item.key]}" if item.key in revoked else item.key, item)
        for item in wanted
        if item.key not in living
    ]


def _pending(batch: CertificateBatch, key: str, item: Recipient) -> Certificate:
    return Certificate(
        number=new_number(),
        key=key,
        season_id=batch.season_id,
        batch_id=batch.id,
        kind=item.kind,
        name=item.name,
        entry_id=item.entry_id,
        user_id=item.user_id,
        juror_id=item.juror_id,
        email=item.email,
        project=item.project,
        place=item.place,
        prize=item.prize,
        workshops=item.workshops,
        language=item.language,
        issued_on=item.issued_on,
    )


def _leave_to_worker(
    session: Session, batch: CertificateBatch, count: int, *, actor_id: int | None, now: datetime
) -> None:
    job = jobs.enqueue(
        session,
        JOB,
        {"batch_id": batch.id},
        key=job_key(batch.public_id),
        now=now,
        season_id=batch.season_id,
        created_by_id=actor_id,
    )
    job.total_count = count
    session.flush()


def job_key(batch_public_id: str) -> str:
    """Return the key of the job that carries out a batch."""
    return JOB_KEY + batch_public_id


def _count(session: Session, batch_id: int) -> int:
    count = select(func.count()).where(Certificate.batch_id == batch_id)
    return session.scalar(count) or 0

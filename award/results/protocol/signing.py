"""Drawing up a round's protocol, and signing it on screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import NotFoundError, RuleError
from award.models.jury import Juror
from award.models.operations import AuditHead
from award.models.results import Protocol, ProtocolSignature
from award.models.seasons import Round, RoundState
from award.results.protocol.facts import judges_of
from award.results.signers import drawn_up, tell_signers
from award.results.tabulation.bundles import bundle_content, latest_tabulation
from exports.records.bundles import bundle_digest

DECIDED = frozenset({RoundState.DECIDED, RoundState.ANNOUNCED})


@dataclass(frozen=True, slots=True)
class SigningPage:
    """What a juror sees before signing: when it was drawn up, and her signature if she has."""

    drawn_up_at: datetime
    digest: str
    signed_at: datetime | None
    dissent: str


def current_protocol(session: Session, round_id: int) -> Protocol | None:
    """Return the protocol that counts: the last one drawn up, while the round is decided and its
    result bundle is still the one that the protocol names. None where there is none.
    """
    found = session.scalars(
        select(Protocol)
        .where(Protocol.round_id == round_id, Protocol.superseded_at.is_(None))
        .order_by(Protocol.id.desc())
        .limit(1)
    ).first()
    if found is None or session.get_one(Round, round_id).state not in DECIDED:
        return None
    digest = bundle_digest(bundle_content(session, round_id))
    return found if digest == found.bundle_digest else None


def draw_up_protocol(
    session: Session, round_id: int, *, base_url: str, actor_id: int | None, now: datetime
) -> Protocol:
    """Fix what is signed: the digest of the result bundle, and the audit log's last hash.

    Those who judged get a mail with the way to it; from now on they may read it, the outcome with
    it, also before the announcement. Raises RuleError round_not_decided, or protocol_stands where
    one counts already.
    """
    round_ = locked(session, Round, round_id)
    if round_.state not in DECIDED:
        raise RuleError("protocol_undecided")
    if current_protocol(session, round_id) is not None:
        raise RuleError("protocol_stands")
    for old in drawn_up(session, round_id):
        old.superseded_at = now
    made = Protocol(
        round_id=round_id,
        tabulation_id=latest_tabulation(session, round_id).id,
        bundle_digest=bundle_digest(bundle_content(session, round_id)),
        audit_head="",
        drawn_up_at=now,
        drawn_up_by_id=actor_id,
    )
    session.add(made)
    session.flush()
    _record(
        session, round_, "protocol.drawn_up", made, {"bundle": made.bundle_digest}, actor_id, now
    )
    made.audit_head = session.scalars(select(AuditHead.hash)).one()
    _tell_jurors(session, round_, made, base_url, now)
    session.flush()
    return made


def signing_page(session: Session, round_id: int, juror_id: int) -> SigningPage:
    """Return what a juror may sign; NotFoundError before it is drawn up, and for who did not
    judge in the round.
    """
    found = current_protocol(session, round_id)
    judged = session.scalar(
        select(Juror.id).where(Juror.id.in_(judges_of(round_id)), Juror.id == juror_id)
    )
    if found is None or judged is None:
        raise NotFoundError
    mine = _signature(session, found.id, juror_id)
    return SigningPage(
        drawn_up_at=found.drawn_up_at,
        digest=found.bundle_digest,
        signed_at=mine.signed_at if mine else None,
        dissent=mine.dissent if mine else "",
    )


def sign_protocol(
    session: Session,
    round_id: int,
    juror_id: int,
    *,
    digest: str,
    dissent: str,
    actor_id: int | None,
    now: datetime,
) -> ProtocolSignature:
    """Sign the protocol that counts; the caller has checked the password.

    digest: of the bundle that the juror was shown. Raises NotFoundError as ``signing_page``,
    RuleError protocol_changed (another one counts by now) or protocol_signed (once is for ever).
    """
    round_ = locked(session, Round, round_id)
    page = signing_page(session, round_id, juror_id)
    if page.digest != digest:
        raise RuleError("protocol_changed")
    if page.signed_at is not None:
        raise RuleError("protocol_signed")
    found = current_protocol(session, round_id)
    if found is None:
        raise NotFoundError
    made = ProtocolSignature(
        protocol_id=found.id, juror_id=juror_id, signed_at=now, dissent=dissent.strip()
    )
    session.add(made)
    session.flush()
    after = {"juror": session.get_one(Juror, juror_id).public_id, "dissents": bool(made.dissent)}
    _record(session, round_, "protocol.signed", found, after, actor_id, now)
    return made


def _signature(session: Session, protocol_id: int, juror_id: int) -> ProtocolSignature | None:
    return session.scalar(
        select(ProtocolSignature).where(
            ProtocolSignature.protocol_id == protocol_id, ProtocolSignature.juror_id == juror_id
        )
    )


def _record(
    session: Session,
    round_: Round,
    action: str,
    protocol: Protocol,
    after: dict[str, object],
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        protocol,
        actor_id=actor_id,
        now=now,
        after={"round": round_.public_id, **after},
        programme_id=round_.season.programme_id,
        season_id=round_.season_id,
    )


def _tell_jurors(
    session: Session, round_: Round, made: Protocol, base_url: str, now: datetime
) -> None:
    path = f"rounds/{round_.public_id}/protocol/sign"
    tell_signers(
        session, round_, made, "protocol_ready", judges_of(round_.id), now, site=base_url, at=path
    )

"""Who signs a protocol is told: that it can be signed, and that it no longer counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from award import mail
from award.db import pick_text
from award.models.accounts import User
from award.models.jury import Juror
from award.models.results import Protocol, ProtocolSignature
from award.models.seasons import Round, Season


def end_protocols(session: Session, round_: Round, reason: str, *, now: datetime) -> None:
    """End the protocol that was drawn up, for good; who had signed it is told so by mail.

    Nothing happens where none was drawn up; nobody is told where nobody signed.
    """
    for old in drawn_up(session, round_.id):
        signed = select(ProtocolSignature.juror_id).where(ProtocolSignature.protocol_id == old.id)
        tell_signers(session, round_, old, "protocol_void", signed, now, reason=reason)
        old.superseded_at = now
    session.flush()


def drawn_up(session: Session, round_id: int) -> Sequence[Protocol]:
    """Return the round's protocols that still count: one, or none."""
    return session.scalars(
        select(Protocol).where(Protocol.round_id == round_id, Protocol.superseded_at.is_(None))
    ).all()


def tell_signers(
    session: Session,
    round_: Round,
    protocol: Protocol,
    template: str,
    jurors: Select[int],
    now: datetime,
    *,
    reason: str = "",
    site: str = "",
    at: str = "",
) -> None:
    """Queue a mail to the jurors that the statement selects; none to who was erased."""
    season = session.get_one(Season, round_.season_id)
    rows = session.execute(
        select(Juror.public_id, User)
        .join(User, User.id == Juror.user_id)
        .where(Juror.id.in_(jurors), User.erased_at.is_(None))
        .order_by(Juror.id)
    )
    kind = "protocol" if template == "protocol_ready" else "protocol-void"
    for juror, user in rows:
        mail.queue(
            session,
            template,
            to=user.email,
            name=user.name,
            key=f"{kind}:{protocol.public_id}:{juror}",
            now=now,
            language=user.language,
            user_id=user.id,
            season_id=season.id,
            context={
                "season": pick_text(season.name, user.language),
                "round": pick_text(round_.name, user.language),
                "reason": reason,
                "url": f"{site}/{user.language}/{at}",
            },
        )

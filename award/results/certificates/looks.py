"""How a season's certificates look: the design of each kind, and who signs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import InputError, NotFoundError, RuleError
from award.models.entries import StoredFile
from award.models.results import CertificateKind, CertificateLook, Signatory
from award.models.seasons import Season
from award.storage import Stored
from exports.certificates import designs
from exports.certificates.page import picture
from exports.errors import ExportError

MOST_SIGNATORIES = 3


def set_looks(
    session: Session,
    season_id: int,
    looks: Mapping[CertificateKind, tuple[str, str]],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Set (design, orientation) of each kind; what is issued already stays as it is.

    Raises InputError("look_unknown") for a design or an orientation that there is not.
    """
    season = locked(session, Season, season_id)
    known = {(name, way) for name in designs.NAMES for way in designs.ORIENTATIONS}
    if not set(looks.values()) <= known:
        raise InputError("look_unknown")
    session.execute(delete(CertificateLook).where(CertificateLook.season_id == season_id))
    for kind, (template, orientation) in looks.items():
        session.add(
            CertificateLook(
                season_id=season_id, kind=kind, template=template, orientation=orientation
            )
        )
    session.flush()
    said = {kind.value: list(look) for kind, look in looks.items()}
    _write_down(session, season, "certificates.look_changed", said, actor_id, now)


def checked_picture(content: bytes) -> bytes:
    """Return a signature's picture as it is kept, a PNG; InputError("signature_not_a_picture")."""
    try:
        return picture(content).content
    except ExportError:
        raise InputError("signature_not_a_picture", field="picture") from None


def add_signatory(
    session: Session,
    season_id: int,
    *,
    name: Mapping[str, str],
    role: Mapping[str, str],
    stored: Stored | None,
    actor_id: int | None,
    now: datetime,
) -> Signatory:
    """Add who signs; stored is her signature's picture as ``checked_picture`` returned it.

    Raises RuleError("signatories_full") beyond three: more do not fit on the page.
    """
    season = locked(session, Season, season_id)
    count = select(func.count()).where(Signatory.season_id == season_id)
    if (session.scalar(count) or 0) >= MOST_SIGNATORIES:
        raise RuleError("signatories_full")
    signatory = Signatory(season_id=season_id, name=dict(name), role=dict(role))
    if stored:
        file = StoredFile(
            programme_id=season.programme_id,
            name="signature.png",
            media_type="image/png",
            size=stored.size,
            sha256=stored.sha256,
            storage_name=stored.storage_name,
            uploaded_at=now,
            uploaded_by_id=actor_id,
        )
        session.add(file)
        session.flush()
        signatory.file_id = file.id
    session.add(signatory)
    session.flush()
    _write_down(session, season, "signatory.added", {"name": dict(name)}, actor_id, now)
    return signatory


def remove_signatory(
    session: Session, season_id: int, public_id: str, *, actor_id: int | None, now: datetime
) -> str:
    """Remove who signs; returns the stored name of her picture, "" where no file is to go.

    A picture that a copied season shares stays.

    Raises NotFoundError where the season has no such signatory.
    """
    season = locked(session, Season, season_id)
    signatory = session.scalar(
        select(Signatory).where(Signatory.season_id == season_id, Signatory.public_id == public_id)
    )
    if signatory is None:
        raise NotFoundError
    file = session.get(StoredFile, signatory.file_id) if signatory.file_id else None
    session.delete(signatory)
    session.flush()
    if file and session.scalar(select(Signatory.id).where(Signatory.file_id == file.id).limit(1)):
        file = None
    name = file.storage_name if file else ""
    if file:
        session.delete(file)
    session.flush()
    _write_down(session, season, "signatory.removed", {"name": signatory.name}, actor_id, now)
    return name


def _write_down(
    session: Session,
    season: Season,
    action: str,
    after: Mapping[str, object],
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        season,
        actor_id=actor_id,
        now=now,
        after=dict(after),
        programme_id=season.programme_id,
    )

"""A certificate of the store as it is printed: its texts, its look, its signed file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.i18n import hold_together, translator
from award.models.entries import StoredFile
from award.models.results import Certificate, CertificateKind, CertificateLook
from award.models.results import Signatory as SignatoryRow
from award.models.seasons import Programme, Season
from award.storage import Storage, Stored
from exports.certificates import designs
from exports.certificates.badges import sign_badge, status_address
from exports.certificates.issuing import issue, payload_of
from exports.certificates.page import CertificateData, Signatory, render_certificate
from exports.signing.keyring import Keyring
from exports.signing.keys import SigningKeys, sign_payload

FIRST = (designs.NAMES[0], designs.ORIENTATIONS[0])


@dataclass(frozen=True, slots=True)
class Draft:
    """What is printed, and in which look; pictures name the stored logo and signatures.

    issuer is the programme's public id, holder its name in its first language: whose keys sign.
    """

    data: CertificateData
    issuer: str
    holder: str
    template: str
    orientation: str
    logo: str
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished file and the payload that is signed in it."""

    pdf: bytes
    payload: str


@dataclass(frozen=True, slots=True)
class Press:
    """What printing needs beside the store: the files, the keys, the address of the site."""

    storage: Storage
    keyring: Keyring
    base_url: str

    def keys(self, issuer: str, holder: str) -> SigningKeys:
        """Return a programme's keys as of now; raises what ``Keyring.keys`` raises."""
        return self.keyring.keys(issuer, holder, now=datetime.now(UTC))

    def print(self, draft: Draft) -> Printed:
        """Print and sign; raises ExportError where the texts or the pictures cannot be printed."""
        data = self._with_pictures(draft)
        keys = self.keys(draft.issuer, draft.holder)
        translate = translator(data.language).gettext
        pdf = issue(
            data,
            keys,
            translate,
            base_url=self.base_url,
            template=draft.template,
            orientation=draft.orientation,
        )
        return Printed(pdf, sign_payload(payload_of(data, keys), keys.payload))

    def badge(self, draft: Draft, email: str) -> str:
        """Return the certificate as an Open Badge, a signed text for a digital wallet."""
        return sign_badge(
            draft.data,
            self.keyring.payload_key(draft.issuer),
            translator(draft.data.language).gettext,
            base_url=self.base_url,
            email=email,
            status=status_address(self.base_url, draft.data.number),
        )

    def proof(self, draft: Draft) -> bytes:
        """Print without signing: a proof for the organiser, whose code leads nowhere."""
        data = self._with_pictures(draft)
        data = replace(data, verify_url=f"{self.base_url}/c/{data.number}#" + "proof" * 90)
        translate = translator(data.language).gettext
        return render_certificate(data, translate, draft.template, draft.orientation)

    def _with_pictures(self, draft: Draft) -> CertificateData:
        signatures = tuple(
            replace(one, picture=self.storage.read(name) if name else None)
            for one, name in zip(draft.data.signatures, draft.signatures, strict=True)
        )
        logo = self.storage.read(draft.logo) if draft.logo else None
        return replace(draft.data, logo=logo, signatures=signatures)


def printed_of(session: Session, certificate: Certificate, **instead: Any) -> Draft:
    """Return what a certificate says; ``instead`` replaces name or project, as for a re-issue."""
    texts = {
        "name": certificate.name,
        "project": certificate.project,
        "place": str(certificate.place or ""),
        "prize": certificate.prize,
        "number": certificate.number,
        "issued_on": certificate.issued_on or datetime.now(UTC).date(),
        "sentence": attendance(certificate.workshops, certificate.language),
    }
    return draft_of(
        session, certificate.season_id, certificate.kind, certificate.language, texts | instead
    )


def attendance(workshops: int, language: str) -> str:
    """Return what a certificate for so many workshops is for; "" for none."""
    catalogue = translator(language)
    if not workshops:
        return ""
    said = catalogue.gettext("for attending a workshop of the education phase")
    if workshops > 1:
        said = catalogue.ngettext(
            "for attending %(num)s workshop of the education phase",
            "for attending %(num)s workshops of the education phase",
            workshops,
        ) % {"num": workshops}
    return said if language == "en" else hold_together(said)


def draft_of(
    session: Session, season_id: int, kind: CertificateKind, language: str, texts: dict[str, Any]
) -> Draft:
    """Return a page in the look that the season gave this kind; texts fill CertificateData."""
    season = session.get_one(Season, season_id)
    programme = session.get_one(Programme, season.programme_id)
    logo = session.get(StoredFile, programme.logo_id) if programme.logo_id else None
    template, orientation = look_of(session, season_id, kind)
    signing = _signing(session, season_id)
    data = CertificateData(
        kind=kind.value,
        programme=pick_text(programme.name, language),
        season=pick_text(season.name, language),
        language=language,
        verify_url="",
        colour=programme.colour,
        signatures=tuple(
            Signatory(pick_text(one.name, language), pick_text(one.role, language))
            for one, _ in signing
        ),
        **texts,
    )
    pictures = tuple(name or "" for _, name in signing)
    return Draft(
        data=data,
        issuer=programme.public_id,
        holder=holder_of(programme),
        template=template,
        orientation=orientation,
        logo=logo.storage_name if logo else "",
        signatures=pictures,
    )


def _signing(session: Session, season_id: int) -> list[tuple[SignatoryRow, str | None]]:
    """Return who signs a season's certificates, each with the name of her signature's picture."""
    rows = session.execute(
        select(SignatoryRow, StoredFile.storage_name)
        .outerjoin(StoredFile, StoredFile.id == SignatoryRow.file_id)
        .where(SignatoryRow.season_id == season_id)
        .order_by(SignatoryRow.id)
    )
    return [(row[0], row[1]) for row in rows]


def holder_of(programme: Programme) -> str:
    """Return the name that a programme's own certificate bears: that in its first language."""
    return pick_text(programme.name, programme.languages[0])


def look_of(session: Session, season_id: int, kind: CertificateKind) -> tuple[str, str]:
    """Return (design, orientation) of a kind; where the season chose none, the first."""
    found = session.execute(
        select(CertificateLook.template, CertificateLook.orientation).where(
            CertificateLook.season_id == season_id, CertificateLook.kind == kind
        )
    ).first()
    return (found[0], found[1]) if found else FIRST


def keep(
    session: Session, certificate: Certificate, printed: Printed, stored: Stored, *, now: datetime
) -> StoredFile | None:
    """Make a stored file the certificate's; returns the one that it had before."""
    before = session.get(StoredFile, certificate.file_id) if certificate.file_id else None
    file = StoredFile(
        programme_id=session.get_one(Season, certificate.season_id).programme_id,
        name=f"certificate-{certificate.number}.pdf",
        media_type="application/pdf",
        size=stored.size,
        sha256=stored.sha256,
        storage_name=stored.storage_name,
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    certificate.file_id, certificate.payload = file.id, printed.payload
    return before

"""Which key signs a programme's certificates, and who may change that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from award import jobs
from award.accounts.passwords import hash_password
from award.models.accounts import StaffRole
from award.models.entries import StoredFile
from award.models.operations import AuditRow
from award.models.results import Certificate, CertificateKind
from award.results import service
from exports.certificates.verifying import verify_certificate
from exports.signing.keys import installation_issuer, parse_issuer
from exports.signing.pades import signer_of
from tests import factories as make
from tests.exports.signing.test_keyring import P256, PHRASE, p12, signed_by

PASSWORD = "a lantern in the cellar"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def owner(session: Any, judged: Any, sign_in: Any) -> Any:
    """The browser of the programme's owner."""
    user = make.make_staff(session, judged.programme, StaffRole.OWNER)
    user.password_hash = hash_password(PASSWORD)
    session.commit()
    return sign_in(user)


def issued(session: Any, app: Any, judged: Any, kind: CertificateKind) -> bytes:
    """The newest certificate of a kind, just made."""
    values = {"actor_id": None, "now": datetime.now(UTC)}
    service.order_certificates(session, judged.season.id, [kind], **values)
    session.commit()
    jobs.sweep()
    session.expire_all()
    made = session.scalars(select(Certificate).order_by(Certificate.id.desc())).first()
    name = session.get_one(StoredFile, made.file_id).storage_name
    session.commit()
    return bytes(app.extensions["storage"].read(name))


def test_an_owner_uploads_a_p12_and_goes_back_and_all_that_was_issued_stays_valid(
    session, app, judged, owner
):
    page = f"/en/programmes/{judged.programme.public_id}/signing"
    held = signed_by(P256, until=timedelta(hours=1))

    def upload(content: bytes, **over: str) -> Any:
        sent = {"passphrase": PHRASE, "password": PASSWORD} | over
        return owner.post(page, data=sent | {"p12": (BytesIO(content), "seal.p12")})

    with time_machine.travel(NOW):
        own = issued(session, app, judged, CertificateKind.JUROR)
        assert "signed with the programme's own key" in owner.get(page).text
        good = p12(P256, held)
        for answer, sentence in (
            (upload(good, password="not this one"), "This is not your password"),
            (upload(good, passphrase="wrong"), "does not open the file"),
            (upload(b"no key"), "no P12 (PKCS#12) file"),
            (owner.post(page, data={"password": PASSWORD}), "Please choose a file."),
        ):
            assert answer.status_code == 422
            assert sentence in answer.text
        assert upload(good).status_code == 303
        shown = owner.get(page).text
        assert "signed with the key of Foundation Trust" in shown
        assert "1 June 2026" in shown.replace("\xa0", " ")
        uploaded = issued(session, app, judged, CertificateKind.PARTICIPANT)
        assert signer_of(uploaded) == held
        published = owner.get(f"/en/programmes/{judged.programme.public_id}/keys.pem").data
    with time_machine.travel(NOW + timedelta(hours=2)):
        assert "expired on 1 June 2026" in owner.get(page).text.replace("\xa0", " ")
        organiser = f"/en/seasons/{judged.season.public_id}/certificates"
        refused = owner.post(organiser, data={"kinds": ["juror"]})
        assert (refused.status_code, "expired on" in refused.text) == (422, True)
        back = f"{page}/own"
        assert owner.post(back, data={"own-password": "no"}).status_code == 422
        assert owner.post(back, data={"own-password": PASSWORD}).status_code == 303
        assert owner.post(back, data={"own-password": PASSWORD}).status_code == 409
        for pdf in (own, uploaded):
            for issuer in (
                installation_issuer(app.extensions["settings"].keys),
                parse_issuer(published),
            ):
                assert verify_certificate(pdf, issuer).payload_by == "key"
    session.commit()  # what others wrote since is seen from a new look only
    rows = session.scalars(
        select(AuditRow).where(AuditRow.action.like("programme.key%")).order_by(AuditRow.id)
    ).all()
    assert [row.action for row in rows] == ["programme.key_uploaded", "programme.key_own"]
    assert rows[0].after["holder"] == "Foundation Trust"
    assert PHRASE not in str([row.after for row in rows])


def test_nobody_but_the_owner_gets_to_the_key(session, sign_in, judged, owner):
    page = f"/en/programmes/{judged.programme.public_id}/signing"
    assert owner.get(page).status_code == 200
    organiser = make.make_staff(session, judged.programme, StaffRole.ORGANISER)
    session.commit()
    for browser in (sign_in(organiser), sign_in(judged.leads[0])):
        assert browser.get(page).status_code == 404
        assert browser.post(f"{page}/own", data={"own-password": PASSWORD}).status_code == 404

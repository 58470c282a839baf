"""The look of certificates, people named by hand, certificates issued again, and who is told."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from award import jobs
from award.errors import InputError, RuleError
from award.models.entries import StoredFile
from award.models.operations import Mail
from award.models.results import (
    Certificate,
    CertificateKind,
    CertificateState,
    Decision,
    Outcome,
    Signatory,
)
from award.models.seasons import Prize, PrizeKind
from award.results import service
from award.results.announcement import announcing
from award.results.certificates import look_queries, named
from award.results.certificates import queries as certificate_queries
from exports.certificates.badges import verify_badge
from exports.certificates.numbers import format_number, new_number
from exports.certificates.verifying import verify_certificate
from exports.signing.keys import installation_issuer
from tests import factories as make
from tests.exports.printing import pages_of, text_of

JUROR, WINNER = CertificateKind.JUROR, CertificateKind.WINNER


def order(
    session: Session, judged: Any, now: Any, *kinds: CertificateKind, tell: bool = False
) -> Any:
    session.expire_all()
    values = {"actor_id": judged.organiser.id, "now": now, "tell": tell}
    ordered = service.order_certificates(session, judged.season.id, list(kinds), **values)
    session.commit()
    return ordered


def name_people(session: Session, judged: Any, now: Any, text: str, **over: Any) -> Any:
    values = {"language": "ru", "actor_id": judged.organiser.id, "now": now} | over
    kind = values.pop("kind", CertificateKind.MENTOR)
    ordered = service.order_named(session, judged.season.id, kind, text, **values)
    session.commit()
    return ordered


def fresh(session: Session) -> list[Certificate]:
    query = select(Certificate).order_by(Certificate.id).execution_options(populate_existing=True)
    found = list(session.scalars(query))
    session.commit()
    return found


def file_of(session: Session, app: Any, certificate: Certificate) -> bytes:
    file = session.get_one(StoredFile, certificate.file_id)
    content: bytes = app.extensions["storage"].read(file.storage_name)
    session.commit()
    return content


def png() -> bytes:
    output = BytesIO()
    Image.new("RGBA", (90, 30), (0, 0, 60, 255)).save(output, "PNG")
    return output.getvalue()


def test_people_named_by_hand_get_one_each_however_often_they_are_listed(session, judged, now):
    text = "Ильина  Анна; Тихий двор; anna@example.com\n\nВера Ким\nвера ким\n"
    assert name_people(session, judged, now, text).count == 2
    anna, vera = fresh(session)
    assert (anna.name, anna.project, anna.email) == (
        "Ильина Анна",
        "Тихий двор",
        "anna@example.com",
    )
    assert (vera.name, vera.kind, vera.user_id) == ("Вера Ким", CertificateKind.MENTOR, None)
    with pytest.raises(RuleError, match="nobody_new"):
        name_people(session, judged, now, "Вера Ким")


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (" \n ", CertificateKind.MENTOR, "people_missing"),
        ("Вера; ; nobody", CertificateKind.MENTOR, "person_malformed"),
        ("Вера; a; b@example.com; c", CertificateKind.MENTOR, "person_malformed"),
        ("x\n" * (named.MOST + 1), CertificateKind.MENTOR, "people_too_many"),
        ("Вера", CertificateKind.WINNER, "kind_not_issued"),
    ],
)
def test_a_list_that_cannot_be_read_orders_nothing(session, judged, now, text, kind, code):
    with pytest.raises(InputError, match=code):
        name_people(session, judged, now, text, kind=kind)
    session.rollback()
    assert fresh(session) == []


def test_the_community_award_is_its_own_kind_and_no_winner_s(session, decided, now):
    prizes = [
        Prize(season_id=decided.season.id, kind=kind, title={"ru": kind.value}, position=n)
        for n, kind in enumerate((PrizeKind.COMMUNITY, PrizeKind.SPECIAL))
    ]
    session.add_all(prizes)
    session.flush()
    session.add_all(
        Decision(
            round_id=decided.round.id,
            entry_id=entry.id,
            outcome=Outcome.SPECIAL,
            prize_id=prize.id,
            decided_at=now,
        )
        for prize, entry in zip(prizes, decided.entries[4:], strict=True)
    )
    session.commit()
    order(session, decided, now, WINNER, CertificateKind.COMMUNITY_AWARD)
    assert [(row.kind.value, row.prize) for row in fresh(session)] == [
        ("winner", ""),
        ("winner", ""),
        ("winner", "special"),
        ("community_award", "community"),
    ]
    jobs.sweep()
    number = fresh(session)[-1].number
    assert certificate_queries.confirm(session, number, "en", now=now) is None
    later = now + timedelta(hours=2)
    assert certificate_queries.confirm(session, number, "en", now=later).kind == "community_award"


def test_one_issued_again_keeps_its_number_and_its_old_file_is_gone(
    session, app, sign_in, judged, now
):
    order(session, judged, now, JUROR)
    jobs.sweep()
    before = fresh(session)[0]
    old = session.get_one(StoredFile, before.file_id).storage_name
    session.commit()
    client = sign_in(judged.organiser)
    page = f"/en/certificates/{before.number}/reissue"
    assert client.get(page).status_code == 200
    assert client.post(page, data={"name": "", "reason": "x"}).status_code == 422
    assert client.post(page, data={"name": "Аня 中", "reason": "x"}).status_code == 422
    sent = {"name": "Zoë Größe", "project": "", "reason": "The name was misspelt"}
    assert client.post(page, data=sent).status_code == 303
    again = fresh(session)[0]
    assert (again.number, again.name, again.edition) == (before.number, "Zoë Größe", 2)
    pdf = file_of(session, app, again)
    issuer = installation_issuer(app.extensions["settings"].keys)
    assert verify_certificate(pdf, issuer).payload["name"] == "Zoë Größe"
    with pytest.raises(FileNotFoundError):
        app.extensions["storage"].read(old)
    public = client.get(f"/en/c/{before.number}").text
    assert "Issued again on" in public
    assert "misspelt" not in public
    assert (
        "The name was misspelt"
        in client.get(f"/en/seasons/{judged.season.public_id}/certificates").text
    )


def test_the_look_of_a_kind_and_its_signatures_are_on_the_page(session, app, sign_in, judged, now):
    client = sign_in(judged.organiser)
    season = f"/en/seasons/{judged.season.public_id}/certificates"
    chosen = {f"template-{kind.value}": "engraved" for kind in CertificateKind}
    chosen |= {f"orientation-{kind.value}": "portrait" for kind in CertificateKind}
    assert client.post(f"{season}/look", data=chosen).status_code == 303
    assert set(look_queries.looks(session, judged.season.id).values()) == {("engraved", "portrait")}
    session.commit()
    bad = chosen | {"template-juror": "baroque"}
    assert (
        "Choose one of the designs"
        in client.post(f"{season}/look", data=bad, follow_redirects=True).text
    )
    sent = {"name-ru": "Мария Вознесенская", "role-ru": "Председатель"}
    wrong = sent | {"picture": (BytesIO(b"<svg/>"), "a.png")}
    assert client.post(f"{season}/signatories", data=wrong).status_code == 422
    right = sent | {"picture": (BytesIO(png()), "a.png")}
    assert client.post(f"{season}/signatories", data=right).status_code == 303
    with client.get(f"{season}/proof.pdf?kind=juror&language=ru") as proof:
        assert proof.headers["Content-Type"] == "application/pdf"
        assert "Мария Вознесенская" in text_of(proof.data)
        assert proof.data.count(b"/Image") > 1
    row = session.scalars(select(Signatory)).one()
    kept = session.get_one(StoredFile, row.file_id).storage_name
    public_id = row.public_id
    session.commit()
    assert client.post(f"{season}/signatories/{public_id}/remove").status_code == 303
    with pytest.raises(FileNotFoundError):
        app.extensions["storage"].read(kept)


def test_the_proof_shows_the_longest_name_of_the_season_on_one_page(session, sign_in, judged):
    judged.leads[2].name = "Константин-Александр Святополк-Мирский-Преображенский-Задунайский"
    session.commit()
    client = sign_in(judged.organiser)
    proof = f"/en/seasons/{judged.season.public_id}/certificates/proof.pdf?kind=winner&language=ru"
    with client.get(proof) as plain:
        assert "Святополк" not in text_of(plain.data)
    with client.get(proof + "&longest=1") as longest:
        assert pages_of(longest.data) == 1
        # pdftotext takes a hyphen at a line's end for a broken word.
        printed = text_of(longest.data).replace("-", "").replace(" ", "")
        assert "КонстантинАлександрСвятополкМирскийПреображенскийЗадунайский" in printed


def test_holders_are_told_once_and_of_an_honour_only_after_its_minute(session, decided, now):
    order(session, decided, now, WINNER, JUROR, tell=True)
    name_people(session, decided, now, "Вера Ким; ; vera@example.com\nПётр", tell=True)
    jobs.sweep()

    def told() -> list[str]:
        session.commit()  # what others wrote since is seen from a new look only
        query = select(Mail.to_email).where(Mail.template == "certificate_issued").order_by(Mail.id)
        found = list(session.scalars(query))
        session.commit()
        return found

    before = told()
    assert "vera@example.com" in before
    assert {lead.email for lead in decided.leads}.isdisjoint(before)
    with time_machine.travel(now + timedelta(hours=2)):
        announcing.announce_due()
        jobs.sweep()
        after = told()
        order(session, decided, now, CertificateKind.PARTICIPANT)
        jobs.sweep()
        assert told() == after
    assert sorted(after) == sorted([*before, decided.leads[0].email, decided.leads[1].email])


def test_a_holder_gets_her_badge_and_a_revoked_certificate_has_none(
    session, app, sign_in, judged, now
):
    order(session, judged, now, CertificateKind.PARTICIPANT)
    jobs.sweep()
    mine = fresh(session)[0]
    client = sign_in(judged.leads[0])
    address = f"/en/certificates/{mine.number}.badge"
    assert address in client.get("/en/certificates").text
    token = client.get(address).text
    issuer = installation_issuer(app.extensions["settings"].keys)
    assert verify_badge(token, issuer)["jti"] == f"http://localhost/c/{mine.number}"
    service.revoke_certificate(session, mine.id, reason="A mistake", actor_id=None, now=now)
    session.commit()
    assert client.get(address).status_code == 404


def test_a_badge_s_status_turns_to_revoked_and_an_unknown_one_looks_like_an_embargoed_one(
    session, client, decided, now
):
    order(session, decided, now, JUROR, WINNER)
    jobs.sweep()
    winner, juror = (
        next(row for row in fresh(session) if row.kind is kind) for kind in (WINNER, JUROR)
    )
    address = f"/c/{juror.number}/status.json"
    valid = client.get(address)
    assert (valid.json["id"], valid.json["revokedCredential"]) == (f"http://localhost{address}", [])
    assert valid.headers["Access-Control-Allow-Origin"] == "*"
    service.revoke_certificate(session, juror.id, reason="A mistake", actor_id=None, now=now)
    session.commit()
    revoked = client.get(address)
    named = {"id": f"http://localhost/c/{juror.number}", "revoked": True}
    assert revoked.json["revokedCredential"] == [named]
    assert "mistake" not in revoked.text
    unknown = new_number()
    for path in ("/c/{}/status.json", "/en/c/{}"):
        hidden, nobody = (client.get(path.format(one)) for one in (winner.number, unknown))
        shown = {one: format_number(one) for one in (winner.number, unknown)}
        assert (hidden.status_code, nobody.status_code) == (404, 404)
        said, other = (
            re.sub(r"[\w.-]{60,}", "", page.text.replace(number, "N").replace(shown[number], "N"))
            for page, number in ((hidden, winner.number), (nobody, unknown))
        )
        assert said == other
    assert client.get("/c/nonsense/status.json").status_code == 404
    with time_machine.travel(now + timedelta(hours=2)):
        assert client.get(f"/c/{winner.number}/status.json").status_code == 200


def test_who_has_no_account_gets_her_pdf_through_a_link_that_is_hers_alone(
    session, client, judged, now
):
    name_people(session, judged, now, "Вера Ким; ; vera@example.com", tell=True)
    jobs.sweep()
    (letter,) = session.scalars(select(Mail).where(Mail.template == "certificate_issued"))
    (link,) = re.findall(r"http://localhost(/ru/certificates/link/\S+)", letter.body)
    session.commit()
    certificate = fresh(session)[0]
    assert f"/c/{certificate.number}" in letter.body
    assert link.split("/")[-1].removesuffix(".pdf") != certificate.link_hash
    with client.get(link) as answer:
        assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
        assert "Вера Ким" in text_of(answer.data)
    for wrong in (link.replace(".pdf", "x.pdf"), f"/ru/certificates/link/{certificate.number}.pdf"):
        assert client.get(wrong).status_code == 404
    service.revoke_certificate(session, certificate.id, reason="x", actor_id=None, now=now)
    session.commit()
    assert client.get(link).status_code == 404


def test_a_signature_that_a_copied_season_shares_stays_until_both_are_rid_of_it(
    session, app, judged, now
):
    stored = app.extensions["storage"].write(png())
    values = {"actor_id": judged.organiser.id, "now": now}
    service.add_signatory(
        session, judged.season.id, name={"ru": "Ада"}, role={}, stored=stored, **values
    )
    copied = make.make_copy(session, judged.season)
    first, second = session.scalars(select(Signatory).order_by(Signatory.id)).all()
    assert first.file_id == second.file_id
    remove = service.remove_signatory
    assert remove(session, judged.season.id, first.public_id, **values) == ""
    assert session.get(StoredFile, second.file_id) is not None
    assert remove(session, copied.id, second.public_id, **values) == stored.storage_name


def test_the_room_of_certificates_is_marked_on_each_of_its_pages(session, sign_in, judged, now):
    order(session, judged, now, JUROR)
    jobs.sweep()
    client, number = sign_in(judged.organiser), fresh(session)[0].number
    season = f"/en/seasons/{judged.season.public_id}/certificates"
    pages = [season, f"{season}/look", f"/en/certificates/{number}/reissue"]
    for page in (*pages, f"/en/certificates/{number}/revoke"):
        marked = re.findall(
            r'<a[^>]*aria-current="page"[^>]*>(.*?)</a>', client.get(page).text, re.S
        )
        assert {re.sub(r"<[^>]+>|\s", "", one) for one in marked} == {"Certificates"}, page


def test_the_archive_has_a_folder_for_each_team(session, sign_in, decided, now):
    order(session, decided, now, CertificateKind.PARTICIPANT, JUROR)
    jobs.sweep()
    client = sign_in(decided.organiser)
    with client.get(f"/en/seasons/{decided.season.public_id}/certificates.zip") as answer:
        names = zipfile.ZipFile(BytesIO(answer.data)).namelist()
    folders = {name.split("/")[0] for name in names}
    assert len(names) == 6 + 3
    assert folders == {f"{entry.code} {entry.title}" for entry in decided.entries} | {"Jurors"}
    assert {row.state for row in fresh(session)} == {CertificateState.ISSUED}

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award import jobs, texts
from award.errors import InputError, RuleError
from award.models.accounts import User
from award.models.entries import EntryState, StoredFile
from award.models.operations import AuditRow, Job, JobState
from award.models.results import Certificate, CertificateKind, CertificateState
from award.results import service
from award.results.certificates import issuing as certificates
from award.results.certificates import printing
from award.results.certificates import queries as certificate_queries
from award.results.certificates.listing import CertificateFilters, certificate_page
from award.results.certificates.order_queries import batches, kind_counts
from exports.certificates.numbers import format_number
from exports.errors import ExportError
from exports.signing.keys import installation_issuer, verify_payload
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all, judge


@pytest.fixture(autouse=True)
def turns(monkeypatch):
    """A batch is printed in one turn, however long a busy machine takes."""
    monkeypatch.setattr(jobs, "TURN", timedelta(hours=1))


EVERY = [kind for kind in certificates.ISSUABLE if kind is not CertificateKind.TEAM_MEMBER]


def order(session: Session, judged: Judged, now: datetime, *kinds: CertificateKind) -> Any:
    ordered = service.order_certificates(
        session, judged.season.id, kinds or EVERY, actor_id=judged.organiser.id, now=now
    )
    session.commit()
    return ordered


def of_kind(session: Session, kind: CertificateKind) -> list[Certificate]:
    found = session.scalars(
        select(Certificate).where(Certificate.kind == kind).order_by(Certificate.id)
    ).all()
    session.commit()
    return list(found)


def fresh(session: Session) -> list[Certificate]:
    query = select(Certificate).order_by(Certificate.id).execution_options(populate_existing=True)
    found = list(session.scalars(query))
    session.commit()
    return found


def test_members_winners_finalists_and_jurors_get_one_certificate_each(session, decided, now):
    ordered = order(session, decided, now)
    assert ordered.count == 6 + 2 + 6 + 3
    winners = of_kind(session, CertificateKind.WINNER)
    assert [(row.name, row.place) for row in winners] == [
        (decided.leads[0].name, 1),
        (decided.leads[1].name, 2),
    ]
    assert {row.state for row in winners} == {CertificateState.PENDING}
    assert {row.juror_id for row in of_kind(session, CertificateKind.JUROR)} == {
        juror.id for juror in decided.jurors
    }


def test_a_certificate_of_honour_bears_the_day_of_the_announcement(session, judged, now):
    decide_all(session, judged, now, after=3 * 24 * 3600)
    order(session, judged, now)
    (winner, _second) = of_kind(session, CertificateKind.WINNER)
    (participant, *_rest) = of_kind(session, CertificateKind.PARTICIPANT)
    assert (winner.issued_on - participant.issued_on).days == 3


def test_withdrawn_entries_drafts_and_idle_jurors_get_none(session, judged, now):
    judged.entries[0].state = EntryState.WITHDRAWN
    make.make_entry(session, judged.season)
    make.make_juror(session, judged.season)
    session.commit()
    assert order(session, judged, now).count == 5 + 3


def test_ordering_twice_gives_nobody_a_second_one(session, decided, now):
    order(session, decided, now)
    with pytest.raises(RuleError, match="nobody_new"):
        order(session, decided, now)
    session.rollback()
    late = make.make_submitted(session, decided.season)
    session.commit()
    ordered = order(session, decided, now)
    assert ordered.count == 1
    assert of_kind(session, CertificateKind.PARTICIPANT)[-1].entry_id == late.id


def test_kinds_that_nobody_chose_or_that_are_not_ours_are_refused(session, judged, now):
    with pytest.raises(InputError, match="kinds_missing"):
        service.order_certificates(session, judged.season.id, [], actor_id=None, now=now)
    with pytest.raises(InputError, match="kind_not_issued"):
        service.order_certificates(
            session, judged.season.id, [CertificateKind.MENTOR], actor_id=None, now=now
        )


def test_who_has_no_name_is_passed_over_and_counted(session, now):
    judged = judge(session, points=(9, 2))
    judged.leads[1].name = " "
    session.commit()
    ordered = order(session, judged, now, CertificateKind.PARTICIPANT)
    assert (ordered.count, ordered.nameless) == (1, 1)


def test_the_worker_issues_signed_files_that_the_installation_confirms(session, app, decided, now):
    order(session, decided, now, CertificateKind.WINNER)
    assert jobs.sweep() == 1
    issued = fresh(session)
    assert [row.state for row in issued] == [CertificateState.ISSUED] * 2
    keys = installation_issuer(app.extensions["settings"].keys).payload_keys()
    said = verify_payload(issued[0].payload, keys)
    assert (said["no"], said["name"], said["place"]) == (issued[0].number, issued[0].name, "1")
    file = session.get_one(StoredFile, issued[0].file_id)
    assert app.extensions["storage"].read(file.storage_name).startswith(b"%PDF-")
    assert issued[0].name not in file.name


def test_a_worker_that_fails_half_way_is_followed_by_one_that_goes_on(
    session, decided, now, monkeypatch
):
    order(session, decided, now, CertificateKind.PARTICIPANT)
    numbers = [row.number for row in fresh(session)]
    made = iter(range(10))
    real = printing.issue

    def fails_at_the_fourth(*arguments: Any, **more: Any) -> bytes:
        if next(made) == 3:
            raise ExportError("asset_refused", why="the machine went down")
        return real(*arguments, **more)

    monkeypatch.setattr(printing, "issue", fails_at_the_fourth)
    jobs.sweep()
    half = [row.state for row in fresh(session)]
    assert half.count(CertificateState.ISSUED) == 3
    with time_machine.travel(now + timedelta(minutes=2)):
        jobs.sweep()
    done = fresh(session)
    assert [row.number for row in done] == numbers
    assert {row.state for row in done} == {CertificateState.ISSUED}
    assert len({row.file_id for row in done}) == 6
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 6
    job = session.scalars(select(Job)).one()
    assert (job.state, job.done_count, job.total_count) == (JobState.DONE, 6, 6)


def test_two_orders_take_turns_and_one_that_fails_in_an_early_turn_still_says_why(
    session, decided, now, monkeypatch
):
    monkeypatch.setattr(jobs, "TURN", timedelta(0))
    given = {"language": "en", "actor_id": None, "now": now}
    season_id, kind = decided.season.id, CertificateKind.MENTOR
    batches = [
        service.order_named(session, season_id, kind, people, **given).batch
        for people in ("张伟\nAnna\nBoris", "Clara\nDina")
    ]
    session.commit()
    printed = []
    real = printing.issue

    def noted(data: Any, *arguments: Any, **more: Any) -> bytes:
        printed.append(data.name)
        return real(data, *arguments, **more)

    monkeypatch.setattr(printing, "issue", noted)
    assert jobs.sweep() == 5
    assert printed == ["张伟", "Clara", "Anna", "Dina", "Boris"]
    state = {one.key: (one.state, one.error) for one in session.scalars(select(Job))}
    dead, done = (state[certificates.job_key(batch.public_id)] for batch in batches)
    assert dead[0] is JobState.DEAD
    assert "张" in texts.failure(dead[1], "en")
    assert done == (JobState.DONE, "")


WORKER = """
import sys
from pathlib import Path
from award import jobs
from award.app import create_app
from award.results.certificates import printing
from config import for_tests

real, printed = printing.issue, []

def issue(*given, **more):
    if len(printed) == 8:
        sys.stdin.read()
    printed.append(real(*given, **more))
    return printed[-1]

printing.issue = issue
app = create_app(for_tests(Path(sys.argv[1]), sys.argv[2]))
with app.app_context():
    jobs.sweep()
"""
"""A worker that waits before its ninth certificate: it is not done before it is killed."""


def test_a_killed_worker_loses_no_certificate_and_doubles_none(session, app, now):
    judged = judge(session, points=(9, 8, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4))
    order(session, judged, now, CertificateKind.PARTICIPANT)
    numbers = [row.number for row in fresh(session)]
    settings = app.extensions["settings"]
    arguments = [str(settings.instance), settings.database_url]
    command = [sys.executable, "-c", WORKER, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as worker:
        while _issued(session) < 2 and worker.poll() is None:
            time.sleep(0.02)
        os.kill(worker.pid, signal.SIGKILL)
    assert 2 <= _issued(session) < 12
    with time_machine.travel(now + jobs.LEASE + timedelta(minutes=10)):
        assert jobs.sweep() == 1
    done = fresh(session)
    assert [row.number for row in done] == numbers
    assert {row.state for row in done} == {CertificateState.ISSUED}
    assert len({row.file_id for row in done}) == 12


def _issued(session: Session) -> int:
    count = select(func.count()).where(Certificate.state == CertificateState.ISSUED)
    found = session.scalar(count)
    session.commit()
    return found or 0


def test_a_revoked_one_says_so_for_ever_and_is_replaced_under_a_new_number(session, decided, now):
    order(session, decided, now, CertificateKind.JUROR)
    jobs.sweep()
    certificate = fresh(session)[0]
    with pytest.raises(InputError, match="reason_missing"):
        service.revoke_certificate(session, certificate.id, reason="", actor_id=None, now=now)
    service.revoke_certificate(
        session, certificate.id, reason="The name was wrong", actor_id=None, now=now
    )
    with pytest.raises(RuleError, match="certificate_not_issued"):
        service.revoke_certificate(session, certificate.id, reason="x", actor_id=None, now=now)
    session.commit()
    found = certificate_queries.confirm(session, certificate.number, "en", now=now)
    assert (found.verdict, found.name) == ("revoked", "")
    session.commit()
    assert order(session, decided, now, CertificateKind.JUROR).count == 1
    assert len({row.number for row in fresh(session)}) == 4


def test_a_number_is_found_however_a_person_types_it(session, decided, now):
    order(session, decided, now, CertificateKind.JUROR)
    jobs.sweep()
    number = fresh(session)[0].number
    for typed in (number.lower(), format_number(number), f" {number[:5]} {number[5:]} "):
        found = certificate_queries.confirm(session, typed, "en", now=now)
        assert found.number == format_number(number)


def test_a_pending_certificate_is_not_confirmed(session, decided, now):
    order(session, decided, now, CertificateKind.JUROR)
    number = fresh(session)[0].number
    assert certificate_queries.confirm(session, number, "en", now=now) is None
    session.rollback()
    jobs.sweep()
    assert certificate_queries.confirm(session, number, "en", now=now) is not None


def test_the_organisers_pages_order_follow_and_download(session, sign_in, decided):
    client = sign_in(decided.organiser)
    path = f"/en/seasons/{decided.season.public_id}/certificates"
    assert client.get(path).status_code == 200
    assert client.post(path, data={}).status_code == 422
    answer = client.post(path, data={"kinds": ["juror", "winner"]})
    assert answer.status_code == 303
    waiting = client.get(path).text
    assert "0 of 5 certificates are made" in waiting
    assert 'http-equiv="refresh"' in waiting
    jobs.sweep()
    done = client.get(path).text
    assert "5 certificates are issued" in done
    assert 'http-equiv="refresh"' not in done
    with client.get(f"{path}.zip") as answer:
        assert len(zipfile.ZipFile(BytesIO(answer.data)).namelist()) == 5
    number = fresh(session)[0].number
    with client.get(f"/en/certificates/{number}.pdf") as pdf:
        assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    revoking = f"/en/certificates/{number}/revoke"
    assert client.get(revoking).status_code == 200
    assert client.post(revoking, data={"reason": ""}).status_code == 422
    assert client.post(revoking, data={"reason": "A wrong name"}).status_code == 303
    assert "A wrong name" in client.get(path).text


def test_a_person_finds_her_own_certificates_and_nobody_elses(session, sign_in, decided, now):
    order(session, decided, now, CertificateKind.PARTICIPANT)
    jobs.sweep()
    mine, other = fresh(session)[:2]
    client = sign_in(decided.leads[0])
    page = client.get("/en/certificates").text
    assert mine.number in page
    assert other.number not in page
    with client.get(f"/en/certificates/{mine.number}.pdf") as found:
        assert found.status_code == 200
    assert client.get(f"/en/certificates/{other.number}.pdf").status_code == 404


def test_the_public_page_confirms_and_keeps_search_engines_out(session, client, decided, now):
    order(session, decided, now, CertificateKind.PARTICIPANT)
    jobs.sweep()
    certificate = fresh(session)[0]
    answer = client.get(f"/en/c/{certificate.number}")
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert certificate.name in answer.text
    assert decided.leads[0].email not in answer.text
    typed = client.get("/en/certificates/check", query_string={"number": certificate.number})
    assert typed.status_code == 303
    wrong = client.get("/en/certificates/check", query_string={"number": "123"})
    assert wrong.status_code == 422
    assert "14 letters and digits" in wrong.text
    assert client.get("/en/c/nonsense").status_code == 404
    assert client.get(f"/c/{certificate.number}").status_code == 303


def test_the_list_costs_the_same_for_six_and_for_sixty(session, count_queries, now):
    costs = []
    for points in ((1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6) * 10):
        judged = judge(session, points=points)
        order(session, judged, now)
        season_id = judged.season.id

        def look(season_id: int = season_id) -> None:
            certificate_page(session, season_id, CertificateFilters())
            batches(session, season_id, "en")
            kind_counts(session, season_id)

        costs.append(count_queries(look))
        session.commit()
    assert costs[0] == costs[1]


def test_one_name_that_cannot_be_printed_stops_no_other_and_is_said_in_words(
    app, session, sign_in, decided, now
):
    lead = session.get_one(User, decided.leads[0].id)
    lead.name = "张伟"
    session.commit()
    ordered = order(session, decided, now, CertificateKind.PARTICIPANT)
    batch_id, everybody = ordered.batch.public_id, ordered.count
    assert jobs.sweep() == 1
    job = session.scalars(select(Job).where(Job.key == certificates.job_key(batch_id))).one()
    assert (job.state, job.attempts) == (JobState.DEAD, 1)
    session.commit()
    office = sign_in(decided.organiser)
    url = f"/en/seasons/{decided.season.public_id}/certificates"
    page = office.get(url).text
    assert "None of the fonts can print “张”. Write the name in Latin" in page
    assert "Still missing: 张伟." in page
    assert "letters_missing" not in page
    issued = [row for row in fresh(session) if row.state is CertificateState.ISSUED]
    assert len(issued) == everybody - 1
    lead.name = "Zhang Wei"
    session.commit()
    assert office.post(f"{url}/batches/{batch_id}").status_code == 303
    assert jobs.sweep() == 1
    assert {row.state for row in fresh(session)} == {CertificateState.ISSUED}
    assert "Zhang Wei" in {row.name for row in fresh(session)}
    assert office.post(f"{url}/batches/{batch_id}").status_code == 409


def test_a_failed_one_without_an_account_is_corrected_and_made_under_its_number(
    session, sign_in, decided, now
):
    people = "Anna Orlova\n张伟; Quiet yard"
    given = {"language": "en", "actor_id": None, "now": now}
    service.order_named(session, decided.season.id, CertificateKind.MENTOR, people, **given)
    session.commit()
    assert jobs.sweep() == 1
    anna, failed = fresh(session)
    assert (anna.state, failed.state) == (CertificateState.ISSUED, CertificateState.PENDING)
    office = sign_in(decided.organiser)
    season = f"/en/seasons/{decided.season.public_id}/certificates"
    address = f"/en/certificates/{failed.number}/correct"
    page = office.get(season).text
    assert "One certificate could not be made" in page
    assert address in page
    assert "None of the fonts can print “张”" in office.get(address).text
    typed = {"name": "Zhang 伟", "project": "Quiet yard", "reason": "Latin letters"}
    refused = office.post(address, data=typed)
    assert (refused.status_code, "print “伟”" in refused.text) == (422, True)
    assert office.post(address, data=typed | {"name": "Zhang", "reason": ""}).status_code == 422
    assert office.post(address, data=typed | {"name": "Zhang Wei"}).status_code == 303
    in_hand = office.get(address)
    assert in_hand.status_code == 200
    assert office.post(address, data=typed | {"name": "Somebody"}).status_code == 409
    assert jobs.sweep() == 1
    _anna, made = fresh(session)
    assert (made.name, made.number) == ("Zhang Wei", failed.number)
    assert made.state is CertificateState.ISSUED
    assert office.get(address).status_code == 409
    row = session.scalars(select(AuditRow).where(AuditRow.action == "certificate.corrected")).one()
    assert row.after == {"state": "pending", "reason": "Latin letters"}


def test_a_failure_that_nobody_foresaw_is_shown_with_what_to_do():
    assert "look" in texts.failure("ValueError: the printer burns", "en")
    assert "ValueError: the printer burns" in texts.failure("ValueError: the printer burns", "en")
    long = texts.failure('print_too_long {"text": "Anna"}', "en")
    assert long == "“Anna…” is too long to be printed in letters that anybody can read. Shorten it."
    assert texts.failure('name_missing {"text": "x"}', "en") == texts.say("name_missing", "en")
    assert "print_too_long {" in texts.failure("print_too_long {cut off", "en")

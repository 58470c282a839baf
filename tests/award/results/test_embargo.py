"""Two worlds that differ in the winner look the same to everybody outside until the minute."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from award import jobs
from award.models.accounts import User
from award.models.entries import StoredFile
from award.models.jury import RoundEntry
from award.models.operations import Mail
from award.models.results import Certificate, CertificateKind, Outcome
from award.models.seasons import RoundState
from award.results import service
from award.results.announcement.announcing import announce_due
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all

RANDOM = re.compile(r'(nonce|csrf[^"]*|_token)="[^"]*"|content="[\w.\-]{60,}"|[\w.\-]{80,}')


def decide_for(session: Session, judged: Judged, winner: int, now: datetime) -> None:
    """Decide that entry ``winner`` wins; the other of the first two stays a finalist."""
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    service.tabulate_round(session, judged.round.id, reason="", **values)
    for number, entry in enumerate(judged.entries):
        wins = number == winner
        service.decide(
            session,
            judged.round.id,
            entry.id,
            outcome=Outcome.WINNER if wins else Outcome.FINALIST,
            place=1 if wins else None,
            reason="The jury talked about it",
            **values,
        )
    service.set_announcement(session, judged.round.id, now + timedelta(hours=1), **values)
    service.close_decisions(session, judged.round.id, **values)
    service.order_certificates(
        session, judged.season.id, [CertificateKind.WINNER, CertificateKind.FINALIST], **values
    )
    session.commit()


def seen(client: FlaskClient, path: str) -> tuple[int, str, str, str]:
    answer = client.get(path)
    headers = "\n".join(
        f"{name}: {value}"
        for name, value in sorted(answer.headers)
        if name not in {"Set-Cookie", "Content-Length", "Date"}
    )
    body = RANDOM.sub("", answer.get_data(as_text=True))
    return answer.status_code, headers, body, answer.request.path


def paths(judged: Judged, numbers: list[str]) -> list[str]:
    """Return everything an outsider may try, entry by entry, winner or not."""
    place = f"/en/{judged.programme.slug}/{judged.season.slug}"
    tried = [place, f"{place}/winners", f"{place}/finalists", "/en/", "/en/certificates"]
    tried += ["/sitemap.xml", f"/en/{judged.programme.slug}/news.atom", f"{place}/share-0.png"]
    tried += [f"{place}/finalists/{entry.code}" for entry in judged.entries]
    tried += [f"/en/rounds/{judged.round.public_id}/{page}" for page in ("results", "decisions")]
    tried += [f"/en/rounds/{judged.round.public_id}/results.csv"]
    for entry in judged.entries:
        tried += [f"/en/entries/{entry.public_id}/feedback", f"/en/entries/{entry.public_id}"]
    for number in numbers:
        tried += [f"/en/c/{number}", f"/en/certificates/{number}.pdf"]
    return tried


@pytest.fixture
def worlds(
    session: Session, judged: Judged, sign_in: Callable[[User], FlaskClient], app: Flask
) -> Callable[[int, datetime], dict[str, Any]]:
    """Return a look into the world where an entry wins: what each outsider gets at a moment."""
    juror = session.get_one(User, judged.jurors[0].user_id)
    session.commit()
    outsiders = {"public": app.test_client(), "juror": sign_in(juror)}
    outsiders |= {f"lead {n}": sign_in(lead) for n, lead in enumerate(judged.leads[:3])}

    def look(numbers: list[str], at: datetime) -> dict[str, Any]:
        with time_machine.travel(at, tick=False):
            return {
                f"{name} {path}": seen(client, path)
                for name, client in outsiders.items()
                for path in paths(judged, numbers)
            }

    return look


def numbers_of(session: Session) -> list[str]:
    numbers = list(session.scalars(select(Certificate.number).order_by(Certificate.key)))
    session.commit()
    return numbers


def test_before_the_minute_no_answer_depends_on_the_winner(session, judged, worlds, now):
    decide_for(session, judged, 0, now)
    jobs.sweep()
    session.commit()
    numbers = numbers_of(session)
    at = now + timedelta(minutes=59)
    first = worlds(numbers, at)
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    service.reopen_decisions(session, judged.round.id, reason="The other world", **values)
    for number, outcome in ((0, Outcome.FINALIST), (1, Outcome.WINNER)):
        service.decide(
            session,
            judged.round.id,
            judged.entries[number].id,
            outcome=outcome,
            place=number or None,
            reason="The other world",
            **values,
        )
    service.close_decisions(session, judged.round.id, **values)
    session.commit()
    second = worlds(numbers, at)
    assert len(numbers) == 7
    for key in first:
        assert first[key] == second[key], key
    assert session.scalars(select(Mail)).all() == []


def test_at_the_minute_the_two_worlds_part(session, judged, worlds, now):
    decide_for(session, judged, 0, now)
    before = worlds([], now + timedelta(minutes=59))
    after = worlds([], now + timedelta(hours=1))
    key = f"public /en/{judged.programme.slug}/{judged.season.slug}/winners"
    assert (before[key][0], after[key][0]) == (404, 200)
    assert judged.entries[0].title in after[key][2]
    code, feed = judged.entries[0].code, f"public /en/{judged.programme.slug}/news.atom"
    assert [code in world["public /sitemap.xml"][2] for world in (before, after)] == [False, True]
    assert ["winners" in world[feed][2] for world in (before, after)] == [False, True]


def test_the_hidden_page_is_the_page_of_an_unknown_address(client, session, decided):
    hidden = seen(client, f"/en/{decided.programme.slug}/{decided.season.slug}/winners")
    unknown = seen(client, f"/en/{decided.programme.slug}/never-was/winners")
    slug = decided.season.slug
    assert hidden[0] == 404
    assert hidden[2].replace(slug, "never-was") == unknown[2]
    assert hidden[1] == unknown[1]


def test_an_embargoed_certificate_answers_like_an_unknown_number(client, session, judged, now):
    decide_for(session, judged, 0, now)
    jobs.sweep()
    session.commit()
    kinds = session.execute(
        select(Certificate.kind, Certificate.number).where(
            Certificate.kind == CertificateKind.WINNER
        )
    ).all()
    session.commit()
    (_kind, number), unknown = kinds[0], "00000000000000"
    hidden, nothing = seen(client, f"/en/c/{number}"), seen(client, f"/en/c/{unknown}")
    assert hidden[0] == nothing[0] == 404
    assert hidden[2].replace(number, unknown) == nothing[2]
    with time_machine.travel(now + timedelta(hours=1)):
        confirmed = client.get(f"/en/c/{number}")
    assert confirmed.status_code == 200
    assert judged.leads[0].name in confirmed.text


def test_a_certificates_file_hangs_on_no_entry(session, judged, now):
    decide_for(session, judged, 0, now)
    jobs.sweep()
    session.commit()
    files = session.scalars(select(StoredFile)).all()
    assert len(files) == 7
    assert {file.entry_id for file in files} == {None}


def test_the_worker_late_by_an_hour_changes_no_page(session, judged, worlds, now):
    decide_for(session, judged, 0, now)
    at = now + timedelta(hours=2)
    asleep = worlds([], at)
    announce_due(now=at)
    session.commit()
    awake = worlds([], at)
    page = f"/en/{judged.programme.slug}/{judged.season.slug}/winners"
    assert asleep[f"public {page}"] == awake[f"public {page}"]
    own = f"lead 0 /en/entries/{judged.entries[0].public_id}/feedback"
    assert asleep[own] == awake[own]
    assert asleep[own][0] == 200


def test_before_the_minute_no_answer_depends_on_who_reached_the_final(session, judged, worlds, now):
    final = make.make_round(session, judged.season, position=2, state=RoundState.SET_UP, cut=1)
    session.commit()
    decide_all(session, judged, now)
    first = worlds([], now + timedelta(minutes=59))
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    service.reopen_decisions(session, judged.round.id, reason="The other world", **values)
    for number, outcome in ((0, Outcome.OUT), (2, Outcome.THROUGH)):
        service.decide(
            session,
            judged.round.id,
            judged.entries[number].id,
            outcome=outcome,
            reason="The other world",
            **values,
        )
    service.close_decisions(session, judged.round.id, **values)
    session.commit()
    second = worlds([], now + timedelta(minutes=59))
    through = session.scalars(
        select(RoundEntry.entry_id).where(RoundEntry.round_id == final.id)
    ).all()
    assert sorted(through) == sorted(judged.entries[number].id for number in (1, 2))
    for key in first:
        assert first[key] == second[key], key

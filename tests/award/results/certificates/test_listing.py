"""The list of certificates: narrowed and sorted by its address, on the page and in the export."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from award.models.operations import Job, JobState
from award.models.results import (
    Certificate,
    CertificateBatch,
    CertificateKind,
    CertificateState,
)
from award.results import service
from award.results.certificates.issuing import JOB, JOB_KEY
from award.results.certificates.listing import (
    CertificateFilters,
    certificate_page,
    every_certificate,
)
from award.results.certificates.order_queries import kind_counts, state_counts
from tests import factories as make

PEOPLE = (
    ("Ёлкина Алла", "Тихий двор", "participant", "ru", "issued"),
    ("Жуков Ян", "", "juror", "ru", "revoked"),
    ("Егоров Пётр", "Лес рядом", "winner", "de", "pending"),
    ("Adams, Eve", "Мост", "mentor", "en", "failed"),
)


@pytest.fixture
def season(session: Session, now: datetime) -> Any:
    """A season with a certificate in each state."""
    season = make.make_season(session)
    orders = {}
    for state, made in (("pending", JobState.RUNNING), ("failed", JobState.DEAD)):
        orders[state] = CertificateBatch(season_id=season.id, kinds=[], created_at=now)
        session.add(orders[state])
        session.flush()
        job = {"kind": JOB, "arguments": {}, "state": made, "run_at": now, "created_at": now}
        session.add(Job(key=JOB_KEY + orders[state].public_id, **job))
    for number, (name, project, kind, language, state) in enumerate(PEOPLE):
        kept = "pending" if state == "failed" else state
        session.add(
            Certificate(
                season_id=season.id,
                key=f"list:{number}",
                number=f"ABCDEFGHJKMN{number}0",
                kind=CertificateKind(kind),
                name=name,
                project=project,
                language=language,
                state=CertificateState(kept),
                batch_id=orders[state].id if state in orders else None,
                issued_on=now.date(),
            )
        )
    session.commit()
    return season


def names(session: Session, season: Any, **said: str) -> list[str]:
    filters = CertificateFilters.read(said)
    rows, total = certificate_page(session, season.id, filters)
    assert total == len(rows)
    assert rows == list(every_certificate(session, season.id, filters))
    return [row.name.split()[0].rstrip(",") for row in rows]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ["Adams", "Егоров", "Жуков", "Ёлкина"]),
        ({"find": "елкина"}, ["Ёлкина"]),
        ({"find": "ПЁТР лес"}, ["Егоров"]),
        ({"find": "двор лес"}, []),
        ({"find": "abcde fghjk-MN1"}, ["Жуков"]),
        ({"find": "%"}, []),
        ({"find": "-"}, []),
        ({"whose": "juror"}, ["Жуков"]),
        ({"whose": "emperor"}, ["Adams", "Егоров", "Жуков", "Ёлкина"]),
        ({"state": "failed"}, ["Adams"]),
        ({"state": "pending"}, ["Егоров"]),
        ({"state": "issued"}, ["Ёлкина"]),
        ({"state": "revoked"}, ["Жуков"]),
        ({"state": "lost"}, []),
        ({"language": "ru"}, ["Жуков", "Ёлкина"]),
        ({"language": "ru", "find": "ян", "state": "revoked"}, ["Жуков"]),
        ({"sort": "name"}, ["Егоров", "Ёлкина", "Жуков", "Adams"]),
        ({"sort": "-name", "language": "ru"}, ["Жуков", "Ёлкина"]),
        ({"sort": "number"}, ["Ёлкина", "Жуков", "Егоров", "Adams"]),
        ({"sort": "nonsense"}, ["Adams", "Егоров", "Жуков", "Ёлкина"]),
    ],
)
def test_the_address_narrows_and_sorts_page_and_export_alike(session, season, said, expected):
    assert names(session, season, **said) == expected


def test_a_page_beyond_the_last_is_empty_and_knows_the_total(session, season):
    for sort in ("", "name"):
        filters = CertificateFilters(sort=sort)
        assert certificate_page(session, season.id, filters, page=9) == ([], len(PEOPLE))


def test_states_are_counted_as_they_are_shown(session, season):
    each = dict.fromkeys(("failed", "issued", "revoked", "pending"), 1)
    assert dict(state_counts(session, season.id)) == each


def test_the_page_keeps_its_words_in_every_link_and_takes_no_others(session, season, sign_in):
    organiser = make.make_staff(session, season.programme)
    session.commit()
    browser, address = sign_in(organiser), f"/en/seasons/{season.public_id}/certificates"
    page = browser.get(f"{address}?language=ru&sort=name&endpoint=x&_scheme=javascript").text
    assert f"{address}?language=ru&amp;sort=-name" in page
    assert "javascript:" not in page
    table = f"/en/seasons/{season.public_id}/tables/certificates.csv?language=ru&amp;sort=name"
    assert table in page
    exported = browser.get(table.replace("&amp;", "&") + "&headers=keys")
    rows = list(csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig"))))
    assert [(row["name"], row["state"]) for row in rows] == [
        ("Ёлкина Алла", "issued"),
        ("Жуков Ян", "revoked"),
    ]


def test_only_certificates_that_follow_from_the_season_count_as_had(session, decided, now):
    season_id = decided.season.id
    given = {"actor_id": None, "now": now}
    kind = CertificateKind.PARTICIPANT
    service.order_certificates(session, season_id, [kind, CertificateKind.JUROR], **given)
    service.order_named(session, season_id, kind, "Anna\nBoris", language="en", **given)
    session.commit()
    found = {one.kind.value: (one.people, one.issued) for one in kind_counts(session, season_id)}
    assert found == {
        "participant": (6, 6),
        "team_member": (6, 0),
        "finalist": (6, 0),
        "winner": (2, 0),
        "community_award": (0, 0),
        "juror": (3, 3),
    }

"""A file in pieces: what arrives is kept, what is hostile is refused, what is given up goes."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from sqlalchemy import select

from award import refusals
from award.models.entries import StoredFile
from award.models.seasons import QuestionKind
from award.worker import sweep
from tests import factories as make
from tests.award.entries.files.test_files import pdf, picture

MEGABYTE = 1024 * 1024


@pytest.fixture
def season(session):
    season = make.make_season(session)
    limits = {"max_megabytes": 2}
    make.make_question(
        session, season, key="plan", kind=QuestionKind.FILE, required=False, limits=limits
    )
    return season


@pytest.fixture
def team(session, season, sign_in):
    lead = make.make_user(session)
    entry = make.make_entry(session, season, lead)
    session.commit()
    return Team(sign_in(lead), f"/en/entries/{entry.public_id}/files/plan")


class Team:
    """A member's browser and the address that her files go to."""

    def __init__(self, browser, url):
        self.browser, self.url = browser, url

    def address(self, content):
        return f"{self.url}/parts/{hashlib.sha256(content).hexdigest()}"

    def state(self, content):
        return self.browser.get(self.address(content)).json

    def put(self, content, offset, end, *, name="план №1.pdf", size=None, **headers):
        told = {
            "Upload-Name": quote(name),
            "Upload-Length": str(len(content) if size is None else size),
            "Upload-Offset": str(offset),
        }
        return self.browser.put(
            self.address(content),
            data=content[offset:end],
            headers=told | headers,
            content_type="application/octet-stream",
        )


def test_a_file_in_pieces_is_kept_whole_and_a_lost_answer_costs_nothing(session, team, settings):
    content = pdf()
    assert team.state(content) == {"offset": 0, "done": False}
    assert team.put(content, 0, 100).json == {"offset": 100, "done": False}
    again = team.put(content, 0, 100)
    assert (again.status_code, again.json["offset"]) == (409, 100)
    assert team.state(content) == {"offset": 100, "done": False}
    assert team.put(content, 100, None).json == {"offset": len(content), "done": True}
    file = session.scalars(select(StoredFile)).one()
    assert (file.name, file.sha256) == ("план №1.pdf", hashlib.sha256(content).hexdigest())
    assert (settings.files / file.storage_name[:2] / file.storage_name).read_bytes() == content
    assert team.state(content) == {"offset": 0, "done": True}
    assert [*settings.files.rglob("*.part")] == []


def test_the_same_file_twice_is_one_file(session, team, settings):
    content = pdf()
    for _ in range(2):
        assert team.put(content, 0, None).json["done"]
    session.scalars(select(StoredFile)).one()
    assert len([one for one in settings.files.rglob("*") if one.is_file()]) == 1


UNSAID, LARGE = "did not say which piece", str(2 * MEGABYTE + 1)
HOSTILE = [
    ({"Upload-Offset": "-1"}, 422, UNSAID),
    ({"Upload-Offset": "²"}, 422, UNSAID),
    ({"Upload-Offset": "99999999999999999999"}, 422, UNSAID),
    ({"Upload-Offset": "900"}, 422, UNSAID),
    ({"Upload-Offset": "400"}, 409, "goes on at another place"),
    ({"Upload-Length": ""}, 422, UNSAID),
    ({"Upload-Length": "0"}, 422, "The file is empty"),
    ({"Upload-Length": "50"}, 422, "more of the file at once"),
    ({"Upload-Length": LARGE}, 422, "larger than 2 MB"),
    ({"Upload-Name": "%20"}, 422, UNSAID),
]


def test_hostile_headers_are_refused_with_a_sentence_and_keep_nothing(team, settings):
    content = pdf().ljust(600)[:600]
    for headers, status, words in HOSTILE:
        answer = team.put(content, 0, 100, **headers)
        assert (answer.status_code, words in answer.json["message"]) == (status, True), headers
    assert [*settings.files.rglob("*.part")] == []


def test_a_piece_that_is_too_long_and_a_name_that_is_no_digest_are_refused(team):
    answer = team.put(b"x" * (MEGABYTE + 1), 0, None)
    assert (answer.status_code, "at once" in answer.json["message"]) == (422, True)
    assert team.browser.get(f"{team.url}/parts/..%2f..%2fpasswd").status_code == 404
    assert team.browser.get(f"{team.url}/parts/{'A' * 64}").status_code == 422


def test_what_was_damaged_or_lies_about_its_kind_is_refused_and_forgotten(session, team, settings):
    content = pdf()
    team.put(content, 0, 50)
    part = next(settings.files.rglob("*.part"))
    part.write_bytes(b"#" * 50)
    damaged = team.put(content, 50, None)
    assert "damaged on its way" in damaged.json["message"]
    lying = team.put(picture(), 0, None)
    assert (lying.status_code, "not what its name says" in lying.json["message"]) == (422, True)
    runs = team.put(pdf(), 0, None, name="plan.exe")
    assert "This kind of file is not taken" in runs.json["message"]
    assert [*settings.files.rglob("*.part")] == []
    assert session.scalars(select(StoredFile)).all() == []


def test_another_person_finds_nothing_of_it_and_after_the_deadline_nothing_is_taken(
    session, team, season, sign_in
):
    content = pdf()
    team.put(content, 0, 100)
    others = [make.make_user(session), make.make_staff(session, season.programme)]
    session.commit()
    for other in others:
        outsider = Team(sign_in(other), team.url)
        assert outsider.browser.get(team.address(content)).status_code == 404
        assert outsider.put(content, 100, None).status_code == 404
    season.closes_at = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()
    late = team.put(content, 100, None)
    assert (late.status_code, "Entries closed on" in late.json["message"]) == (409, True)


def test_only_eight_uploads_of_an_entry_are_under_way_at_once(team, settings):
    for number in range(9):
        content = f"%PDF {number}".encode() * 10
        team.put(content, 0, 9)
        moment = 1_700_000_000 + number
        for part in settings.files.rglob("*.part"):
            if part.stat().st_mtime > moment:
                os.utime(part, (moment, moment))
    assert len([*settings.files.rglob("*.part")]) == 8
    assert team.state(b"%PDF 0" * 10)["offset"] == 0
    assert team.state(b"%PDF 8" * 10)["offset"] == 9


def test_the_worker_forgets_what_was_given_up_for_a_day(app, team, settings):
    content = pdf()
    team.put(content, 0, 100)
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(hours=23), tick=False):
        sweep(app)
    assert team.state(content)["offset"] == 100
    with time_machine.travel(now + timedelta(hours=25), tick=False):
        sweep(app)
    assert team.state(content)["offset"] == 0
    assert [*(settings.files / "parts").iterdir()] == []


def test_several_files_of_a_plain_form_are_each_kept_or_refused_by_name(session, season, team):
    question = next(one for one in season.questions if one.key == "plan")
    question.limits = {"max_files": 3}
    session.commit()
    sent = [(io.BytesIO(pdf()), "one.pdf"), (io.BytesIO(b"no"), "two.pdf")]
    answer = team.browser.post(team.url, data={"file": sent})
    assert answer.status_code == 422
    assert "two.pdf: The file" in answer.text
    assert [one.name for one in session.scalars(select(StoredFile))] == ["one.pdf"]


class Sending(io.RawIOBase):
    """What a browser sends, without keeping it, and how much of it was read."""

    def __init__(self, size):
        self.left = size

    def read(self, size=-1):
        taken = self.left if size < 0 else min(size, self.left)
        self.left -= taken
        return b"x" * taken


def test_too_large_a_form_is_read_to_its_end_for_a_browser_reads_no_answer_before(
    client, monkeypatch
):
    def send(size):
        sending = Sending(size)
        kind = "multipart/form-data; boundary=x"
        sent = {"wsgi.input": sending, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": kind}
        answer = client.post("/en/sign-in", environ_overrides=sent)
        assert (answer.status_code, "What you sent is larger than 25" in answer.text) == (413, True)
        return sending.left

    assert send(40 * MEGABYTE) == 0
    assert send(1024 * MEGABYTE) == 1024 * MEGABYTE
    monkeypatch.setattr(refusals, "MOST_DRAINED", 0)
    assert send(40 * MEGABYTE) == 40 * MEGABYTE

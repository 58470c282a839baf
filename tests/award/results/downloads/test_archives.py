"""Archives of a round's letters and paper score sheets, made by the worker."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from award import jobs
from award.errors import RuleError
from award.models.entries import StoredFile
from award.models.operations import Job
from award.results.downloads.archives import JOB, Contents, order_archive
from tests.award.results.announcement.test_announcing import reread, work_at
from tests.award.results.downloads.test_exports import fetch


def test_score_sheets_come_as_a_pdf_a_juror_and_a_later_archive_replaces_them(
    session, sign_in, decided
):
    client = sign_in(decided.organiser)
    address = f"/en/rounds/{decided.round.public_id}/archives/paper"
    for _ in range(2):
        assert client.post(address).status_code == 303
        jobs.sweep()
    archive = zipfile.ZipFile(io.BytesIO(fetch(client, f"{address}.zip")))
    assert sorted(archive.namelist()) == sorted(f"{one.name}.pdf" for one in decided.jurors)
    assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    session.rollback()
    files = session.query(StoredFile).filter(StoredFile.question_key.like("archive:%")).all()
    assert [one.removed_at is None for one in files] == [False, True]


def test_letters_wait_for_the_announcement_then_come_one_a_team(session, sign_in, decided, now):
    order = {"language": "en", "actor_id": None}
    with pytest.raises(RuleError, match="letters_embargo"):
        order_archive(session, decided.round.id, Contents.LETTERS, now=now, **order)
    later = now + timedelta(hours=2)
    order_archive(session, decided.round.id, Contents.LETTERS, now=later, **order)
    with pytest.raises(RuleError, match="archive_in_work"):
        order_archive(session, decided.round.id, Contents.LETTERS, now=later, **order)
    session.commit()
    work_at(later)
    reread(session)
    job = session.query(Job).filter_by(kind=JOB).one()
    assert (job.state.value, job.done_count) == ("done", 6)
    session.commit()
    client = sign_in(decided.organiser)
    data = fetch(client, f"/en/rounds/{decided.round.public_id}/archives/letters.zip")
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert [name.split()[0] for name in names] == sorted(one.code for one in decided.entries)

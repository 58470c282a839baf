"""The finalists' gallery: what it shows, to whom, from when on, and only what teams agreed to."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
import time_machine
from PIL import Image

from award.errors import NotFoundError
from award.models.entries import ConsentBy, ConsentGiven, EntryState, EntryVersion, StoredFile
from award.models.seasons import ConsentScope, QuestionKind, RoundState, Visibility
from award.results.public.gallery_queries import gallery
from award.results.public.publication import agreed
from award.results.public.videos import hosted_video
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all, judge


def photo() -> bytes:
    written = io.BytesIO()
    picture, exif = Image.new("RGB", (1600, 1200), "teal"), Image.Exif()
    exif[0x010F] = "Camera of Lena Lead"
    picture.save(written, "JPEG", exif=exif)
    return written.getvalue()


def slides(author: str) -> bytes:
    written = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Author"] = author
    document.save(written)
    return written.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


FILM = box(b"ftyp", b"isom0000") + box(b"moov", box(b"udta", b"Lena Lead"))


def attach(session: Any, app: Any, entry: Any, key: str, content: bytes, name: str) -> StoredFile:
    """Submit a file with an entry."""
    kept = app.extensions["storage"].write(content)
    file = StoredFile(
        programme_id=entry.season.programme_id,
        entry_id=entry.id,
        question_key=key,
        name=name,
        media_type="image/jpeg",
        size=kept.size,
        sha256=kept.sha256,
        storage_name=kept.storage_name,
        uploaded_at=make.NOW,
    )
    session.add(file)
    session.flush()
    version = session.get_one(EntryVersion, entry.current_version_id)
    row = {"id": file.public_id, "name": name, "size": kept.size, "sha256": kept.sha256}
    version.files = [*version.files, row | {"question": key}]
    return file


def place(judged: Judged) -> str:
    return f"/en/{judged.programme.slug}/{judged.season.slug}"


def address(file: StoredFile, width: int = 480) -> str:
    return f"/en/pictures/{width}/{file.public_id}-{file.sha256[:12]}.webp"


@pytest.fixture
def shown(session: Any, app: Any, judged: Judged, now: Any) -> Any:
    """A round that is announced in an hour; its first entry has a picture and agreed to all."""

    class Shown:
        season = judged.season
        base = place(judged)
        entry, other = judged.entries[:2]
        out = judged.entries[-1]
        user = judged.leads[0]
        lead = user.name

    for question in judged.season.questions:
        question.published = question.key != "budget"
    make.make_question(session, judged.season, key="photo", kind=QuestionKind.FILE, published=True)
    make.make_question(session, judged.season, key="plan", kind=QuestionKind.FILE)
    Shown.given = session.query(ConsentGiven).filter_by(entry_id=Shown.entry.id).one()
    make.make_round(session, judged.season, position=2, state=RoundState.SET_UP)
    Shown.photo = attach(session, app, Shown.entry, "photo", photo(), "lena.jpg")
    Shown.plan = attach(session, app, Shown.entry, "plan", photo(), "plan.jpg")
    decide_all(session, judged, now)
    Shown.minute = now + timedelta(hours=1, seconds=1)
    return Shown


def test_at_the_minute_the_gallery_opens_with_what_the_team_agreed_to(client, shown):
    page = f"{shown.base}/finalists/{shown.entry.code}"
    paths = [f"{shown.base}/finalists", page, address(shown.photo), address(shown.photo, 1200)]
    assert [client.get(path).status_code for path in paths] == [404] * 4
    with time_machine.travel(shown.minute):
        answers = [client.get(path) for path in paths]
        hidden = client.get(f"{shown.base}/finalists/{shown.out.code}")
    assert [one.status_code for one in answers] == [200] * 4
    every, own = answers[0].text, answers[1].text
    for text in (every, own):
        assert shown.entry.title in text
        assert shown.lead in text
        assert address(shown.photo)[3:].partition("/480/")[2] in text
    assert shown.other.title in every
    assert shown.out.title not in every
    assert "A real solution." in own
    assert "100000" not in own.replace("\xa0", "").replace(",", "")
    assert "lena.jpg" not in own
    assert hidden.status_code == 404


def test_a_picture_is_small_and_tells_nothing_of_its_maker(client, shown):
    with time_machine.travel(shown.minute):
        answer = client.get(address(shown.photo))
        again = client.get(address(shown.photo))
    assert b"Lena" in photo()
    assert b"Lena" not in answer.data
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (480, 360))
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert again.data == answer.data


def test_a_pdf_and_a_video_are_looked_at_in_their_place_without_their_makers(
    client, session, app, shown
):
    pdf = attach(session, app, shown.entry, "photo", slides("Lena Lead"), "lena.pdf")
    film = attach(session, app, shown.entry, "photo", FILM, "lena.mp4")
    hidden = attach(session, app, shown.entry, "plan", slides("Lena Lead"), "plan.pdf")
    make.make_question(session, shown.season, key="film", kind=QuestionKind.LINK, published=True)
    version = session.get_one(EntryVersion, shown.entry.current_version_id)
    version.answers = {**version.answers, "film": "https://youtu.be/dQw4w9WgXcQ?t=3"}
    session.commit()
    page = f"{shown.base}/finalists/{shown.entry.code}"
    pages = [
        f"/en/works/{file.public_id}-{file.sha256[:12]}.{file.name.rpartition('.')[2]}"
        for file in (pdf, film, hidden)
    ]
    assert [client.get(path).status_code for path in pages] == [404] * 3
    with time_machine.travel(shown.minute):
        own = client.get(page).text
        answers = [client.get(path) for path in pages]
        part = client.get(pages[1], headers={"Range": "bytes=0-3"})
        assert client.get(pages[0].replace(".pdf", ".mp4")).status_code == 404
        make.make_consent(session, shown.season, "works", scope=ConsentScope.ENTRY)
        session.commit()
        assert client.get(pages[0]).status_code == 404
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert b"Lena Lead" in slides("Lena Lead")
    assert b"Lena Lead" not in answers[0].data
    assert b"Lena Lead" not in answers[1].data
    assert len(answers[1].data) == len(FILM)
    assert answers[0].headers["Content-Disposition"].startswith("attachment")
    assert "lena." not in answers[0].headers["Content-Disposition"]
    assert (part.status_code, part.data) == (206, FILM[:4])
    assert [path in own for path in pages] == [True, True, False]
    assert 'href="https://youtu.be/dQw4w9WgXcQ?t=3" target="_blank" rel="nofollow ugc' in own
    assert not re.search(r'(src|srcset|poster)="https?:', own)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.youtube.com/watch?feature=x&v=dQw4w9WgXcQ&t=9", "YouTube"),
        ("https://rutube.ru/video/0123456789abcdef0123456789abcdef/", "Rutube"),
        ("https://vk.com/video-123_456", "VK Видео"),
        ("https://vkvideo.ru/video-123_456?list=1", "VK Видео"),
        ("https://vimeo.com/76979871", "Vimeo"),
        ("https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ", None),
        ("https://evil.example/https://youtu.be/dQw4w9WgXcQ", None),
        ("https://www.youtube.com/@school", None),
        ("javascript:alert(1)//youtu.be/dQw4w9WgXcQ", None),
    ],
)
def test_a_video_is_known_by_its_address_alone(address, host):
    found = hosted_video(address)
    assert (found.host if found else None) == host


def test_other_addresses_of_files_are_not_there(client, session, app, shown):
    broken = attach(session, app, shown.entry, "photo", b"no picture", "x.png")
    session.commit()
    wrong = [
        address(shown.plan),
        address(shown.photo, 481),
        address(shown.photo).replace(shown.photo.sha256[:12], "0" * 12),
        address(shown.photo).replace(shown.photo.sha256[:12], ""),
        address(broken),
    ]
    with time_machine.travel(shown.minute):
        assert client.get(address(shown.photo)).status_code == 200
        assert [client.get(path).status_code for path in wrong] == [404] * 5


def test_who_takes_a_consent_or_the_entry_back_is_gone_from_every_page(client, session, shown):
    paths = [f"{shown.base}/{one}" for one in ("finalists", "winners")]
    with time_machine.travel(shown.minute):
        assert all(shown.lead in client.get(path).text for path in paths)
        shown.given.withdrawn_at = make.NOW
        session.commit()
        pages = [client.get(path).text for path in paths]
        assert not any(shown.lead in page for page in pages)
        assert all(shown.entry.title in page for page in pages)
        shown.entry.state = EntryState.WITHDRAWN
        session.commit()
        assert not any(shown.entry.title in client.get(path).text for path in paths)
        assert client.get(address(shown.photo)).status_code == 404


def test_a_work_shows_only_with_the_consent_that_its_season_asks_for_works(client, session, shown):
    works = make.make_consent(session, shown.season, "works", scope=ConsentScope.ENTRY)
    session.commit()
    page = f"{shown.base}/finalists/{shown.entry.code}"
    with time_machine.travel(shown.minute):
        assert "A real solution." not in client.get(page).text
        assert client.get(address(shown.photo)).status_code == 404
        make.give_consent(session, works, shown.entry, shown.user)
        session.commit()
        assert "A real solution." in client.get(page).text
        assert client.get(address(shown.photo)).status_code == 200


def test_what_only_organisers_read_is_published_by_no_tick(client, session, shown):
    page = f"{shown.base}/finalists/{shown.entry.code}"
    with time_machine.travel(shown.minute):
        assert "A real problem." in client.get(page).text
        (problem,) = (one for one in shown.season.questions if one.key == "problem")
        session.merge(problem).visibility = Visibility.STAFF
        session.commit()
        assert "A real problem." not in client.get(page).text


@pytest.mark.parametrize(
    ("by", "age", "named"),
    [
        (ConsentBy.SELF, 20, True),
        (ConsentBy.SELF, 16, False),
        (ConsentBy.GUARDIAN, 16, True),
        (ConsentBy.PAPER, 16, True),
    ],
)
def test_a_child_is_named_only_with_its_guardians_consent(session, by, age, named):
    entry = make.make_submitted(session)
    birth = make.NOW.date().replace(day=1)
    entry.team[0].birth_date = birth.replace(year=birth.year - age)
    consent = make.make_consent(session, entry.season)
    make.give_consent(session, consent, entry, entry.team[0].user, by=by)
    assert (entry.id in agreed(session, entry.season_id, [entry.id]).names) is named


def test_without_a_consent_about_publishing_nobody_is_named(session):
    entry = make.make_submitted(session)
    row = make.make_consent(session, entry.season, publishes=False)
    make.give_consent(session, row, entry, entry.team[0].user)
    assert agreed(session, entry.season_id, [entry.id]).names == {}
    row.publishes = True
    session.flush()
    assert list(agreed(session, entry.season_id, [entry.id]).names) == [entry.id]


def test_the_filter_stands_in_the_address_and_the_row_begins_elsewhere(session, now):
    judged = judge(session, cut=4)
    moved = judged.entries[0]
    moved.category_id = judged.season.categories[1].id
    decide_all(session, judged, now, after=1)

    def seen(start: int = 0, category: str = "") -> list[str]:
        found = gallery(
            session,
            judged.programme.slug,
            judged.season.slug,
            "en",
            category=category,
            start=start,
            now=now + timedelta(seconds=1),
        )
        assert found.total == 6
        return [one.code for one in found.entries]

    assert seen(category="environment") == [moved.code]
    assert len(seen(category="inclusion")) == 5
    assert seen(7) == [*seen()[1:], seen()[0]]
    with pytest.raises(NotFoundError):
        seen(category="never")


def test_the_gallery_costs_the_same_at_six_and_at_sixty_entries(
    client, session, count_queries, now
):
    costs = []
    for points in ((9, 8, 7, 5, 3, 2), (9, 8, 7, 5, 3, 2) * 10):
        judged = judge(session, points=points, cut=len(points))
        decide_all(session, judged, now, after=1)
        for page in ("finalists", "winners"):
            path = f"{place(judged)}/{page}"
            with time_machine.travel(now + timedelta(hours=1)):
                assert client.get(path).status_code == 200
                costs.append(count_queries(lambda p=path: client.get(p)))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 12

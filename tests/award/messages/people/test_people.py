"""Everybody of a season in one list, and writing to exactly those who were ticked in any list."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from sqlalchemy import select

from award import mail
from award.models.broadcasts import Broadcast
from award.models.education import Participant
from award.models.entries import EntryState, TeamMembership, TeamRole
from award.models.jury import JurorState
from tests import factories as make
from tests.award.pages import forms_of


@pytest.fixture
def desk(session, sign_in):
    class Desk:
        season = make.make_season(session)
        organiser = make.make_staff(session, season.programme)
        anna = make.make_user(session, name="Анна Ёлкина", email="anna@example.com")
        boris = make.make_user(session, name="Boris", email="boris@example.com")
        river = make.make_entry(session, season, anna, title="River", state=EntryState.WITHDRAWN)
        wood = make.make_entry(session, season, anna, title="Wood")
        park = make.make_entry(session, season, title="Park")
        juror = make.make_juror(session, season, boris, name="Boris", email="boris@example.com")
        silent = make.make_juror(session, season, name="Vera", state=JurorState.DECLINED)
        comer = Participant(
            season_id=season.id, key="dora@example.com", search="dora", name="Dora",
            email="dora@example.com", city="Perm", created_at=make.NOW,
        )  # fmt: skip
        nameless = Participant(
            season_id=season.id, key="egor", search="egor", name="Egor", created_at=make.NOW
        )

    member = TeamMembership(
        entry_id=Desk.park.id, user_id=Desk.boris.id, role=TeamRole.MEMBER, joined_at=make.NOW
    )
    session.add_all([member, Desk.comer, Desk.nameless])
    session.commit()
    Desk.client = sign_in(Desk.organiser)
    Desk.at = f"/en/seasons/{Desk.season.public_id}"
    return Desk


def names(page):
    return re.findall(r'<th scope="row">(?:<a[^>]*>)?([^<]+)', page)


def test_each_person_stands_there_once_with_all_that_she_is(desk):
    page = desk.client.get(f"{desk.at}/people").text
    lead = desk.park.team[0].user.name
    assert names(page) == ["Анна Ёлкина", "Boris", "Dora", "Egor", lead]
    assert "Wood" in page
    assert ("River" in page, "Vera" in page) == (False, False)
    boris = page.split("Boris</a>")[1].split("</tr>")[0]
    assert ("team member" in boris, "juror" in boris) == (True, True)
    assert f"/people/{desk.boris.public_id}/mails" in page


def test_people_are_searched_filtered_and_sorted_by_the_address(desk):
    def found(query):
        return names(desk.client.get(f"{desk.at}/people?{query}").text)

    assert found("q=ЕЛКИНА") == ["Анна Ёлкина"]
    assert found("q=park boris") == ["Boris"]
    assert found("part=participant&sort=-name") == ["Egor", "Dora"]
    assert found("part=juror") == ["Boris"]
    assert found("q=nobody") == []


def test_people_and_mails_are_taken_away_exactly_as_filtered(desk, session):
    for number, to in enumerate(("boris@example.com", "anna@example.com", "boris@example.com")):
        mail.queue(
            session, "protocol_ready", to=to, name="=1+1", key=f"taken:{number}", now=make.NOW,
            season_id=desk.season.id, context={"season": "S", "round": f"R{number}", "url": "u"},
        )  # fmt: skip
    session.commit()

    def table(page):
        address = re.search(r'href="([^"]+\.csv[^"]*)"', desk.client.get(f"{desk.at}/{page}").text)
        body = desk.client.get(unescape(address[1])).get_data(as_text=True).lstrip("\ufeff")
        return list(csv.reader(io.StringIO(body)))

    own = f"{desk.park.code} Park"
    assert table("people?q=park&sort=-name") == [
        ["Name", "E-mail address", "Language", "Who", "About"],
        [
            desk.park.team[0].user.name,
            desk.park.team[0].user.email,
            "en",
            "team lead",
            own,
        ],
        ["Boris", "boris@example.com", "en", "team member; juror", own],
    ]
    assert [row[0] for row in table("people?part=participant")] == ["Name", "Dora", "Egor"]
    log = table(f"people/{desk.boris.public_id}/mails")
    assert [(row[2], row[3]) for row in log[1:]] == [("boris@example.com", "'=1+1")] * 2
    assert table("wordings")[1][1] == "teams"


def begin(desk, path, rows):
    """Send a list's form as a browser does that follows a 307 with the same body."""
    sent = {"action": "write", "rows": [one.public_id for one in rows]}
    answer = desk.client.post(f"{desk.at}/{path}", data=sent)
    assert answer.status_code == 307
    return desk.client.post(answer.location, data=sent)


REACHED = {
    "entries/bulk?state=draft": (("wood", "river"), {"anna@example.com"}),
    "jury/bulk": (("juror", "silent"), {"boris@example.com"}),
    "people": (("anna", "comer", "nameless"), {"anna@example.com", "dora@example.com"}),
    "participants": (("comer", "nameless"), {"dora@example.com"}),
}
"""The form of a list -> who is ticked in it, and who gets the mail."""


def test_a_mail_goes_to_exactly_the_rows_that_were_ticked(desk, session):
    for path, (ticked, reached) in REACHED.items():
        page = begin(desk, path, [getattr(desk, name) for name in ticked])
        assert page.status_code == 200
        assert re.search(f"Only to the {len(ticked)} .* you ticked", page.text), path
        form = next(one for one in forms_of(page.text) if "only" in one.values)
        sent = form.values | {"subject-en": "News", "text-en": "Dear {name}", "action": "save"}
        kept = desk.client.post(form.action, data=sent | {"audience": "leads"})
        review = desk.client.get(kept.location).text
        assert f"To the {len(ticked)} that were ticked, and to nobody else." in review
        recipients = review.split("All recipients")[1].split("</details>")[0]
        assert set(re.findall(r"[\w.]+@example\.com", recipients)) == reached, path
        assert "Only to the" in desk.client.get(f"{kept.location}/edit").text
        free = desk.client.post(f"{kept.location}/edit", data=sent | {"action": "free"}).text
        assert ("Only to the" in free, 'id="broadcast_q"' in free) == (False, True)
    assert [set(one["only"].split()) for one in session.scalars(select(Broadcast.filters))] == [
        {getattr(desk, name).public_id for name in ticked} for ticked, _mails in REACHED.values()
    ]


def test_all_of_a_filter_stays_a_filter_and_nobody_ticked_is_said(desk):
    answer = desk.client.post(f"{desk.at}/people?part=juror", data={"action": "write", "all": "1"})
    assert answer.status_code == 303
    assert "One mail with this list" in desk.client.get(answer.location).text
    everybody = {"action": "write", "all": "1"}
    answer = desk.client.post(f"{desk.at}/participants?sort=city", data=everybody)
    assert "part=participant" in answer.location
    answer = desk.client.post(f"{desk.at}/participants?q=dora", data=everybody)
    assert "Only to the one person" in desk.client.post(answer.location, data=everybody).text
    nobody = desk.client.post(f"{desk.at}/people", data={"action": "write"}, follow_redirects=True)
    assert "Tick at least one person" in nobody.text


def test_participants_are_sorted_by_the_address(desk):
    page = desk.client.get(f"{desk.at}/participants?sort=-city").text
    assert names(page) == ["Dora", "Egor"]
    assert names(desk.client.get(f"{desk.at}/participants?sort=city").text) == ["Egor", "Dora"]

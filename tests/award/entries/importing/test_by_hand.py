"""An entry on paper, typed in by an organiser."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from award.models.entries import ConsentBy, ConsentGiven, Entry, EntryState, EntryVersion
from award.models.operations import AuditRow, Mail
from award.models.seasons import Consent
from tests import factories as make


def test_an_entry_on_paper_is_made_with_its_consents_and_its_lead_invited(session, sign_in, now):
    season = make.make_season(session, closes_at=now - timedelta(days=1))
    session.add(Consent(season_id=season.id, key="part", title={"en": "Part"}, text={"en": "I"}))
    office = make.make_staff(session, season.programme)
    session.commit()
    client, url = sign_in(office), f"/en/seasons/{season.public_id}/entries/by-hand"
    signed = (now - timedelta(days=3)).date()
    sent = {
        "source": "Letter of School 7",
        "lead_name": "Lena Lead",
        "lead_email": "Lena@School.example",
        "language": "en",
        "birth_date": "2005-02-03",
        "members": "1. Mara Member, mara@school.example\nNo Address",
        "q_title": "Warm bus stops",
        "q_category": "inclusion",
        "q_summary": "We warm them.",
        "q_problem": "It is cold.",
        "q_budget": "1 500,5",
        "agreed": ["part"],
        "signed_by": "Lena Lead",
        "signed_on": signed.isoformat(),
    }
    page = client.get(url).text
    assert "Type in what came on paper" in page
    assert "One a line: Mara Member, mara@school.example." in page
    for wrong, sentence in (
        ({"source": " "}, "Say how it came"),
        ({"q_title": ""}, "Give the project its title"),
        ({"q_budget": "much"}, "Please write a number"),
        ({"lead_email": "nobody"}, "e-mail address"),
        ({"members": "Mara <mara@school>"}, "e-mail address"),
        ({"signed_on": ""}, "on which the form was signed"),
        ({"signed_by": ""}, "full name"),
    ):
        answer = client.post(url, data=sent | wrong)
        assert (answer.status_code, sentence in answer.text) == (422, True), wrong
    session.commit()
    assert session.scalars(select(Entry)).all() == []
    answer = client.post(url, data=sent)
    assert answer.status_code == 303
    session.commit()
    (entry,) = session.scalars(select(Entry)).all()
    assert (entry.state, entry.title, entry.category.key) == (
        EntryState.SUBMITTED,
        "Warm bus stops",
        "inclusion",
    )
    (version,) = session.scalars(select(EntryVersion)).all()
    assert version.answers["budget"] == 1500.5
    team = [(one.user.name, one.role.value) for one in entry.team]
    assert team == [("Lena Lead", "lead"), ("Mara Member", "member")]
    assert [one["name"] for one in version.team] == ["Lena Lead", "Mara Member", "No Address"]
    (given,) = session.scalars(select(ConsentGiven)).all()
    assert (given.by, given.guardian_name, given.recorded_by_id) == (
        ConsentBy.PAPER,
        "Lena Lead",
        office.id,
    )
    assert given.given_at < now - timedelta(days=2)
    (mail,) = session.scalars(select(Mail)).all()
    assert (mail.template, mail.to_email.lower()) == ("entry_imported", "lena@school.example")
    logged = session.scalars(select(AuditRow).where(AuditRow.action == "entry.entered_by_hand"))
    assert logged.one().after == {"source": "Letter of School 7", "consents": ["part"]}
    assert "answer yet" in client.get(answer.headers["Location"]).text
    again = client.post(url, data=sent)
    assert again.status_code == 422
    assert "already has an entry of this title" in again.text

"""Rewording a mail in the browser: picked fields, what must stay, preview, trial, and back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from award.models.entries import EntryState
from award.models.operations import AuditRow, Mail
from award.models.wordings import Wording
from tests import factories as make
from tests.award.pages import forms_of


@pytest.fixture
def desk(session, sign_in):
    class Desk:
        season = make.make_season(session)
        organiser = make.make_staff(session, season.programme, email="me@example.com")
        lead = make.make_user(session, name="Anna", email="anna@example.com")

        @classmethod
        def address(cls, kind="entry_ineligible"):
            return f"/en/seasons/{cls.season.public_id}/wordings/{kind}"

        @classmethod
        def form(cls, kind="entry_ineligible", **over):
            forms = forms_of(cls.client.get(cls.address(kind)).text)
            return next(one.values for one in forms if "seen" in one.values) | over

        @classmethod
        def post(cls, kind="entry_ineligible", action="save", **over):
            values = cls.form(kind) | over | {"action": action}
            return cls.client.post(cls.address(kind), data=values)

    make.make_submitted(
        session, Desk.season, lead=Desk.lead, title="River", state=EntryState.INELIGIBLE,
        screening_reason="No budget.",
    )  # fmt: skip
    session.commit()
    Desk.client = sign_in(Desk.organiser)
    return Desk


def kept(session):
    session.rollback()
    rows = session.scalars(select(Wording).order_by(Wording.language))
    return {row.language: (row.subject, row.body) for row in rows}


def test_one_language_is_reworded_and_the_others_stay_original(desk, session):
    own = {"subject-en": "Alas, {name}", "body-en": "{title}: {reason}\r\nSee {link} "}
    assert desk.post(**own).status_code == 303
    assert kept(session) == {"en": ("Alas, {name}", "{title}: {reason}\nSee {link}")}
    page = desk.client.get(desk.address()).text
    assert "Alas, Anna" in page
    assert "River: No budget." in page
    listed = desk.client.get(desk.address("")[:-1]).text
    assert "<h1>One mail is in your own words</h1>" in listed
    assert "your own: EN" in listed
    assert session.scalars(select(AuditRow.action)).all() == ["mail.reworded"]


def test_saving_the_original_keeps_nothing(desk, session):
    assert desk.post().status_code == 303
    assert kept(session) == {}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Sorry. {link}", "{reason} must stay in the text"),
        ("{reason}", "{link} must stay in the text"),
        ("{reason} {link} {nmae}", "{nmae} is not one of the fields"),
        ("{reason} {link} {", "a brace that belongs to no field"),
        ("", "needs a text"),
    ],
)
def test_what_would_lose_what_the_mail_is_for_is_refused(desk, session, body, sentence):
    answer = desk.post(**{"subject-en": "Alas", "body-en": body})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept(session) == {}


def test_a_preview_and_a_trial_keep_nothing_and_the_trial_goes_to_the_organiser(desk, session):
    own = {"subject-en": "Alas, {name}", "body-en": "{reason} {link}"}
    preview = desk.post(action="preview", **own)
    assert (preview.status_code, "Alas, Anna" in preview.text) == (200, True)
    assert "Sent to you at me@example.com" in desk.post(action="try", **own).text
    assert kept(session) == {}
    [trial] = session.scalars(select(Mail))
    assert (trial.to_email, trial.subject) == ("me@example.com", "Trial: Alas, Anna")
    assert trial.body.startswith("No budget. http://")


def test_the_original_comes_back_for_one_language_or_for_all(desk, session):
    own = {"subject-en": "A {name}", "body-en": "{reason} {link}"}
    own |= {"subject-ru": "Б {name}", "body-ru": "{reason} {link}"}
    desk.post(**own)
    assert set(kept(session)) == {"en", "ru"}
    desk.post(**{"subject-en": "", "body-en": ""})
    assert set(kept(session)) == {"ru"}
    assert desk.client.post(f"{desk.address()}/back").status_code == 303
    assert kept(session) == {}
    actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
    assert actions[-1] == "mail.worded_back"


def test_two_organisers_at_once_see_both_versions(desk, session):
    mine = desk.form(**{"subject-en": "Mine", "body-en": "{reason} {link}"})
    desk.post(**{"subject-en": "Theirs", "body-en": "{reason} {link}"})
    answer = desk.client.post(desk.address(), data=mine | {"action": "save"})
    assert answer.status_code == 409
    assert "<h3>Theirs</h3>" in answer.text
    assert 'value="Mine"' in answer.text
    again = next(one.values for one in forms_of(answer.text) if "seen" in one.values)
    assert desk.client.post(desk.address(), data=again | {"action": "save"}).status_code == 303
    assert kept(session)["en"][0] == "Mine"


def test_a_kind_that_is_none_is_not_there(desk):
    assert desk.client.get(desk.address("reset_password")).status_code == 404


def test_a_copied_season_keeps_the_words(desk, session):
    desk.post(**{"subject-en": "Alas", "body-en": "{reason} {link}"})
    copy = make.make_copy(session, desk.season)
    rows = session.scalars(select(Wording).where(Wording.season_id == copy.id)).all()
    assert [(row.kind, row.subject) for row in rows] == [("entry_ineligible", "Alas")]

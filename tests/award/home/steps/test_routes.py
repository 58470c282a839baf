"""The guided set-up: from a name to an open season, and again from last year's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from award.models.accounts import StaffRole
from award.models.operations import Mail
from award.models.seasons import Question, Season, SeasonState
from award.seasons.set_up.steps import STEPS
from tests import factories as make
from tests.award.pages import forms_of


@pytest.fixture
def way(session, sign_in):
    class Way:
        programme = make.make_programme(session, languages=["en"], contact_email="")
        client = None

        def begin(self, **typed):
            new = f"/en/programmes/{self.programme.public_id}/seasons/new"
            page = self.client.get(new)
            assert "Step 1 of 9" in page.text
            answer = self.client.post(new, data=forms_of(page.text)[-1].values | typed)
            self.season = session.scalars(select(Season).order_by(Season.id.desc())).first()
            session.commit()
            self.steps = f"/en/seasons/{self.season.public_id}/set-up/steps"
            return answer

        def step(self, name):
            return self.client.get(f"{self.steps}/{name}")

        def save(self, name, **typed):
            sent = forms_of(self.step(name).text)[-1].values | {"action": "next"} | typed
            return self.client.post(f"{self.steps}/{name}", data=sent)

        def stored(self):
            session.commit()
            session.expire_all()
            found = session.get(Season, self.season.id)
            session.commit()
            return found

    owner = make.make_staff(session, Way.programme, StaffRole.OWNER)
    session.commit()
    Way.client = sign_in(owner)
    return Way()


def test_nine_steps_lead_from_a_name_to_an_open_season(way, session):
    way.begin(**{"name-en": "Season one"})
    for step in STEPS[1:-1]:
        answer = way.save(step)
        assert answer.status_code == 303, step
        following = STEPS[STEPS.index(step) + 1]
        assert answer.headers["Location"].endswith(f"/steps/{following}")
    assert way.client.post(f"{way.steps}/open", data={"action": "now"}).status_code == 303
    season = way.stored()
    assert (season.state, season.opens_at < datetime.now(UTC)) == (SeasonState.OPEN, True)
    assert season.closes_at > season.opens_at + timedelta(days=30)
    assert f"/{way.programme.slug}/{season.slug}" in way.step("open").text
    page = way.client.get(f"/en/{way.programme.slug}/{season.slug}").text
    assert f"/en/seasons/{season.public_id}/enter" in page


def test_what_was_left_for_later_goes_on_there(way, session):
    answer = way.begin(**{"name-en": "Season one", "action": "later"})
    assert answer.headers["Location"].endswith("/set-up")
    way.save("start", beginning="")
    way.save("dates", action="later")
    assert way.client.get(way.steps).headers["Location"].endswith("/steps/categories")
    set_up = way.client.get(f"/en/seasons/{way.season.public_id}/set-up").text
    assert "Step 4 of 9" in set_up
    way.save("name", **{"name-en": "Season 1"})
    assert way.client.get(way.steps).headers["Location"].endswith("/steps/categories")
    refused = way.client.post(f"{way.steps}/open", data={"action": "now"})
    assert (refused.status_code, way.stored().state) == (409, SeasonState.DRAFT)


def test_a_page_visited_from_a_step_leads_back_to_it(way, session):
    way.begin(**{"name-en": "Season one"})
    way.save("start")
    lists = f"/en/seasons/{way.season.public_id}/set-up/questions"
    page = way.client.get(f"{lists}/new?step=form").text
    assert f"{lists}?step=form" in page
    sent = {"kind": "short_text", "label-en": "Why?", "visibility": "jurors"}
    back = way.client.post(f"{lists}/new?step=form", data=sent).headers["Location"]
    assert way.client.get(back).headers["Location"].endswith("/steps/form")
    assert "Why?" in way.step("form").text
    again = way.save("start", beginning="template")
    assert again.status_code == 303
    asked = select(Question).where(Question.season_id == way.season.id)
    assert len(session.scalars(asked).all()) == 6


def test_the_next_season_begins_as_the_last_one_with_its_dates_moved(way, session):
    last = make.make_season(
        session, way.programme, slug="2026", name={"en": "Season 2026"}, min_age=14
    )
    foreign = make.make_season(session)
    session.commit()
    way.begin()
    season = way.stored()
    assert (season.slug, season.name) == ("2027", {"en": "Season 2027"})
    assert way.save("start", beginning=foreign.public_id).status_code == 422
    assert way.save("start", beginning=last.public_id).status_code == 303
    early = way.save("dates", closes_at="2020-01-01T10:00")
    assert (early.status_code, "after the opening" in early.text) == (422, True)
    way.save("dates")
    season = way.stored()
    assert season.min_age == 14
    assert season.closes_at == last.closes_at.replace(second=0, microsecond=0) + timedelta(weeks=52)


def test_colleagues_and_jurors_are_invited_on_the_way(way, session):
    way.begin(**{"name-en": "Season one"})
    wrong = way.client.post(f"{way.steps}/people", data={"action": "juror", "juror-name": "Ada"})
    assert (wrong.status_code, "Ada" in wrong.text) == (422, True)
    juror = {"juror-name": "Ada", "juror-email": "ada@example.org"}
    colleague = {"colleague-email": "bo@example.org", "colleague-role": "organiser"}
    for action, sent in (("juror", juror), ("colleague", colleague)):
        answer = way.client.post(f"{way.steps}/people", data=sent | {"action": action})
        assert answer.headers["Location"].endswith("/steps/people")
    told = session.scalars(select(Mail.to_email).order_by(Mail.id)).all()
    assert told == ["ada@example.org", "bo@example.org"]
    assert "One juror so far" in way.step("people").text

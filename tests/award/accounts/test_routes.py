"""Signing up and in, links by mail, sessions: what a browser sees, and what it must not learn."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from award.accounts.passwords import hash_password
from award.accounts.session import start_session
from award.app import create_app
from award.db import db, unit_of_work
from award.models.accounts import StaffMembership, StaffRole, User, UserSession
from award.models.operations import Mail
from tests import factories as make

PASSWORD = "a sentence to remember"
OTHER = "another sentence to keep"


@pytest.fixture
def person(session):
    made = make.make_user(session, email="known@example.com", password_hash=hash_password(PASSWORD))
    session.commit()
    return made


def links(session, template):
    """The paths of the links in all mails of a template, oldest first."""
    mails = read(session, select(Mail.body).where(Mail.template == template).order_by(Mail.id))
    return [re.search(r"http://localhost(/\S+)", body)[1] for body in mails]


def read(session, statement):
    """What the store holds now; the transaction ends, for it would keep the writers out."""
    session.expire_all()
    found = session.scalars(statement).all()
    session.rollback()
    return found


def sign_up(client, email="new@example.com", password=PASSWORD):
    return client.post(
        "/en/sign-up", data={"name": "Nina New", "email": email, "password": password}
    )


def sign_in_by_form(client, password, email="known@example.com"):
    return client.post("/en/sign-in", data={"email": email, "password": password})


def traits(answer):
    """Everything of an answer that could tell two addresses apart."""
    headers = {name: value for name, value in answer.headers if name != "Set-Cookie"}
    cookies = sorted(value.partition("=")[0] for value in answer.headers.getlist("Set-Cookie"))
    page = re.sub(r"\w+@example\.com", "@", answer.get_data(True))
    token = re.search(r'name="csrf-token" content="([^"]+)', page)
    return answer.status_code, headers, cookies, page.replace(token[1], "") if token else page


def test_signing_up_mails_a_link_that_confirms_only_when_the_button_is_pressed(client, session):
    assert sign_up(client).headers["Location"] == "/en/look-for-mail"
    assert sign_in_by_form(client, PASSWORD, "new@example.com").status_code == 422
    (link,) = links(session, "confirm_email")
    for _scanner in range(3):
        assert client.get(link).status_code == 200
    assert client.post(link).status_code == 303
    (confirmed_at,) = read(session, select(User.email_confirmed_at))
    assert confirmed_at is not None
    assert client.get("/en/profile").status_code == 200


def test_a_confirming_link_works_once(client, session):
    sign_up(client)
    (link,) = links(session, "confirm_email")
    assert client.post(link).status_code == 303
    for again in (client.get(link), client.post(link)):
        assert again.status_code == 409
        assert "used already or is too old" in again.get_data(True)


def test_of_two_sign_ups_with_one_address_that_one_counts_whose_link_is_opened(
    app, client, session
):
    sign_up(client, "new@example.com", PASSWORD)
    sign_up(app.test_client(), "new@example.com", OTHER)
    own, strangers = links(session, "confirm_email")
    assert client.post(own).status_code == 303
    assert sign_in_by_form(app.test_client(), PASSWORD, "new@example.com").status_code == 303
    assert sign_in_by_form(app.test_client(), OTHER, "new@example.com").status_code == 422
    assert client.post(strangers).status_code == 409


def test_who_signs_up_on_the_way_to_an_entry_goes_on_there_and_is_welcomed(client, session):
    target = "/en/seasons/abc/enter"
    data = {"name": "Nina", "email": "new@example.com", "password": PASSWORD, "next": target}
    client.post("/en/sign-up", data=data)
    (link,) = links(session, "confirm_email")
    assert client.post(link).headers["Location"] == target
    assert "Your address is confirmed" in client.get("/en/profile").get_data(True)


def test_a_dead_link_says_so_and_shows_the_way_to_a_new_one(client):
    page = client.get("/en/reset/" + "x" * 32)
    assert page.status_code == 409
    assert "This link no longer works" in page.get_data(True)
    assert "/en/forgot" in page.get_data(True)


def test_signing_up_answers_the_same_for_a_known_and_an_unknown_address(app, person, session):
    unknown = sign_up(app.test_client(), "other@example.com")
    known = sign_up(app.test_client(), person.email)
    assert traits(known) == traits(unknown)
    assert len(links(session, "already_registered")) == len(links(session, "confirm_email")) == 1


def test_signing_in_answers_the_same_for_a_wrong_password_and_an_unknown_address(app, person):
    wrong = sign_in_by_form(app.test_client(), OTHER)
    unknown = sign_in_by_form(app.test_client(), OTHER, "other@example.com")
    assert wrong.status_code == 422
    assert traits(wrong) == traits(unknown)
    assert "known@example.com" in wrong.get_data(True)


def test_asking_for_a_new_password_answers_the_same_for_every_address(app, person, session):
    known = app.test_client().post("/en/forgot", data={"email": person.email})
    unknown = app.test_client().post("/en/forgot", data={"email": "other@example.com"})
    assert traits(known) == traits(unknown)
    assert len(links(session, "reset_password")) == 1


def test_a_known_address_that_signs_up_again_keeps_its_password(client, person, session):
    sign_up(client, person.email, OTHER)
    assert sign_in_by_form(client, OTHER).status_code == 422
    assert sign_in_by_form(client, PASSWORD).status_code == 303


def test_a_reset_ends_every_other_session(app, client, person, session, sign_in):
    elsewhere = sign_in(person)
    assert elsewhere.get("/en/profile").status_code == 200
    client.post("/en/forgot", data={"email": person.email})
    (link,) = links(session, "reset_password")
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": OTHER}).status_code == 303
    assert elsewhere.get("/en/profile").status_code == 303
    assert client.get("/en/profile").status_code == 200
    assert sign_in_by_form(app.test_client(), OTHER).status_code == 303
    assert client.post(link, data={"password": PASSWORD}).status_code == 409


def test_a_confirming_link_resets_no_password(client, session):
    sign_up(client)
    (link,) = links(session, "confirm_email")
    answer = client.post(link.replace("/confirm/", "/reset/"), data={"password": OTHER})
    assert answer.status_code == 409


def test_a_refused_new_password_leaves_the_link_alive(client, person, session):
    client.post("/en/forgot", data={"email": person.email})
    (link,) = links(session, "reset_password")
    refused = client.post(link, data={"password": "short"})
    assert refused.status_code == 422
    assert "at least 10 characters" in refused.get_data(True)
    assert client.post(link, data={"password": OTHER}).status_code == 303


def test_signing_out_ends_the_session_on_the_server(app, person, sign_in):
    client = sign_in(person)
    stolen = client.get_cookie("award").value
    assert client.post("/en/sign-out").status_code == 303
    thief = app.test_client()
    thief.set_cookie("award", stolen)
    assert thief.get("/en/profile").status_code == 303


def test_a_session_lives_as_long_as_it_is_used_and_ends_a_week_after(client, person, session, now):
    secret = start_session(session, person.id, browser="phone", now=now - timedelta(days=6))
    session.commit()
    client.set_cookie("award", secret)
    assert client.get("/en/profile").status_code == 200
    (seen,) = read(session, select(UserSession.last_seen_at))
    assert seen >= now
    session.execute(update(UserSession).values(last_seen_at=now - timedelta(days=8)))
    session.commit()
    assert client.get("/en/profile").status_code == 303


def test_a_device_is_signed_out_from_another_one(person, session, sign_in):
    here, there = sign_in(person), sign_in(person)
    _here, other = read(session, select(UserSession.public_id).order_by(UserSession.id))
    here.post(f"/en/profile/sessions/{other}/end")
    assert there.get("/en/profile").status_code == 303
    assert here.get("/en/profile").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(person, session, sign_in):
    stranger = make.make_user(session)
    session.commit()
    theirs, mine = sign_in(person), sign_in(stranger)
    (row,) = read(session, select(UserSession.public_id).where(UserSession.user_id == person.id))
    mine.post(f"/en/profile/sessions/{row}/end")
    assert theirs.get("/en/profile").status_code == 200


def test_a_new_password_needs_the_old_one_and_signs_the_other_devices_out(person, sign_in):
    here, there = sign_in(person), sign_in(person)
    url = "/en/profile/password"
    wrong = here.post(url, data={"current": OTHER, "password": OTHER})
    assert wrong.status_code == 422
    assert "not your current password" in wrong.get_data(True)
    assert here.post(url, data={"current": PASSWORD, "password": OTHER}).status_code == 303
    assert here.get("/en/profile").status_code == 200
    assert there.get("/en/profile").status_code == 303


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 10 characters"),
        ("qwertyuiop", "Many people use this password"),
        ("aaaaaaaaaaaa", "Many people use this password"),
        ("new@example.com", "must not be your own name or address"),
    ],
)
def test_a_weak_password_is_refused_at_its_field_and_the_rest_stays_typed(
    client, password, sentence
):
    answer = sign_up(client, password=password)
    page = answer.get_data(True)
    assert answer.status_code == 422
    assert sentence in page
    assert 'id="password-error"' in page
    assert 'value="Nina New"' in page
    assert 'value="new@example.com"' in page


def test_the_password_is_never_printed_back(client):
    page = sign_up(client, email="nope", password="a secret sentence").get_data(True)
    assert "does not look like an e-mail address" in page
    assert "a secret sentence" not in page


def test_too_many_tries_get_429_with_a_sentence_on_every_instance_of_the_store(
    client, settings, person
):
    for _try in range(10):
        assert sign_in_by_form(client, OTHER).status_code == 422
    other_instance = create_app(settings)
    other_instance.config["WTF_CSRF_ENABLED"] = False
    answer = sign_in_by_form(other_instance.test_client(), PASSWORD)
    assert answer.status_code == 429
    assert re.search(r"Please wait 1\d minutes", answer.get_data(True))
    with other_instance.app_context():
        db.engine.dispose()


def test_the_limit_of_one_account_is_not_the_limit_of_another(client, person):
    for _try in range(11):
        sign_in_by_form(client, OTHER, "somebody@example.com")
    assert sign_in_by_form(client, PASSWORD).status_code == 303


def test_a_forged_forwarded_address_does_not_help_against_the_limit(client, person):
    answers = [
        client.post(
            "/en/sign-in",
            data={"email": f"a{number}@example.com", "password": OTHER},
            headers={"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.1.{number}"},
        ).status_code
        for number in range(41)
    ]
    assert answers == [422] * 40 + [429]


def test_after_signing_in_one_comes_back_to_where_one_wanted_to_go(client, person):
    asked = client.get("/en/profile")
    assert asked.headers["Location"] == "/en/sign-in?next=/en/profile"
    answer = client.post(
        "/en/sign-in",
        data={"email": person.email, "password": PASSWORD, "next": "/en/profile"},
    )
    assert answer.headers["Location"] == "/en/profile"


def test_after_signing_in_nobody_is_sent_out_of_the_house(client, person):
    answer = client.post(
        "/en/sign-in",
        data={"email": person.email, "password": PASSWORD, "next": "//evil.example/"},
    )
    assert answer.headers["Location"] == "/en/"


def test_signing_in_gives_a_new_secret_and_a_guarded_cookie(app, person):
    client = app.test_client()
    client.set_cookie("award", "planted")
    answer = sign_in_by_form(client, PASSWORD)
    (cookie,) = [v for v in answer.headers.getlist("Set-Cookie") if v.startswith("award=")]
    assert "planted" not in cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_the_demo_lets_nobody_in_outside_development(client, session, settings):
    somebody = make.make_user(session, is_demo=True)
    real = make.make_user(session)
    session.commit()
    assert settings.development
    assert client.post(f"/en/sign-in/demo/{real.public_id}").status_code == 404
    assert client.post(f"/en/sign-in/demo/{somebody.public_id}").status_code == 303


def test_the_demo_is_not_there_in_production(session, settings):
    somebody = make.make_user(session, is_demo=True, password_hash="x", name="Dora Demo")
    session.commit()
    app = create_app(replace(settings, environment="production"))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post(f"/en/sign-in/demo/{somebody.public_id}").status_code == 404
    assert "Dora Demo" not in client.get("/en/sign-in").get_data(True)
    assert client.get("/en/dev/mail").status_code == 404
    with app.app_context():
        db.engine.dispose()


def test_an_erased_person_is_signed_out(person, session, sign_in, now):
    client = sign_in(person)
    person.erased_at = now
    session.merge(person)
    session.commit()
    assert client.get("/en/profile").status_code == 303


@pytest.fixture
def office(session, sign_in):
    class Office:
        programme = make.make_programme(session)
        owner = make.make_staff(session, programme, StaffRole.OWNER)
        organiser = make.make_staff(session, programme)

    session.commit()
    Office.client = sign_in(Office.owner)
    Office.url = f"/en/programmes/{Office.programme.public_id}/staff"
    return Office


def test_an_owner_invites_staff_by_mail(office, session):
    answer = office.client.post(office.url, data={"email": "new@example.com", "role": "auditor"})
    assert answer.status_code == 303
    assert len(links(session, "staff_invitation")) == 1


def test_an_invitation_to_no_address_is_refused_at_the_field(office):
    answer = office.client.post(office.url, data={"email": "nowhere", "role": "auditor"})
    assert answer.status_code == 422
    assert "does not look like an e-mail address" in answer.get_data(True)
    assert 'value="nowhere"' in answer.get_data(True)


def test_a_role_that_does_not_exist_is_refused(office, session):
    answer = office.client.post(office.url, data={"email": "new@example.com", "role": "king"})
    assert answer.status_code == 422
    assert links(session, "staff_invitation") == []


def test_a_removed_organiser_finds_nothing(office, session, sign_in):
    client = sign_in(office.organiser)
    page = f"/en/programmes/{office.programme.public_id}"
    assert client.get(page).status_code == 200
    office.client.post(f"{office.url}/{office.organiser.public_id}/remove")
    assert client.get(page).status_code == 404


def test_the_last_owner_cannot_leave(office, session):
    answer = office.client.post(f"{office.url}/{office.owner.public_id}/remove")
    assert answer.status_code == 409
    assert "needs an owner" in answer.get_data(True)
    roles = select(StaffMembership.role).where(StaffMembership.user_id == office.owner.id)
    assert read(session, roles) == [StaffRole.OWNER]


def test_the_staff_page_costs_the_same_at_3_and_at_60_people(office, session, count_queries):
    few = count_queries(lambda: office.client.get(office.url))
    for _number in range(57):
        make.make_staff(session, office.programme)
    session.commit()
    assert count_queries(lambda: office.client.get(office.url)) == few


def test_a_session_that_slept_for_a_week_is_over(app, person, session, now):
    with app.app_context(), unit_of_work() as unit:
        secret = start_session(unit, person.id, browser="", now=now - timedelta(days=8))
    client = app.test_client()
    client.set_cookie("award", secret)
    assert client.get("/en/profile").status_code == 303

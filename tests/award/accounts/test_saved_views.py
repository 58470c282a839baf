"""Filters kept under a name; searching in the store whatever the case."""

from __future__ import annotations

from sqlalchemy import select

from award import mail
from award.home.log.queries import audit_lines
from award.models.accounts import SavedView
from award.models.operations import AuditPerson
from award.seasons.service import update_season
from tests import factories as make


def test_a_filter_is_kept_listed_shared_and_forgotten(session, sign_in):
    season = make.make_season(session)
    make.make_entry(session, season)
    mara, colleague = (make.make_staff(session, season.programme) for _ in range(2))
    session.commit()
    own, other = sign_in(mara), sign_in(colleague)
    url = f"/en/seasons/{season.public_id}"
    kept = {"page": "entries", "name": "Waiting in Perm", "q": "пермь", "state": "submitted"}
    assert own.post(f"{url}/views", data=kept).status_code == 303
    address = "entries?q=%D0%BF%D0%B5%D1%80%D0%BC%D1%8C&amp;state=submitted"
    assert address in own.get(f"{url}/entries").text
    assert "Waiting in Perm" not in other.get(f"{url}/entries").text
    own.post(f"{url}/views", data=kept | {"shared": "1"})
    assert "Waiting in Perm" in other.get(f"{url}/entries").text
    assert "Waiting in Perm" not in other.get(f"{url}/jury").text
    session.commit()
    (view,) = session.scalars(select(SavedView)).all()
    gone = {"page": "entries", "delete": view.public_id}
    assert other.post(f"{url}/views", data=gone).status_code == 404
    assert own.post(f"{url}/views", data=gone).status_code == 303
    session.commit()
    assert session.scalars(select(SavedView)).all() == []
    for wrong, sentence in (
        ({"name": " "}, "Give the view a name"),
        ({"q": "", "state": ""}, "Filter the list first"),
    ):
        answer = own.post(f"{url}/views", data=kept | wrong, follow_redirects=True)
        assert sentence in answer.text


def test_log_and_mails_are_searched_without_regard_to_case_and_the_dots_of_yo(session, now):
    season = make.make_season(session)
    user = make.make_staff(session, season.programme, name="Пётр ЁЖИКОВ")
    update_season(session, season.id, {"code_prefix": "X"}, actor_id=user.id, now=now)
    session.flush()
    assert session.scalars(select(AuditPerson.name)).all() == ["Пётр ЁЖИКОВ"]
    found = {
        who: len(audit_lines(session, season, who=who))
        for who in ("ежиков петр", "Ёж", "ёлка", "%")
    }
    assert found == {"ежиков петр": 1, "Ёж": 1, "ёлка": 0, "%": 0}
    mail.queue(
        session,
        "protocol_ready",
        to="a@example.org",
        name="A",
        key="k",
        now=now,
        season_id=season.id,
        language="ru",
        context={"season": "Ёлка", "round": "Тур", "url": "http://localhost/"},
    )
    subject = session.scalars(select(mail.Mail.subject)).one()
    for text in (subject.upper(), subject.lower()):
        where = mail.that_match(season.id, text)
        assert len(session.scalars(select(mail.Mail).where(*where)).all()) == 1

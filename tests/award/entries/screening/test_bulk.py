"""Many entries and jurors at once: shown first, done exactly so, all or nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from award.db import unit_of_work
from award.entries.drafting import service
from award.entries.reading.queries import entry_for_team
from award.entries.screening.bulk import Change, change_entries, plan_entries
from award.errors import EditConflictError
from award.models.entries import Entry, EntryState, EntryVersion, TeamMembership
from award.models.jury import Juror
from award.models.operations import AuditRow, Mail
from award.models.seasons import Extension
from tests import factories as make


@pytest.fixture
def office(session, sign_in, now):
    season = make.make_season(session)
    made = SimpleNamespace(
        season=season,
        round_=make.make_round(session, season),
        lead=make.make_user(session),
        draft=make.make_entry(session, season),
        entries=[make.make_submitted(session, season) for _ in range(3)],
        out=make.make_submitted(session, season, state=EntryState.WITHDRAWN),
        own=make.make_submitted(session, season),
        user=make.make_staff(session, season.programme),
        url=f"/en/seasons/{season.public_id}",
    )
    made.entries[0].title = "Ёлка для всех"
    session.add(TeamMembership(entry_id=made.own.id, user_id=made.user.id, joined_at=now))
    session.commit()
    made.client = sign_in(made.user)
    return made


def seen_in(page):
    (digest,) = re.findall(r'name="seen" value="(\w+)"', page)
    return digest


def states(session):
    session.commit()
    return [one.value for one in session.scalars(select(Entry.state).order_by(Entry.id))]


def test_a_verdict_on_all_of_a_filter_is_shown_and_then_done(session, office):
    assert states(session) == ["draft"] + ["submitted"] * 3 + ["withdrawn", "submitted"]
    sent = {"action": "eligible", "all": "1"}
    page = office.client.post(f"{office.url}/entries/bulk", data=sent)
    assert page.status_code == 200
    assert "This happens to 3 of 6" in page.text
    assert "You are on this team yourself" in page.text
    assert states(session).count("eligible") == 0
    again = sent | {"step": "2", "reason": "", "seen": seen_in(page.text)}
    assert office.client.post(f"{office.url}/entries/bulk", data=again).status_code == 303
    assert states(session) == ["draft"] + ["eligible"] * 3 + ["withdrawn", "submitted"]
    screened = select(AuditRow).where(AuditRow.action == "entry.screened")
    assert len(session.scalars(screened).all()) == 3
    assert len(session.scalars(select(Mail).where(Mail.template == "entry_screened")).all()) == 3


def test_the_filter_of_the_address_chooses_whatever_the_case(session, office):
    url = f"{office.url}/entries/bulk?q=ЕЛКА"
    page = office.client.post(url, data={"action": "eligible", "all": "1"})
    assert "This happens to 1 of 1" in page.text


def test_what_changed_meanwhile_is_shown_anew_and_nothing_is_done(session, office):
    chosen = [one.public_id for one in office.entries[:2]]
    sent = {"action": "ineligible", "rows": chosen, "step": "2", "reason": "Two teams, one text"}
    page = office.client.post(f"{office.url}/entries/bulk", data=sent)
    seen = seen_in(page.text)
    office.entries[0].state = EntryState.WITHDRAWN
    session.commit()
    page = office.client.post(f"{office.url}/entries/bulk", data=sent | {"seen": seen})
    assert page.status_code == 409
    assert "nothing was done" in page.text
    assert "ineligible" not in states(session)
    assert "reason: these teams" in office.client.post(
        f"{office.url}/entries/bulk", data=sent | {"reason": " "}
    ).text  # fmt: skip


def test_nothing_chosen_leads_back_with_a_word(office):
    answer = office.client.post(f"{office.url}/entries/bulk", data={"action": "eligible"})
    assert answer.status_code == 303
    page = office.client.get(answer.headers["Location"])
    assert "at least one entry" in page.text


def test_moving_makes_a_new_version_and_leaves_verdict_and_draft_in_step(session, office, now):
    moved = office.entries[0]
    moved.state = EntryState.ELIGIBLE
    session.commit()
    change = Change("category", category="environment")
    chosen = [one.public_id for one in (office.draft, moved, office.out)]
    plan = plan_entries(session, office.season.id, chosen, change, own=(), now=now)
    assert [line.refused for line in plan.lines] == ["bulk_draft", "", "entry_is_withdrawn"]
    how = {"own": (), "actor_id": office.user.id, "now": now, "base_url": ""}
    session.commit()
    with unit_of_work() as unit:
        change_entries(unit, office.season.id, chosen, change, seen=plan.digest, **how)
    session.expire_all()
    assert (moved.category.key, moved.state) == ("environment", EntryState.ELIGIBLE)
    versions = session.scalars(
        select(EntryVersion).where(EntryVersion.entry_id == moved.id).order_by(EntryVersion.number)
    ).all()
    assert [one.answers["category"] for one in versions] == ["inclusion", "environment"]
    team = entry_for_team(session, moved.id, language="en", now=now)
    assert (team.answers["category"], team.sent.number) == ("environment", 2)
    session.commit()
    with pytest.raises(EditConflictError, match="bulk_changed"), unit_of_work() as unit:
        change_entries(unit, office.season.id, chosen, change, seen=plan.digest, **how)


def test_a_later_deadline_for_several_opens_the_door_for_them_alone(session, office, now):
    until = now + timedelta(days=20)
    change = Change("extension", reason="The server was down", closes_at=until)
    chosen = [office.draft.public_id, office.out.public_id]
    plan = plan_entries(session, office.season.id, chosen, change, own=(), now=now)
    assert [line.refused for line in plan.lines] == ["", "entry_is_withdrawn"]
    how = {"own": (), "actor_id": office.user.id, "now": now, "base_url": ""}
    session.commit()
    with unit_of_work() as unit:
        change_entries(unit, office.season.id, chosen, change, seen=plan.digest, **how)
    assert session.scalars(select(Extension.entry_id)).all() == [office.draft.id]
    later = office.season.closes_at + timedelta(days=1)
    session.commit()
    with unit_of_work() as unit:
        service.save_answer(
            unit, office.draft.id, "problem", "New", 1, actor_id=office.lead.id, now=later
        )


def test_jurors_get_a_panel_a_limit_or_a_reminder_together(session, office, now):
    jurors = [make.make_juror(session, office.season, minimum=n) for n in (0, 5)]
    idle = make.make_juror(session, office.season)
    for juror in jurors:
        make.make_assignment(session, office.round_, office.entries[0], juror)
    session.commit()
    url = f"{office.url}/jury/bulk"
    sent = {"action": "maximum", "all": "1", "step": "2", "maximum": "3"}
    page = office.client.post(url, data=sent)
    assert "This happens to 2 of 3" in page.text
    assert "own minimum" in page.text
    again = sent | {"seen": seen_in(page.text)}
    assert office.client.post(url, data=again).status_code == 303
    session.commit()
    session.expire_all()
    assert [one.maximum for one in session.scalars(select(Juror).order_by(Juror.id))] == [3, 20, 3]
    sent = {"action": "remind", "all": "1", "step": "2", "round": office.round_.public_id}
    page = office.client.post(url, data=sent)
    assert "This happens to 2 of 3" in page.text
    assert office.client.post(url, data=sent | {"seen": seen_in(page.text)}).status_code == 303
    session.commit()
    told = select(Mail.to_email).where(Mail.template == "juror_reminder").order_by(Mail.id)
    assert session.scalars(told).all() == [one.email for one in jurors]
    assert "Reminded today already" in office.client.post(url, data=sent).text
    assert idle.email not in session.scalars(told).all()


def test_the_list_of_jurors_is_narrowed_and_sorted_by_its_address(session, office):
    for name in ("Пётр Ёжиков", "Anna Berg"):
        make.make_juror(session, office.season, name=name)
    session.commit()
    page = office.client.get(f"{office.url}/jury?q=ПЕТР+еж").text
    assert "Пётр Ёжиков" in page
    assert "Anna Berg" not in page
    table = office.client.get(f"{office.url}/tables/jurors.csv?q=berg&headers=keys").text
    assert "Anna Berg" in table
    assert "Пётр" not in table
    page = office.client.get(f"{office.url}/jury?sort=-name").text
    assert page.index("Anna Berg") < page.index("Пётр Ёжиков")


def test_the_lists_cost_the_same_at_three_rows_and_at_many(session, office, count_queries):
    def cost(path):
        return count_queries(lambda: office.client.get(f"{office.url}/{path}"))

    paths = ("entries", "jury", "audit", "messages")
    for _ in range(3):
        make.make_juror(session, office.season)
    session.commit()
    few = [cost(path) for path in paths]
    for _ in range(40):
        make.make_juror(session, office.season)
        make.make_submitted(session, office.season)
    session.commit()
    assert [cost(path) for path in paths] == few
    assert max(few) <= 12, few

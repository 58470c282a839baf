"""The organiser's jury and assignment in a browser."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets

import pytest

from award import jobs
from award.jury import service
from award.models.accounts import StaffRole
from award.models.entries import Entry, EntryState, TeamMembership
from award.models.judging import SheetState
from award.models.jury import (
    Assignment,
    AssignmentRun,
    AssignmentState,
    Conflict,
    Juror,
    RoundEntry,
)
from award.models.operations import Mail
from tests import factories as make


@pytest.fixture
def world(session, now):
    """Four admitted entries, three jurors, nothing assigned; and an organiser."""
    season = make.make_season(session)
    round_ = make.make_round(session, season, jurors_per_entry=2)
    for _ in range(4):
        make.make_submitted(session, season, state=EntryState.ELIGIBLE)
    for _ in range(3):
        user = make.make_user(session, email=f"juror@org{secrets.token_hex(3)}.org")
        make.make_juror(session, season, user)
    service.admit_entries(session, round_.id, actor_id=None, now=now)
    organiser = make.make_staff(session, season.programme)
    session.commit()
    return season, round_, organiser


@pytest.fixture
def assigned(world, sign_in):
    season, round_, organiser = world
    browser = sign_in(organiser)
    answer = browser.post(f"/en/rounds/{round_.public_id}/proposals", data={"verb": "assign"})
    browser.post(answer.location + "/apply")
    return season, round_, browser


def fresh(session, query):
    session.rollback()
    found = query.all()
    session.commit()
    return found


def test_the_jury_is_for_the_staff_only_and_an_auditor_changes_nothing(session, world, sign_in):
    season, _, organiser = world
    address = f"/en/seasons/{season.public_id}/jury"
    juror = session.query(Juror).first()
    auditor = make.make_staff(session, season.programme, StaffRole.AUDITOR)
    session.commit()
    assert juror.name in sign_in(organiser).get(address).text
    assert sign_in(juror.user).get(address).status_code == 404
    reader = sign_in(auditor)
    assert (reader.get(address).status_code, reader.post(address).status_code) == (200, 404)


def test_an_invitation_that_is_refused_comes_back_with_what_was_typed(session, world, sign_in):
    season, _, organiser = world
    taken = session.query(Juror).first()
    session.commit()
    form = {"name": "Vera Typed", "email": taken.email, "minimum": "0", "maximum": "9", "panel": ""}
    page = sign_in(organiser).post(f"/en/seasons/{season.public_id}/jury", data=form)
    assert page.status_code == 422
    assert "Vera Typed" in page.text
    assert "is on this season" in page.text


def test_a_table_is_checked_row_by_row_and_invites_all_or_none(session, world, sign_in):
    season, _, organiser = world
    browser = sign_in(organiser)
    address = f"/en/seasons/{season.public_id}/jury/import"
    bad = "ФИО;Почта;Темы\nАнна;anna@hse.ru;школа; город\nБорис;nowhere;\n".encode("cp1251")
    bad = bad.replace("школа; город".encode("cp1251"), '"школа; город"'.encode("cp1251"))
    page = browser.post(address, data={"table": (io.BytesIO(bad), "jury.csv")})
    assert page.status_code == 422
    assert "1 row needs your attention" in page.text
    assert 'name="rows"' not in page.text
    good = bad.replace(b"nowhere", b"boris@itmo.ru")
    page = browser.post(address, data={"table": (io.BytesIO(good), "jury.csv")})
    assert page.status_code == 200
    assert session.query(Juror).filter_by(email="anna@hse.ru").count() == 0
    session.commit()
    payload = re.search(r'name="rows" value="([^"]*)"', page.text)[1].replace("&#34;", '"')
    assert browser.post(f"{address}/invite", data={"rows": payload}).status_code == 303
    made = fresh(
        session, session.query(Juror).filter(Juror.email.in_(["anna@hse.ru", "boris@itmo.ru"]))
    )
    assert sorted(juror.topics for juror in made) == [[], ["школа", "город"]]
    assert browser.post(f"{address}/invite", data={"rows": payload}).status_code == 422
    odd = {"name": 1, "email": "a@hse.ru", "topics": [], "languages": [], "maximum": "x"}
    for rows in ("[{}]", json.dumps([odd]), json.dumps([odd | {"name": "A", "region": []}])):
        assert browser.post(f"{address}/invite", data={"rows": rows}).status_code == 422


def test_a_proposal_is_shown_applied_and_undone(session, world, sign_in):
    _, round_, organiser = world
    browser = sign_in(organiser)
    answer = browser.post(f"/en/rounds/{round_.public_id}/proposals", data={"verb": "assign"})
    assert answer.status_code == 303
    assert "8 to add, 0 to remove, 0 stay" in browser.get(answer.location).text
    assert fresh(session, session.query(Assignment)) == []
    session.rollback()
    assert browser.post(answer.location + "/apply").status_code == 303
    assert len(fresh(session, session.query(Assignment))) == 8
    session.rollback()
    assert (
        "Every entry has its jurors"
        in browser.get(f"/en/rounds/{round_.public_id}/assignment").text
    )
    assert browser.post(answer.location + "/apply").status_code == 409
    assert browser.post(answer.location + "/undo").status_code == 303
    assert fresh(session, session.query(Assignment)) == []


def test_a_run_of_another_round_is_not_there(session, assigned):
    season, _, browser = assigned
    other = make.make_round(session, season, position=2)
    run = session.query(AssignmentRun).one()
    session.commit()
    assert browser.get(f"/en/rounds/{other.public_id}/proposals/{run.public_id}").status_code == 404


def test_the_impossible_is_told_with_names_and_what_would_help(session, world, sign_in):
    _, round_, organiser = world
    juror = session.query(Juror).first()
    for other in session.query(Juror):
        other.maximum = 1
    session.commit()
    browser = sign_in(organiser)
    answer = browser.post(f"/en/rounds/{round_.public_id}/proposals", data={"verb": "top_up"})
    page = browser.get(answer.location)
    assert "The smallest change that helps" in page.text
    assert juror.name in page.text
    assert f'href="/en/jurors/{juror.public_id}#maximum"' in page.text
    assert browser.post(answer.location + "/apply").status_code == 409
    board = browser.get(f"/en/rounds/{round_.public_id}/assignment")
    assert "The last proposal is impossible" in board.text


def test_a_wish_that_makes_no_sense_comes_back_with_what_was_typed(session, world, sign_in):
    _, round_, organiser = world
    browser = sign_in(organiser)
    address = f"/en/rounds/{round_.public_id}/proposals"
    page = browser.post(address, data={"verb": "assign", "budget": "700", "mode": "default"})
    assert page.status_code == 422
    assert 'value="700"' in page.text
    assert browser.post(address, data={"verb": "shuffle"}).status_code == 422
    assert browser.post(address, data={"verb": "assign", "panel": "mars"}).status_code == 422
    random = {"verb": "assign", "mode": "random", "max_probability": "80", "seed": "5"}
    random["native"] = "y"
    answer = browser.post(address, data=random)
    (run,) = fresh(session, session.query(AssignmentRun))
    assert answer.status_code == 303
    assert (run.options["mode"], run.options["max_probability"], run.options["seed"]) == (
        "random", 0.8, 5,
    )  # fmt: skip
    assert run.options["native"]


def test_a_cell_is_assigned_locked_and_taken_back(session, assigned):
    _, round_, browser = assigned
    pair = session.query(Assignment).first()
    address = (
        f"/en/rounds/{round_.public_id}/assignment/{pair.entry.public_id}/{pair.juror.public_id}"
    )
    session.commit()
    told = browser.put(address, json={"do": "lock"}).json
    assert "locked" in told["cell"]
    session.refresh(pair)
    assert pair.locked
    session.commit()
    told = browser.put(address, json={"do": "toggle"}).json
    assert (told["cell"], told["hole"], told["headline"]) == ("", True, "1 place is empty")
    told = browser.put(address, json={"do": "toggle"}).json
    assert ("offered" in told["cell"], told["hole"]) == (True, False)
    (made,) = fresh(
        session,
        session.query(Assignment).filter_by(entry_id=pair.entry_id, juror_id=pair.juror_id),
    )
    assert made.manual
    assert browser.put(address, json={"do": "dance"}).status_code == 422
    assert "Why" in browser.get(address).text


def test_what_the_data_gives_away_bars_a_hand_until_it_is_lifted(session, world, sign_in):
    _, round_, organiser = world
    entry = session.query(RoundEntry).filter_by(round_id=round_.id).first().entry
    juror = session.query(Juror).first()
    juror.organisation = entry.current_version.answers["organisation"]
    session.commit()
    browser = sign_in(organiser)
    address = f"/en/rounds/{round_.public_id}/assignment/{entry.public_id}/{juror.public_id}"
    refused = browser.put(address, json={"do": "toggle"})
    assert (refused.status_code, "conflict of interest" in refused.json["message"]) == (409, True)
    assert "same organisation" in browser.get(address).text
    assert browser.post(f"{address}/lift").status_code == 303
    assert browser.post(f"{address}/lift").status_code == 404
    assert browser.put(address, json={"do": "toggle"}).status_code == 200


def test_the_table_comes_back_as_it_went_and_a_wrong_one_names_its_rows(session, assigned):
    _, round_, browser = assigned
    address = f"/en/rounds/{round_.public_id}/assignment/table"

    def send(content, kind="csv"):
        data = {"table": (io.BytesIO(content), f"a.{kind}"), "whole": "y"}
        return browser.post(address, data=data)

    for language in ("ru", "de", "en"):
        for kind in ("xlsx", "csv"):
            table = browser.get(f"/{language}/rounds/{round_.public_id}/assignment.{kind}").data
            assert "Nothing needs to change" in browser.get(send(table, kind).location).text
    lines = table.decode("utf-8-sig").splitlines()
    shorter = "\n".join(lines[:-1]).encode()
    answer = send(shorter)
    assert "0 to add, 1 to remove, 7 stay" in browser.get(answer.location).text
    assert browser.post(answer.location + "/apply").status_code == 303
    assert len(fresh(session, session.query(Assignment))) == 7
    session.rollback()
    assert browser.post(answer.location + "/undo").status_code == 303
    wrong = send(b"entry,email\nNO-1,nobody@nowhere.org\n")
    assert (wrong.status_code, "Row 2: no entry" in wrong.text) == (422, True)
    assert send(b"code\n1\n").status_code == 422


def test_a_panel_of_that_name_already_is_refused_with_a_sentence(sign_in, world):
    season, _, organiser = world
    browser = sign_in(organiser)
    address = f"/en/seasons/{season.public_id}/jury/panels"
    assert browser.post(address, data={"key": "north", "name": "North"}).status_code == 303
    again = browser.post(address, data={"key": "north", "name": "North"})
    assert (again.status_code, "There is a panel called “north” already" in again.text) == (
        422,
        True,
    )


def test_a_table_leaves_standing_pairs_as_they_are_whatever_stands_against_them(session, assigned):
    _, round_, browser = assigned
    pair = session.query(Assignment).first()
    pair.juror.organisation = pair.entry.current_version.answers["organisation"]
    code, email = pair.entry.code, pair.juror.email
    session.commit()
    path = f"/en/rounds/{round_.public_id}/assignment"

    def send(table):
        data = {"table": (io.BytesIO(table), "a.csv"), "whole": "y"}
        return browser.post(f"{path}/table", data=data)

    table = browser.get(f"{path}.csv").data
    shown = browser.get(send(table).location).text
    assert "Nothing needs to change" in shown
    assert "1 pair stays although something stands against it" in shown
    rows = [line for line in table.decode().splitlines() if not line.startswith(code)]
    gone = send("\n".join(rows).encode()).location
    assert browser.post(gone + "/apply").status_code == 303
    refused = send(f"entry,email\n{code},{email}\n".encode())
    assert refused.status_code == 422
    assert f"Row 2: a conflict of interest keeps {email} from {code}." in refused.text


def test_a_table_leaves_ended_pairs_alone_in_every_language(session, assigned):
    _, round_, browser = assigned
    pair = session.query(Assignment).first()
    pair.state, pair.ended_at, pair.reason = AssignmentState.RECUSED, pair.created_at, "A friend"
    session.commit()
    words = set()
    for language in ("ru", "en", "de"):
        path = f"/{language}/rounds/{round_.public_id}/assignment"
        table = browser.get(f"{path}.csv").data
        words |= {row[5] for row in csv.reader(io.StringIO(table.decode())) if "A friend" in row}
        answer = browser.post(
            f"{path}/table", data={"table": (io.BytesIO(table), "a.csv"), "whole": "y"}
        )
        assert answer.status_code == 303
        changed = session.query(AssignmentRun).order_by(AssignmentRun.id.desc()).first()
        assert (changed.difference["added"], changed.difference["removed"]) == ([], [])
        session.commit()
    assert len(words) == 3


def test_a_hole_is_shown_until_filled(session, assigned):
    _, round_, browser = assigned
    assignment = session.query(Assignment).first()
    session.commit()
    address = f"/en/assignments/{assignment.public_id}/exclude"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data={"reason": ""}).status_code == 422
    assert browser.post(address, data={"reason": "Knows the team"}).status_code == 303
    board = f"/en/rounds/{round_.public_id}/assignment"
    assert "1 place is empty" in browser.get(board).text
    answer = browser.post(f"/en/rounds/{round_.public_id}/proposals", data={"verb": "top_up"})
    browser.post(answer.location + "/apply")
    assert "Every entry has its jurors" in browser.get(board).text


def test_an_entry_is_given_by_hand_and_its_need_lowered(session, assigned):
    _, round_, browser = assigned
    entry = session.query(RoundEntry).filter_by(round_id=round_.id).first().entry
    judging = {row.juror_id for row in session.query(Assignment).filter_by(entry_id=entry.id)}
    free = next(juror for juror in session.query(Juror) if juror.id not in judging)
    session.commit()
    address = f"/en/rounds/{round_.public_id}/assignment/{entry.public_id}"
    assert browser.post(address, data={"juror": free.public_id}).status_code == 303
    assert browser.post(address, data={"juror": free.public_id}).status_code == 409
    assert browser.post(f"{address}/need", data={"jurors": "99", "panel": "0"}).status_code == 422
    fewer = {"jurors": "1", "panel": "0"}
    assert browser.post(f"{address}/need", data=fewer).status_code == 422
    fewer["reason"] = "Written in Tatar; only one juror reads it"
    assert browser.post(f"{address}/need", data=fewer).status_code == 303
    (row,) = fresh(session, session.query(RoundEntry).filter_by(entry_id=entry.id))
    assert (row.jurors_per_entry, row.need_reason) == (1, fewer["reason"])
    assert session.query(Assignment).filter_by(entry_id=entry.id).count() == 3


def test_a_relation_is_kept_and_frees_the_place(session, assigned):
    _, _, browser = assigned
    assignment = session.query(Assignment).first()
    juror, entry = assignment.juror, assignment.entry
    session.commit()
    address = f"/en/jurors/{juror.public_id}/conflicts"
    wrong = browser.post(address, data={"entry": "NO-1", "reason": "Cousin"})
    assert (wrong.status_code, "NO-1" in wrong.text, juror.name in wrong.text) == (422, True, True)
    answer = browser.post(address, data={"entry": entry.code, "reason": "Cousin"})
    assert answer.status_code == 303
    session.refresh(assignment)
    assert assignment.state is AssignmentState.RECUSED
    session.commit()
    lift = f"{address}/relation/{entry.code}/lift"
    assert browser.post(lift).status_code == 303
    assert [one.lifted_at is None for one in fresh(session, session.query(Conflict))] == [False]
    assert browser.post(f"{address}/relation/NO-1/lift").status_code == 404


def test_the_assignment_page_costs_the_same_for_3_and_300_rows(session, sign_in, count_queries):
    season = make.make_season(session)
    round_ = make.make_round(session, season, jurors_per_entry=1)
    make.make_panel(session, season)
    organiser = make.make_staff(session, season.programme)
    for _ in range(2):
        user = make.make_user(session, email=f"juror@org{secrets.token_hex(3)}.org")
        make.make_juror(session, season, user, maximum=300)
    session.commit()
    browser, address = sign_in(organiser), f"/en/rounds/{round_.public_id}"

    def proposed():
        return browser.post(f"{address}/proposals", data={"verb": "top_up"}).location

    def cost(count):
        entries = [
            Entry(season_id=season.id, code=secrets.token_hex(4), title="A", created_at=make.NOW)
            for _ in range(count)
        ]
        session.add_all(entries)
        session.flush()
        session.add_all(RoundEntry(round_id=round_.id, entry_id=one.id) for one in entries)
        session.commit()
        browser.post(proposed() + "/apply")
        plain = count_queries(lambda: browser.get(f"{address}/assignment"))
        session.delete(session.query(Assignment).first())
        session.commit()
        proposed()
        page = browser.get(f"{address}/assignment").text
        assert ("A proposal waits for you" in page, "Last applied" in page) == (True, True)
        return plain, count_queries(lambda: browser.get(f"{address}/assignment"))

    few = cost(3)
    assert cost(297) == few
    assert max(few) <= 12


def test_progress_shows_that_a_draft_exists_and_never_its_points(session, assigned):
    _, round_, browser = assigned
    first, second = session.query(Assignment).limit(2)
    make.make_sheet(session, first, {"impact": 9, "innovation": 9, "team": 9})
    second.state = AssignmentState.ACTIVE
    make.make_sheet(session, second, {"impact": 3}, state=SheetState.DRAFT, team_comment="Weak.")
    session.commit()
    page = browser.get(f"/en/rounds/{round_.public_id}/progress").text
    assert "7 sheets of 8 are outstanding" in page
    assert page.count('<span class="draft">') == 1
    assert "Weak." not in page


def test_a_reminder_goes_to_each_outstanding_juror(session, assigned):
    _, round_, browser = assigned
    assert browser.post(f"/en/rounds/{round_.public_id}/remind").status_code == 303
    mails = fresh(session, session.query(Mail).filter_by(template="juror_reminder"))
    assert len(mails) == 3
    assert all("/en/judging" in mail.body for mail in mails)


def test_a_reminder_may_go_to_one_juror(session, assigned):
    _, round_, browser = assigned
    juror = session.query(Juror).first()
    session.commit()
    data = {"juror": juror.public_id}
    assert browser.post(f"/en/rounds/{round_.public_id}/remind", data=data).status_code == 303
    mails = fresh(session, session.query(Mail).filter_by(template="juror_reminder"))
    assert [mail.to_email for mail in mails] == [juror.email]


@pytest.mark.parametrize("blind", [True, False])
def test_a_juror_sees_teams_only_where_the_round_is_not_blind_and_says_no_in_one_click(
    session, assigned, sign_in, blind
):
    _, round_, browser = assigned
    round_.blind = blind
    pair = session.query(Assignment).first()
    entry, juror = pair.entry, pair.juror
    lead = session.query(TeamMembership).filter_by(entry_id=entry.id).one().user
    session.commit()
    own = sign_in(juror.user)
    desk = own.get(f"/en/assignments/{pair.public_id}")
    assert (desk.status_code, desk.location) == (303, "/en/judging/offers")
    page = own.get("/en/judging/offers").text
    assert entry.title in page
    assert (lead.name in page) is not blind
    assert "Summary of project" not in page
    assert own.post(f"/en/assignments/{pair.public_id}/conflict").status_code == 303
    assert entry.title not in own.get("/en/judging/offers").text.split("</h1>")[1]
    notice = fresh(session, session.query(Mail).filter_by(template="recusal_notice"))[0]
    address = re.search(r"http://localhost(/en/rounds/\S+/proposals/\S+)", notice.body)[1]
    session.commit()
    jobs.sweep()
    assert "1 to add" in browser.get(address).text
    assert "A repair waits for you" in browser.get(f"/en/rounds/{round_.public_id}/assignment").text
    assert browser.post(address + "/apply").status_code == 303
    rows = fresh(session, session.query(Assignment).filter_by(entry_id=entry.id))
    assert sorted(row.state for row in rows) == ["offered", "offered", "recused"]
    accept = f"/en/judging/{round_.season.public_id}/accept"
    assert own.post(accept).status_code == 303
    assert own.get(f"/en/assignments/{pair.public_id}").status_code == 404

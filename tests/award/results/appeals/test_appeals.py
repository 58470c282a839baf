from __future__ import annotations

import threading
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from award import audit
from award.db import unit_of_work
from award.errors import InputError, NotFoundError, RuleError
from award.models.appeals import Appeal, AppealDraft, Recalculation, Ruling
from award.models.entries import EntryState, TeamMembership, TeamRole
from award.models.operations import AuditRow, Mail
from award.models.results import Standing
from award.results.appeals import appealing
from award.results.appeals.queries import appeal_doors, appeals_waiting
from award.results.appeals.recalculating import difference, read_disputed, recalculate
from award.seasons.rounds.service import update_round
from tests import factories as make
from tests.award.results.conftest import decide_all

TEXT = "The comment speaks of a greenhouse. Our project teaches sign language."
HOUR = timedelta(hours=1)


@pytest.fixture
def announced(session, judged, now):
    """The judged round, public since an hour, with a day left for appeals."""
    judged.round.appeals_until = now + timedelta(days=1)
    decide_all(session, judged, now - 2 * HOUR)
    return judged


def file(session, judged, at, now, number=2, **over):
    values = {
        "ground": "wrong_sheet",
        "text": TEXT,
        "actor_id": judged.leads[number].id,
        "now": now,
        "base_url": "https://award.example",
    }
    return appealing.file_appeal(session, judged.round.id, judged.entries[at].id, **values | over)


def answer(session, appeal, judged, now, **over):
    values = {
        "ruling": Ruling.PARTLY,
        "answer": "The sheet was mixed up.",
        "actor_id": judged.organiser.id,
        "now": now,
        "base_url": "https://award.example",
    }
    return appealing.answer_appeal(session, appeal.id, **values | over)


def put(client, address, version, **typed):
    """Send what was typed as the page does; returns the status and the version in the answer."""
    answer = client.put(address, json=typed, headers={"If-Match": str(version)})
    return answer.status_code, answer.json.get("version")


def refused(call, *args, **kwargs):
    with pytest.raises((InputError, RuleError, NotFoundError)) as caught:
        call(*args, **kwargs)
    return caught.value.code


def without(session, appeal, judged, now, juror=1):
    disputed = read_disputed(session, appeal.id, judged.jurors[juror].public_id)
    values = {"actor_id": judged.organiser.id, "now": now}
    return appealing.keep_recalculation(session, disputed, recalculate(disputed), **values)


def test_the_lead_files_one_and_gets_a_receipt_and_the_organisers_a_link(session, announced, now):
    made = file(session, announced, 2, now)
    code = announced.entries[2].code
    assert made.receipt.startswith(f"{code}-A1-")
    mails = {mail.template: mail for mail in session.scalars(select(Mail))}
    receipt, told = mails["appeal_received"], mails["appeal_filed"]
    assert receipt.to_email == announced.leads[2].email
    assert (made.receipt in receipt.body, TEXT in receipt.body) == (True, True)
    assert told.to_email == announced.organiser.email
    assert f"https://award.example/en/appeals/{made.public_id}" in told.body
    assert TEXT not in told.body
    row = session.scalars(select(AuditRow).where(AuditRow.action == "appeal.filed")).one()
    assert TEXT not in str(row.after)
    assert audit.verify(session) == []


def test_the_same_appeal_sent_twice_is_one_and_another_is_refused(session, announced, now):
    first = file(session, announced, 2, now)
    assert file(session, announced, 2, now).id == first.id
    assert refused(file, session, announced, 2, now, text="And more") == "appeal_filed_already"
    assert session.scalar(select(func.count(Appeal.id))) == 1


def test_before_the_announcement_there_is_nothing_to_appeal_against(session, judged, now):
    judged.round.appeals_until = now + timedelta(days=1)
    decide_all(session, judged, now)
    assert refused(file, session, judged, 2, now) == "not_found"
    assert file(session, judged, 2, now + HOUR).receipt
    assert appeal_doors(session, judged.entries[2].id, "en", now=now) == {}


@pytest.mark.parametrize(
    ("seconds", "code"), [(-1, ""), (0, "appeals_closed"), (1, "appeals_closed")]
)
def test_the_deadline_holds_to_the_second(session, announced, seconds, code):
    at = announced.round.appeals_until + timedelta(seconds=seconds)
    if code:
        assert refused(file, session, announced, 2, at) == code
    else:
        assert file(session, announced, 2, at).filed_at == at


def test_who_may_not_and_what_is_no_appeal_is_said(session, announced, now):
    member, entry = make.make_user(session), announced.entries[2]
    session.add(
        TeamMembership(entry_id=entry.id, user_id=member.id, role=TeamRole.MEMBER, joined_at=now)
    )
    session.flush()
    juror = announced.jurors[0].user_id
    for actor in (member.id, announced.leads[0].id, juror, announced.organiser.id):
        assert refused(file, session, announced, 2, now, actor_id=actor) == "appeal_lead_only"
    assert refused(file, session, announced, 2, now, ground="score") == "appeal_not_a_ground"
    assert refused(file, session, announced, 2, now, text=" \n ") == "appeal_empty"
    assert refused(file, session, announced, 2, now, text="x" * 6001) == "appeal_too_long"
    entry.state = EntryState.WITHDRAWN
    assert refused(file, session, announced, 2, now) == "appeal_withdrawn"
    entry.state, announced.round.appeals_until = EntryState.ELIGIBLE, None
    assert refused(file, session, announced, 2, now) == "appeals_not_open"
    stranger = make.make_submitted(session, announced.season, lead=announced.leads[2])
    values = {"ground": "conflict", "text": TEXT, "actor_id": announced.leads[2].id}
    elsewhere = (session, announced.round.id, stranger.id)
    assert refused(appealing.file_appeal, *elsewhere, now=now, base_url="", **values) == "not_found"


def at_once(*calls):
    found = [None] * len(calls)

    def run(at):
        try:
            found[at] = calls[at]()
        except RuleError as error:
            found[at] = error.code

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_different_appeals_at_once_leave_one(app, session, announced, now):
    seen, together = [], threading.Barrier(2)

    def sent(text):
        def run():
            with app.app_context():
                together.wait()
                with unit_of_work() as unit:
                    return file(unit, announced, 2, now, text=text).text

        return run

    def unguarded():
        """The control: who only looks before writing sees none, twice."""
        with app.app_context():
            found = session.bind.connect().execute(select(func.count(Appeal.id))).scalar()
            together.wait()
            seen.append(found)

    at_once(unguarded, unguarded)
    assert seen == [0, 0]
    found = at_once(sent("one"), sent("two"))
    assert sorted(found) in [
        sorted(["one", "appeal_filed_already"]),
        sorted(["two", "appeal_filed_already"]),
    ]
    session.rollback()
    assert session.scalar(select(func.count(Appeal.id))) == 1


def test_leaving_a_sheet_out_shows_the_places_and_scores_of_both_views(session, announced, now):
    appeal = file(session, announced, 2, now)
    before = session.scalars(select(Standing.place).order_by(Standing.id)).all()
    made = without(session, appeal, announced, now)
    own = next(row for row in made.rows if row["entry"] == announced.entries[2].code)
    # 7, 6 and 7 of three jurors; without the second one it is 7
    assert own["mean"] == [float(Fraction(20, 3)), 7.0]
    assert (own["mean_place"], own["ranked"]) == ([3, 3], [3, 3])
    assert own["score"][0] is not None
    assert own["place"] == [3, 3]
    assert made.points == {}
    assert session.scalars(select(Standing.place).order_by(Standing.id)).all() == before


def test_a_corrected_sheet_moves_places_and_the_entries_that_change_are_listed(
    session, announced, now
):
    appeal = file(session, announced, 2, now)
    keys = ("impact", "innovation", "team")
    points = {f"points-{key}": "10" for key in keys}
    juror = announced.jurors[1].public_id
    made = recalculate(read_disputed(session, appeal.id, juror, points))
    disputed = read_disputed(session, appeal.id, juror, points)
    rows = difference(disputed.before, made.to_dict(), announced.entries[2].code)
    moved = {
        row["entry"]: row["mean_place"]
        for row in rows
        if row["mean_place"][0] != row["mean_place"][1]
    }
    # 7, 10, 7 is 8 and overtakes 8, 7, 8
    assert moved == {announced.entries[1].code: [2, 3], announced.entries[2].code: [3, 2]}
    for sent, code in (
        ({f"points-{key}": "6" for key in keys}, "sheet_unchanged"),
        ({"points-impact": "6"}, "sheet_incomplete"),
        (points | {"points-team": "11"}, "points_off_scale"),
        (points | {"points-team": "ten"}, "points_not_a_number"),
    ):
        assert refused(read_disputed, session, appeal.id, juror, sent) == code
    assert refused(read_disputed, session, appeal.id, "nobody", None) == "sheet_unknown"


def test_an_answer_is_final_and_goes_to_the_whole_team_with_its_own_line_alone(
    session, announced, now
):
    member = make.make_user(session, email="second@example.com", language="ru")
    session.add(
        TeamMembership(
            entry_id=announced.entries[2].id,
            user_id=member.id,
            role=TeamRole.MEMBER,
            joined_at=now,
        )
    )
    appeal, other = file(session, announced, 2, now), file(session, announced, 3, now, number=3)
    made, foreign = (
        without(session, appeal, announced, now),
        without(session, other, announced, now),
    )
    assert appeals_waiting(session, announced.season.id) == 2
    assert refused(answer, session, appeal, announced, now, answer=" ") == "appeal_answer_missing"
    wrong = foreign.public_id
    code = refused(answer, session, appeal, announced, now, recalculation=wrong)
    assert code == "recalculation_unknown"
    answer(session, appeal, announced, now, recalculation=made.public_id)
    mails = session.scalars(select(Mail).where(Mail.template == "appeal_answered")).all()
    assert {mail.to_email for mail in mails} == {announced.leads[2].email, "second@example.com"}
    assert all("The sheet was mixed up." in mail.body for mail in mails)
    assert announced.jurors[1].name not in "".join(mail.body for mail in mails)
    assert refused(answer, session, appeal, announced, now) == "appeal_answered"
    assert refused(without, session, appeal, announced, now) == "appeal_answered"
    assert appeals_waiting(session, announced.season.id) == 1
    door = appeal_doors(session, announced.entries[2].id, "en", now=now)
    told = door[announced.round.public_id].appeal
    assert (told.own.code, told.left_out) == (announced.entries[2].code, True)
    assert session.scalar(select(func.count(Recalculation.id)).where(Recalculation.attached)) == 1
    assert announced.entries[2].state is EntryState.ELIGIBLE
    assert audit.verify(session) == []


def test_the_deadline_of_appeals_moves_later_only_once_the_results_are_out(session, announced, now):
    until, values = announced.round.appeals_until, {"actor_id": announced.organiser.id, "now": now}
    change = {"appeals_until": until - HOUR}
    assert refused(update_round, session, announced.round.id, change, **values) == (
        "appeals_cut_short"
    )
    change = {"appeals_until": announced.round.announces_at}
    assert refused(update_round, session, announced.round.id, change, **values) == (
        "appeals_before_results"
    )
    update_round(session, announced.round.id, {"appeals_until": until + HOUR}, **values)
    assert announced.round.appeals_until == until + HOUR


def test_a_team_reads_back_files_and_reads_the_answer(session, announced, sign_in, now):
    entry, round_ = announced.entries[2], announced.round
    address = f"/en/entries/{entry.public_id}/appeals/{round_.public_id}"
    lead, organiser = sign_in(announced.leads[2]), sign_in(announced.organiser)
    assert address in lead.get(f"/en/entries/{entry.public_id}/feedback").text
    assert "is no ground" in lead.get(address).text
    refusal = lead.post(address, data={"ground": "score", "text": TEXT})
    assert (refusal.status_code, TEXT in refusal.text) == (422, True)
    assert "saw your project differently" in refusal.text
    assert put(lead, address, 0, ground="", text="The com") == (200, 1)
    assert "The com" in lead.get(address).text
    assert put(lead, address, 0, ground="conflict", text="Another device") == (409, 1)
    assert put(lead, address, 1, ground="wrong_sheet", text="x" * 6001) == (422, None)
    assert put(lead, address, 1, ground="wrong_sheet", text=TEXT) == (200, 2)
    assert put(lead, address, 1, ground="wrong_sheet", text=TEXT) == (200, 2)
    assert session.scalar(select(func.count(AppealDraft.id))) == 1
    session.rollback()
    sent = {"ground": "wrong_sheet", "text": TEXT}
    shown = lead.post(address, data=sent | {"step": "read"})
    assert ("Read it back" in shown.text, TEXT in shown.text) == (True, True)
    assert session.scalar(select(func.count(Appeal.id))) == 0
    assert lead.post(address, data=sent | {"step": "file"}).status_code == 303
    session.rollback()
    made = session.scalars(select(Appeal)).one()
    assert made.receipt in lead.get(address).text
    assert session.scalar(select(func.count(AppealDraft.id))) == 0
    assert put(lead, address, 2, ground="wrong_sheet", text=TEXT)[0] == 409
    listed = organiser.get(f"/en/seasons/{announced.season.public_id}/appeals").text
    assert f"/en/appeals/{made.public_id}" in listed
    page = f"/en/appeals/{made.public_id}"
    juror = announced.jurors[1]
    assert juror.name in organiser.get(page).text
    bad = {"sheet": juror.public_id, "how": "corrected", "points-impact": "99"}
    assert organiser.post(f"{page}/recalculate", data=bad).status_code == 422
    done = organiser.post(f"{page}/recalculate", data={"sheet": juror.public_id})
    assert done.status_code == 303
    session.rollback()
    kept = session.scalars(select(Recalculation)).one()
    sent = {"ruling": "upheld", "answer": "You are right.", "recalculation": kept.public_id}
    assert organiser.post(page, data=sent | {"ruling": "perhaps"}).status_code == 422
    assert organiser.post(page, data=sent).status_code == 303
    assert organiser.post(page, data=sent).status_code == 409
    told = lead.get(address).text
    assert all(words in told for words in ("Your appeal was upheld", "You are right.", "7.00"))
    assert juror.name not in told


def test_the_list_costs_the_same_however_many_appeal_and_hides_her_own_teams(
    session, announced, sign_in, count_queries, now
):
    address = f"/en/seasons/{announced.season.public_id}/appeals"
    organiser = sign_in(announced.organiser)
    file(session, announced, 0, now, number=0)
    session.commit()
    one = count_queries(lambda: organiser.get(address))
    for at in range(1, 6):
        file(session, announced, at, now, number=at)
    session.commit()
    assert announced.entries[5].title in organiser.get(address).text
    assert count_queries(lambda: organiser.get(address)) == one <= 12
    own = session.scalars(select(Appeal).where(Appeal.entry_id == announced.entries[5].id)).one()
    session.add(
        TeamMembership(
            entry_id=announced.entries[5].id,
            user_id=announced.organiser.id,
            role=TeamRole.MEMBER,
            joined_at=now,
        )
    )
    session.commit()
    assert announced.entries[5].title not in organiser.get(address).text
    assert organiser.get(f"/en/appeals/{own.public_id}").status_code == 404

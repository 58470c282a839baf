"""What teams and organisers write to each other, what jurors report, and the inbox of both."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from award.entries.threads import service as thread
from award.entries.threads.inbox import InboxFilters, inbox
from award.entries.threads.queries import (
    reports_of,
    thread_count,
    thread_of,
    waiting_about,
    waiting_of,
)
from award.errors import InputError, NotFoundError, RuleError
from award.models.accounts import StaffRole
from award.models.entries import EntryState, TeamMembership, TeamRole
from award.models.operations import AuditRow, Mail
from award.models.threads import ThreadMessage, Trouble, TroubleReport
from tests import factories as make

HOUR = timedelta(hours=1)
WAITING, SETTLED = InboxFilters(), InboxFilters(settled=True)


@pytest.fixture
def world(session, now):
    """A season with an entry of two, two organisers and an auditor; what they write and when."""

    class World:
        season = make.make_season(session)
        lead, member = make.make_user(session, name="Lena"), make.make_user(session, name="Mara")
        entry = make.make_entry(session, season, lead, title="Warm bus stops")
        staff = make.make_staff(session, season.programme, name="Oleg")
        second = make.make_staff(session, season.programme, StaffRole.OWNER)
        auditor = make.make_staff(session, season.programme, StaffRole.AUDITOR)

        @staticmethod
        def ask(text="May we?", *, at=now, key="", who=None):
            return thread.write_message(
                session,
                World.entry.id,
                text,
                from_staff=False,
                actor_id=(who or World.lead).id,
                now=at,
                base_url="http://award.example",
                key=key,
            )

        @staticmethod
        def answer(text="You may.", *, seen="", at=now):
            return thread.write_message(
                session,
                World.entry.id,
                text,
                from_staff=True,
                actor_id=World.staff.id,
                now=at,
                base_url="http://award.example",
                seen=seen,
            )

        @staticmethod
        def report(**over):
            values = {
                "key": f"k{len(session.scalars(select(TroubleReport.id)).all())}",
                "entry_id": World.entry.id,
                "juror_id": make.make_juror(session, World.season).id,
                "trouble": Trouble.FILE,
                "words": "The plan does not open",
                "reported_at": now,
            }
            made = TroubleReport(**values | over)
            session.add(made)
            session.flush()
            return made

    session.add(
        TeamMembership(
            entry_id=World.entry.id,
            user_id=World.member.id,
            role=TeamRole.MEMBER,
            joined_at=now,
        )
    )
    session.flush()
    return World


def mails(session, template):
    return list(session.scalars(select(Mail).where(Mail.template == template).order_by(Mail.id)))


def test_a_question_waits_and_every_organiser_gets_a_link_without_the_words(session, world):
    world.ask("May our mentor sign?")
    assert waiting_about(session, world.entry.id).threads == 1
    told = mails(session, "thread_asked")
    assert [one.to_email for one in told] == [world.staff.email, world.second.email]
    for one in told:
        assert f"http://award.example/en/entries/{world.entry.public_id}/thread" in one.body
        assert "mentor" not in one.subject + one.body


def test_an_answer_settles_what_was_seen_and_the_whole_team_gets_a_link(session, world):
    first = world.ask()
    world.ask("And one thing more")
    world.answer("Yes, gladly", seen=first.public_id)
    found = thread_of(session, world.entry.id, world.lead.id, as_staff=False)
    assert [one.waits for one in found.messages] == [False, True, False]
    assert (found.waiting, found.unread) == (1, 1)
    told = mails(session, "thread_answered")
    assert [one.to_email for one in told] == [world.lead.email, world.member.email]
    assert not any("gladly" in one.subject + one.body for one in told)


def test_a_team_reads_the_organisers_and_an_organiser_reads_who_of_them(session, world):
    world.ask()
    world.answer()
    as_team = thread_of(session, world.entry.id, world.member.id, as_staff=False)
    as_staff = thread_of(session, world.entry.id, world.second.id, as_staff=True)
    assert [one.author for one in as_team.messages] == ["Lena", ""]
    assert [one.author for one in as_staff.messages] == ["Lena", "Oleg"]
    assert [one.is_new for one in as_team.messages] == [False, True]
    assert [one.is_new for one in as_staff.messages] == [True, False]


def test_what_is_read_is_no_longer_new_to_her_and_stays_new_to_the_others(session, world):
    world.ask()
    answered = world.answer()
    assert thread_count(session, world.entry.id, world.lead.id).unread == 1
    for upto in (answered.id, answered.id - 1):
        thread.mark_read(session, world.entry.id, world.lead.id, upto)
    assert thread_count(session, world.entry.id, world.lead.id).unread == 0
    assert thread_count(session, world.entry.id, world.member.id).unread == 1


def test_who_has_not_read_yet_is_told_once_an_hour_and_who_has_read_at_once(session, world, now):
    first = world.ask(at=now - 2 * HOUR)
    world.ask("Still there?", at=now - HOUR)
    assert len(mails(session, "thread_asked")) == 4
    world.ask("Hello?", at=now)
    assert len(mails(session, "thread_asked")) == 6
    thread.mark_read(session, world.entry.id, world.staff.id, first.id + 2)
    world.ask("Hm", at=now)
    assert [one.to_email for one in mails(session, "thread_asked")[6:]] == [world.staff.email]


def test_a_form_sent_twice_is_one_message(session, world):
    assert world.ask(key="form").id == world.ask(key="form").id
    assert world.ask(key="form", who=world.member).id != world.ask(key="other").id
    assert thread_count(session, world.entry.id, world.lead.id).messages == 3


@pytest.mark.parametrize(
    ("text", "code"), [(" \n ", "message_empty"), ("x" * 4001, "message_too_long")]
)
def test_an_empty_and_an_endless_message_are_refused(world, text, code):
    with pytest.raises(InputError) as caught:
        world.ask(text)
    assert (caught.value.code, caught.value.field) == (code, "text")


def test_a_team_that_nobody_answers_is_stopped_at_twenty_until_somebody_does(world):
    for number in range(thread.MOST_WAITING):
        newest = world.ask(f"Question {number}")
    with pytest.raises(RuleError, match="too_many_messages"):
        world.ask()
    world.answer(seen=newest.public_id)
    assert world.ask().id


def test_no_answer_needed_settles_what_was_seen_and_nothing_later(session, world, now):
    seen = world.ask("Thank you!")
    world.ask("But wait")
    settle = {"actor_id": world.staff.id, "now": now}
    assert thread.settle_thread(session, world.entry.id, seen.public_id, **settle) == 1
    assert thread.settle_thread(session, world.entry.id, seen.public_id, **settle) == 0
    assert thread.settle_thread(session, world.entry.id, "", **settle) == 0
    assert waiting_about(session, world.entry.id).threads == 1
    actions = list(session.scalars(select(AuditRow.action).order_by(AuditRow.id)))
    assert actions == ["thread.written", "thread.written", "thread.settled"]


def test_the_log_keeps_that_somebody_wrote_and_never_the_words(session, world):
    world.ask("A secret of ours")
    (row,) = session.scalars(select(AuditRow))
    assert (row.action, row.subject_id) == ("thread.written", world.entry.public_id)
    assert "secret" not in f"{row.before}{row.after}"


def test_a_report_is_settled_with_words_and_the_log_says_who_did(session, world, now):
    report = world.report()
    settle = {"actor_id": world.staff.id, "now": now}
    with pytest.raises(InputError, match="settlement_missing"):
        thread.settle_report(session, world.entry.id, report.public_id, " ", **settle)
    other = make.make_entry(session, world.season)
    with pytest.raises(NotFoundError):
        thread.settle_report(session, other.id, report.public_id, "Done", **settle)
    assert waiting_of(session, world.season.id).reports == 1
    thread.settle_report(session, world.entry.id, report.public_id, "New file asked", **settle)
    (kept,) = reports_of(session, world.entry.id)
    assert (kept.settlement, kept.settled_by, kept.settled_at) == ("New file asked", "Oleg", now)
    assert waiting_of(session, world.season.id).total == 0
    (row,) = session.scalars(select(AuditRow).where(AuditRow.action == "report.settled"))
    assert (row.before, row.after["settled"]) == ({"settled": False}, True)
    assert row.season_id == world.season.id


def test_the_inbox_has_what_waits_oldest_first_and_what_is_settled_newest_first(
    session, world, now
):
    other = make.make_submitted(session, world.season, state=EntryState.ELIGIBLE)
    world.report(entry_id=other.id, reported_at=now - HOUR)
    seen = world.ask("First", at=now - 2 * HOUR)
    world.ask("Second", at=now)
    make.make_submitted(session)
    items, found = inbox(session, world.season.id, WAITING)
    assert [(one.text, one.count, one.trouble) for one in items] == [
        ("First", 2, None),
        ("The plan does not open", 0, Trouble.FILE),
    ]
    assert found == 2
    assert inbox(session, world.season.id, SETTLED) == ([], 0)
    world.answer(seen=seen.public_id)
    assert [one.text for one in inbox(session, world.season.id, WAITING)[0]] == [
        "The plan does not open",
        "Second",
    ]


def test_who_is_on_the_team_finds_nothing_about_it_in_the_inbox(session, world):
    world.ask()
    world.report()
    season_id, own = world.season.id, [world.entry.id]
    assert waiting_of(session, season_id).total == 2
    assert waiting_of(session, season_id, own).total == 0
    assert len(inbox(session, season_id, WAITING)[0]) == 2
    assert inbox(session, season_id, WAITING, own_entries=own)[0] == []


def test_the_inbox_is_searched_filtered_and_sorted_by_its_address(session, world, now, sign_in):
    river = make.make_submitted(session, world.season, title="Ёлки у реки", code="A-7")
    session.add(
        ThreadMessage(
            key="r", entry_id=river.id, author_id=world.lead.id, from_staff=False,
            text="May we send a FILM?", written_at=now,
        )
    )  # fmt: skip
    world.ask("May we?", at=now - HOUR)
    world.report(entry_id=river.id)
    session.commit()
    office = sign_in(world.staff)

    def found(query):
        page = office.get(f"/en/seasons/{world.season.public_id}/inbox?{query}").text
        return re.findall(r"</a><br><small class=\"muted\">([^<]+)</small>", page)

    own = world.entry.code
    assert found("q=елки film") == ["A-7"]
    assert found("q=plan") == ["A-7"]
    assert found("what=report") == ["A-7"]
    assert found("what=thread&sort=-when") == ["A-7", own]
    assert found("what=thread&sort=when") == [own, "A-7"]
    assert found("q=nothing of the kind") == found("show=settled") == []

    def taken(query, browser=office):
        address = f"/en/seasons/{world.season.public_id}/tables/inbox.json?{query}"
        return [(row["entry"], row["kind"]) for row in browser.get(address).json["rows"]]

    assert taken("q=елки&sort=-when") == [("A-7", "thread"), ("A-7", "report")]
    assert taken("what=thread&sort=when") == [(own, "thread"), ("A-7", "thread")]
    session.add(
        TeamMembership(
            entry_id=river.id, user_id=world.staff.id, role=TeamRole.MEMBER, joined_at=now
        )
    )
    session.commit()
    assert taken("", sign_in(world.staff)) == [(own, "thread")]


def test_team_and_organiser_write_on_the_page_and_both_see_what_is_new(session, world, sign_in):
    session.commit()
    team, office = sign_in(world.lead), sign_in(world.staff)
    url = f"/en/entries/{world.entry.public_id}"
    overview = f"/en/seasons/{world.season.public_id}"
    assert "ask whatever keeps you" in team.get(url).text
    assert team.post(f"{url}/thread", data={"text": "", "key": "a"}).status_code == 422
    assert team.post(f"{url}/thread", data={"text": "May <we>?", "key": "a"}).status_code == 303
    assert "One team waits for an answer" in office.get(overview).text
    page = office.get(f"{url}/thread").text
    assert "May &lt;we&gt;?" in page
    assert "<h1>The team waits for an answer</h1>" in page
    newest = session.scalar(select(ThreadMessage.public_id))
    session.commit()
    answer = {"text": "You may", "key": "b", "seen": newest}
    assert office.post(f"{url}/thread/answer", data=answer).status_code == 303
    assert "One team waits" not in office.get(overview).text
    assert "1 new" in team.get(url).text
    assert "<h1>The organisers have written to your team</h1>" in team.get(f"{url}/thread").text
    assert "1 new" not in team.get(url).text
    assert "<h1>Your team and the organisers</h1>" in team.get(f"{url}/thread").text


def test_an_auditor_reads_the_thread_and_writes_nothing(session, world, sign_in):
    world.ask("May we?")
    report = world.report()
    session.commit()
    browser = sign_in(world.auditor)
    page = browser.get(f"/en/entries/{world.entry.public_id}/thread").text
    assert "May we?" in page
    assert "The plan does not open" in page
    assert "Send to the team" not in page
    settle = f"/en/entries/{world.entry.public_id}/reports/{report.public_id}/settle"
    assert browser.post(settle, data={"reason": "x"}).status_code == 404


def test_the_inbox_costs_the_same_at_3_and_at_60_threads(session, world, sign_in, count_queries):
    def fill(count, first):
        for number in range(count):
            entry = make.make_entry(session, world.season, world.lead)
            session.add(
                ThreadMessage(
                    key=f"m{first + number}",
                    entry_id=entry.id,
                    author_id=world.lead.id,
                    from_staff=False,
                    text="May we?",
                    written_at=make.NOW,
                )
            )
            world.report(entry_id=entry.id)
        session.commit()

    fill(3, 0)
    office = sign_in(world.staff)
    url = f"/en/seasons/{world.season.public_id}/inbox"
    few = count_queries(lambda: office.get(url))
    fill(57, 3)
    assert count_queries(lambda: office.get(url)) == few <= 12
    page = office.get(url).text
    assert (page.count("<tr>"), "1–50 of 120" in page) == (51, True)
    assert office.get(f"{url}?page=3").text.count("<tr>") == 21

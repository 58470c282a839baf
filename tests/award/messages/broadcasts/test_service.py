"""A text to many: who gets it, in which words, and that it leaves once whatever dies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from award import jobs
from award.errors import EditConflictError, InputError, RuleError
from award.messages.broadcasts import service as broadcasting
from award.messages.broadcasts.letters import letter_for
from award.messages.broadcasts.recipients import recipients_of, seen_of
from award.models.broadcasts import Audience, Broadcast, BroadcastState
from award.models.entries import EntryState, TeamMembership, TeamRole
from award.models.jury import AssignmentState, JurorState
from award.models.operations import AuditRow, Mail, MailState
from award.models.seasons import Extension
from tests import factories as make

BASE = "http://localhost"


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing catches it, nothing cleans up."""


@pytest.fixture
def written(session, now):
    """A season with teams and a way to write to them; the organiser is the actor."""

    class Written:
        season = make.make_season(session)
        actor = make.make_staff(session, season.programme)

        @classmethod
        def draft(cls, audience=Audience.LEADS, text="Hello {name}", **over):
            values = {
                "filters": {},
                "subject": {"en": "News"},
                "text": text if isinstance(text, dict) else {"en": text},
            } | over
            made = broadcasting.save_broadcast(
                session,
                cls.season.id,
                None,
                audience=audience,
                actor_id=cls.actor.id,
                now=now,
                **values,
            )
            session.commit()
            return made

        @classmethod
        def send(cls, found, seen=None):
            seen = seen_of(found, recipients_of(session, found)) if seen is None else seen
            count = broadcasting.send_broadcast(
                session, found.id, seen, actor_id=cls.actor.id, now=now, base_url=BASE
            )
            session.commit()
            return count

        @classmethod
        def stop(cls, found):
            count = broadcasting.stop_broadcast(session, found.id, actor_id=cls.actor.id, now=now)
            session.commit()
            return count

    return Written


def lead(session, email, **over):
    return make.make_user(session, email=email, name=email.split("@")[0].title(), **over)


def join(session, entry, user, **over):
    values = {"role": TeamRole.MEMBER, "joined_at": make.NOW} | over
    session.add(TeamMembership(entry_id=entry.id, user_id=user.id, **values))
    session.flush()


def addresses(session, found):
    return [one.email for one in recipients_of(session, found)]


def mails(session):
    session.expire_all()
    rows = session.scalars(select(Mail).where(Mail.template == "broadcast").order_by(Mail.id))
    return list(rows)


def test_a_broadcast_to_leads_follows_the_list_and_its_filters(written, session):
    for email, state in (("a@x.org", "submitted"), ("b@x.org", "draft"), ("c@x.org", "withdrawn")):
        make.make_entry(
            session, written.season, lead(session, email), title=email, state=EntryState(state)
        )
    make.make_entry(session, make.make_season(session), lead(session, "elsewhere@x.org"))
    assert sorted(addresses(session, written.draft())) == ["a@x.org", "b@x.org"]
    only = written.draft(filters={"state": "draft"})
    assert addresses(session, only) == ["b@x.org"]
    withdrawn = written.draft(filters={"state": "withdrawn"})
    assert addresses(session, withdrawn) == ["c@x.org"]
    assert addresses(session, written.draft(filters={"q": "A@X"})) == ["a@x.org"]


def test_a_broadcast_to_teams_reaches_members_but_not_those_who_left_or_were_erased(
    written, session, now
):
    entry = make.make_entry(session, written.season, lead(session, "lead@x.org"))
    join(session, entry, lead(session, "member@x.org"))
    join(session, entry, lead(session, "left@x.org"), left_at=now)
    join(session, entry, lead(session, "erased@x.org", erased_at=now))
    found = written.draft(Audience.TEAMS)
    assert addresses(session, found) == ["lead@x.org", "member@x.org"]
    assert addresses(session, written.draft()) == ["lead@x.org"]


def test_somebody_with_two_entries_gets_one_mail_unless_it_names_the_entry(written, session):
    both = lead(session, "both@x.org")
    for title in ("River", "Forest"):
        make.make_entry(session, written.season, both, title=title)
    assert addresses(session, written.draft()) == ["both@x.org"]
    named = written.draft(text="{title}: hand it in")
    assert sorted(one.title for one in recipients_of(session, named)) == ["Forest", "River"]


def test_a_broadcast_to_jurors_may_go_to_those_with_sheets_left_or_of_one_panel(written, session):
    panel = make.make_panel(session, written.season)
    busy, idle, asked = (
        make.make_juror(session, written.season, lead(session, email), **over)
        for email, over in (
            ("busy@x.org", {}),
            ("idle@x.org", {"panel_id": panel.id}),
            ("asked@x.org", {"state": JurorState.INVITED}),
        )
    )
    make.make_juror(session, written.season, lead(session, "gone@x.org"), state=JurorState.REMOVED)
    round_ = make.make_round(session, written.season)
    entry = make.make_submitted(session, written.season, state=EntryState.ELIGIBLE)
    make.make_assignment(session, round_, entry, busy)
    make.make_assignment(session, round_, entry, idle, state=AssignmentState.DONE)

    def to(**filters):
        return addresses(session, written.draft(Audience.JURORS, filters=filters))

    assert to() == [asked.email, busy.email, idle.email]
    assert to(state="active", left="1") == [busy.email]
    assert to(panel="moscow") == [idle.email]
    assert to(state="invited") == [asked.email]
    assert to(q="IDLE@x") == [idle.email]


def test_each_recipient_reads_their_own_language_with_the_fields_filled_in(written, session, now):
    later = now + timedelta(days=20)
    russian = lead(session, "r@x.org", language="ru")
    german = lead(session, "g@x.org", language="de")
    first = make.make_entry(session, written.season, russian, title="Река {name}")
    make.make_entry(session, written.season, german, title="Fluss")
    session.add(
        Extension(
            season_id=written.season.id, entry_id=first.id, closes_at=later, reason="Fair",
            granted_at=now,
        )
    )  # fmt: skip
    found = written.draft(
        subject={"ru": "О заявке {code}"},
        text={"ru": "{name}, «{title}» ждут до {deadline}. {season}: {link}"},
    )
    by = {one.email: letter_for(one, found, BASE) for one in recipients_of(session, found)}
    own = by["r@x.org"]
    assert (own.language, own.wanted, own.subject) == ("ru", "ru", f"О заявке {first.code}")
    assert "R, «Река {name}» ждут до " in own.body
    assert f"{later.astimezone(UTC).day}" in own.body
    assert f"Сезон 2026: {BASE}/ru/entries/{first.public_id}" in own.body
    assert (by["g@x.org"].language, by["g@x.org"].wanted) == ("ru", "de")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"text": {"en": "Dear {nmae}"}}, "field_unknown"),
        ({"text": {"en": "Dear {{name}}"}}, "brace_alone"),
        ({"text": {"en": "Dear {name"}}, "brace_alone"),
        ({"subject": {"en": "S", "ru": "Т"}}, "language_half_written"),
        ({"subject": {}}, "subject_missing"),
        ({"text": {}}, "text_missing"),
    ],
)
def test_what_could_not_be_filled_in_is_refused_before_anything_is_kept(
    written, session, over, code
):
    values = {"subject": {"en": "S"}, "text": {"en": "T"}} | over
    with pytest.raises(InputError) as refused:
        written.draft(**values)
    assert refused.value.code == code
    session.rollback()
    assert session.scalars(select(Broadcast)).all() == []


def test_jurors_have_no_entry_to_be_named(written):
    with pytest.raises(InputError) as refused:
        written.draft(Audience.JURORS, text="{title}")
    assert refused.value.params["name"] == "{title}"


def test_nothing_leaves_for_a_list_or_a_text_that_nobody_reviewed(written, session):
    make.make_entry(session, written.season, lead(session, "a@x.org"))
    found = written.draft()
    seen = seen_of(found, recipients_of(session, found))
    make.make_entry(session, written.season, lead(session, "b@x.org"))
    with pytest.raises(EditConflictError):
        written.send(found, seen)
    session.rollback()
    seen = seen_of(found, recipients_of(session, found))
    broadcasting.save_broadcast(
        session, written.season.id, found.id, audience=Audience.LEADS, filters={},
        subject={"en": "Other"}, text={"en": "words"}, actor_id=written.actor.id, now=make.NOW,
    )  # fmt: skip
    with pytest.raises(EditConflictError):
        written.send(found, seen)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Until {deadline}", "broadcast_without_deadline"), ("{link}", "broadcast_without_link")],
)
def test_a_text_that_names_what_somebody_has_not_does_not_leave(written, session, text, code):
    make.make_juror(session, written.season, state=JurorState.INVITED).user_id = None
    session.flush()
    with pytest.raises(RuleError) as refused:
        written.send(written.draft(Audience.JURORS, text=text))
    assert refused.value.code == code


def test_nobody_on_the_list_is_a_refusal_and_sending_twice_is_one(written, session):
    found = written.draft()
    with pytest.raises(RuleError, match="broadcast_without_recipients"):
        written.send(found)
    session.rollback()
    make.make_entry(session, written.season, lead(session, "a@x.org"))
    assert written.send(found) == 1
    with pytest.raises(RuleError, match="broadcast_is_sent"):
        written.send(found)
    session.rollback()
    logged = session.scalars(select(AuditRow.action)).all()
    assert logged == ["broadcast.drafted", "broadcast.sent"]


def test_the_log_tells_what_became_of_a_draft_and_keeps_no_word_of_it(written, session, now):
    found = written.draft(filters={"q": "Petrova"})
    who = {"actor_id": written.actor.id, "now": now}
    for text in ("Hello {name}", "Hello Ms Petrova"):
        broadcasting.save_broadcast(
            session,
            written.season.id,
            found.id,
            audience=Audience.LEADS,
            filters={"q": "Petrova"},
            subject={"en": "News"},
            text={"en": text},
            **who,
        )
    broadcasting.discard_broadcast(session, found.id, **who)
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    made, changed, gone = (f"broadcast.{one}" for one in ("drafted", "changed", "discarded"))
    assert [row.action for row in rows] == [made, changed, gone]
    assert rows[0].after == rows[1].before != rows[1].after == rows[2].before
    assert "Petrova" not in str([(row.before, row.after) for row in rows])


def test_seven_recipients_get_seven_mails_though_the_worker_dies_between_parts(
    written, session, monkeypatch
):
    for number in range(7):
        make.make_entry(session, written.season, lead(session, f"p{number}@x.org"))
    found = written.draft()
    written.send(found)
    monkeypatch.setattr(broadcasting, "PART", 3)
    write, parts = broadcasting._write_part, []

    def dying(*args):
        parts.append(1)
        if len(parts) == 2:
            raise Killed
        return write(*args)

    monkeypatch.setattr(broadcasting, "_write_part", dying)
    with pytest.raises(Killed):
        jobs.sweep()
    assert len(mails(session)) == 3
    session.commit()
    with time_machine.travel(datetime.now(UTC) + jobs.LEASE * 2):
        assert jobs.sweep() == 1
    assert [one.to_email for one in mails(session)] == [f"p{n}@x.org" for n in range(7)]
    assert (found.state, found.recipients) == (BroadcastState.SENT, [])
    assert {one.send_after - found.sent_at for one in mails(session)} == {broadcasting.PAUSE}


def test_who_is_erased_between_sending_and_writing_gets_nothing(written, session, now):
    gone = lead(session, "gone@x.org")
    for user in (gone, lead(session, "here@x.org")):
        make.make_entry(session, written.season, user)
    found = written.draft()
    assert written.send(found) == 2
    gone.erased_at = now
    session.commit()
    jobs.sweep()
    assert [one.to_email for one in mails(session)] == ["here@x.org"]


def test_stopping_cancels_what_has_not_left_and_what_is_not_written_yet(written, session):
    for number in range(3):
        make.make_entry(session, written.season, lead(session, f"p{number}@x.org"))
    early, late = written.draft(), written.draft()
    written.send(early)
    assert written.stop(early) == 3
    jobs.sweep()
    assert mails(session) == []
    session.commit()
    written.send(late)
    jobs.sweep()
    first = mails(session)[0]
    first.state = MailState.SENT
    session.commit()
    assert written.stop(late) == 2
    assert [one.state for one in mails(session)] == [MailState.SENT, *[MailState.CANCELLED] * 2]
    with pytest.raises(RuleError, match="broadcast_not_sent"):
        written.stop(late)


def test_a_trial_goes_to_the_organiser_and_counts_as_nobodys_mail(written, session, now):
    make.make_entry(session, written.season, lead(session, "a@x.org"), title="River")
    found = written.draft(text="{name}: {title}")
    [one] = recipients_of(session, found)
    to = broadcasting.try_broadcast(
        session, found.id, one, actor_id=written.actor.id, now=now, base_url=BASE
    )
    session.commit()
    assert to == written.actor.email
    [trial] = session.scalars(select(Mail).where(Mail.template == "trial"))
    assert (trial.to_email, trial.body.split("\n")[0]) == (to, "A: River")
    assert not trial.key.startswith(broadcasting.mail_key(found))
    assert found.state is BroadcastState.DRAFT

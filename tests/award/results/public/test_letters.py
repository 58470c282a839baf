from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from award.errors import NotFoundError, RuleError
from award.models.operations import Job, Mail
from award.results.public.letters import JOB, letter_of, mail_letters
from tests.award.results.announcement.test_announcing import reread, work_at
from tests.award.results.downloads.test_exports import fetch
from tests.exports.printing import faults_of, text_of


def test_a_letter_has_own_points_the_field_and_comments_and_no_juror(session, decided, now):
    later = now + timedelta(hours=2)
    second = decided.entries[1]
    with pytest.raises(NotFoundError):
        letter_of(session, second.id, "en", now=now)
    round_ = letter_of(session, second.id, "en", now=later).rounds[0]
    first = round_.criteria[0]
    assert (first.title, round(first.mean, 2)) == ("Impact", 7.67)
    assert len(first.field) == 6
    assert list(first.field) == sorted(first.field)
    assert sorted(round_.comments) == [f"Comment {n} on {second.code}" for n in range(3)]
    assert all(one.name not in repr(round_) for one in decided.jurors)


def test_a_place_is_told_to_winners_and_to_others_where_the_season_says_so(session, decided, now):
    later = now + timedelta(hours=2)

    def place(number: int) -> int | None:
        entry = decided.entries[number]
        return letter_of(session, entry.id, "en", now=later).rounds[0].place

    assert (place(0), place(4)) == (1, None)
    decided.season.tells_places = True
    session.commit()
    assert (place(0), place(4)) == (1, 5)


def test_the_team_gets_it_as_a_pdf_after_the_announcement(session, sign_in, decided, now):
    path = f"/en/entries/{decided.entries[0].public_id}/feedback/letter.pdf"
    browser = sign_in(decided.leads[0])
    assert browser.get(path).status_code == 404
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        letter = fetch(browser, path)
    text = text_of(letter)
    assert faults_of(letter) == []
    assert decided.entries[0].title in text
    assert "Half of all entries lie between" in text
    assert "Outcome: winner. Place 1 of 6." in text


def test_every_member_gets_one_mail_and_none_before_the_announcement(app, session, decided, now):
    with pytest.raises(RuleError, match="letters_embargo"):
        mail_letters(session, decided.round.id, actor_id=None, now=now)
    session.rollback()
    later = now + timedelta(hours=2)
    mail_letters(session, decided.round.id, actor_id=None, now=later)
    session.commit()
    assert session.query(Job).filter_by(kind=JOB).count() == 1
    work_at(later)
    reread(session)
    mails = session.query(Mail).filter(Mail.template == "feedback_letter").all()
    assert {mail.to_email for mail in mails} == {lead.email for lead in decided.leads}
    first = next(mail for mail in mails if mail.to_email == decided.leads[0].email)
    assert "- Impact: 8.7 / 10 (half of all entries: " in first.body
    assert f"Comment 1 on {decided.entries[0].code}" in first.body
    assert decided.jurors[0].name not in first.body

"""Mails in a season's own words: what may be said, what must stay, and how fields are filled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from award import mail, wording
from award.models.wordings import Wording
from award.wording import KINDS
from tests import factories as make

MOMENT = datetime(2026, 11, 20, 20, 59, tzinfo=UTC)
GIVEN = {
    "name": "Anna", "season": "Season 2026", "programme": "Impact", "title": "River",
    "code": "SIA-1", "round": "Round one", "url": "http://x/en/y", "closes_at": MOMENT,
    "reason": "Ill", "email": "a@x.org", "inviter": "Boris", "member": "Mara", "lead": "Lena",
    "submitted_at": MOMENT, "receipt": "R-1", "digest": "00ff", "forgot_url": "http://x/forgot",
    "place": 2, "prizes": ["Gold", "Silver"], "feedback_url": "http://x/f", "winners_url":
    "http://x/w", "appeals_until": MOMENT, "number": "0000-1", "check": "http://x/c",
    "maximum": 20, "count": 12, "position": 7, "zone": "Europe/Moscow", "to": "a@x.org",
    "entries": "1. River\n2. Park", "effort": "2 hours", "judging_opens": MOMENT,
    "judging_closes": MOMENT, "answer_by": MOMENT,
}  # fmt: skip
CASES = [(kind, language) for kind in KINDS.values() for language in ("ru", "en", "de")]
IDS = [f"{kind.key}-{language}" for kind, language in CASES]


@pytest.mark.parametrize(("kind", "language"), CASES, ids=IDS)
def test_an_original_filled_in_is_the_mail_that_the_system_writes(kind, language):
    values = GIVEN | dict(kind.given) | ({"place": 2} if kind.given.get("place") else {})
    subject, body = mail.original(kind, language)
    assert wording.fields_in(subject, body) <= set(kind.fields)
    assert set(kind.required) <= wording.fields_in(body)
    printed = wording.filled(kind, values, language)
    assert wording.in_words(kind, subject, body, printed) == mail.compose(
        kind.template, language, values
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_what_a_template_gets_tells_its_kind(kind):
    values = GIVEN | dict(kind.given) | ({"place": 2} if kind.given.get("place") else {})
    assert wording.kind_of(kind.template, values) is kind


def test_mails_of_accounts_and_finalists_with_a_place_have_the_kind_that_fits():
    assert wording.kind_of("reset_password", {"url": "x"}) is None
    placed = wording.kind_of("results_announced", {"outcome": "finalist", "place": 3})
    assert placed is KINDS["result_finalist"]


def test_a_line_that_names_an_empty_field_is_left_out_with_what_introduced_it():
    text = "Hello\n\nThey say:\n{reason}\n\nUntil {deadline}.\n{link}"
    values = {"reason": "", "deadline": "", "link": "http://x"}
    assert wording.merge_lines(text, values) == "Hello\n\nhttp://x\n"
    assert wording.merge_lines("{nobody} {link}", values) == "{nobody} http://x\n"


def test_a_line_with_what_the_mail_is_for_stays_though_something_else_on_it_is_empty():
    values = {"deadline": "", "link": "http://x"}
    assert wording.merge_lines("Go: {link} {deadline}", values) == "\n"
    assert wording.merge_lines("Go: {link} {deadline}", values, ["link"]) == "Go: http://x\n"


def test_what_people_wrote_is_never_filled_in_itself_nor_breaks_the_subject():
    values = {"title": "{link}\nBcc: x@y.z", "link": "http://x"}
    assert wording.in_words(KINDS["lead_changed"], "On {title}", "{title}", values) == (
        "On {link} Bcc: x@y.z",
        "{link}\nBcc: x@y.z\n",
    )


def test_a_mail_leaves_in_the_words_of_its_season_and_language_only(session, now):
    season, other = make.make_season(session), make.make_season(session)
    own = {"subject": "Psst, {name}", "body": "{count} sheets: {link}", "changed_at": now}
    row = Wording(season_id=season.id, kind="juror_reminder", language="en", **own)
    session.add(row)
    session.flush()

    def subject(season_id, language, key):
        written = mail.queue(
            session, "juror_reminder", to="a@x.org", key=key, now=now, language=language,
            name="Anna", season_id=season_id, context=GIVEN,
        )  # fmt: skip
        return written.subject, written.body

    assert subject(season.id, "en", "1") == ("Psst, Anna", "12 sheets: http://x/en/y\n")
    for season_id, language in ((season.id, "de"), (other.id, "en")):
        assert subject(season_id, language, f"{season_id}{language}") == mail.compose(
            "juror_reminder", language, GIVEN
        )

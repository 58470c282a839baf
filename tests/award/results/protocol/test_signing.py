from __future__ import annotations

from typing import Any

import pytest

from award.accounts.passwords import hash_password
from award.errors import NotFoundError, RuleError
from award.models.accounts import User
from award.models.operations import AuditRow, Mail
from award.models.results import Outcome
from award.results import service
from award.results.protocol import routes
from award.results.protocol.signing import (
    current_protocol,
    draw_up_protocol,
    sign_protocol,
    signing_page,
)
from award.results.tabulation.bundles import bundle_content
from exports.errors import ExportError
from exports.records.bundles import bundle_digest
from tests import factories as make
from tests.award.results.conftest import Judged, decide_all, judge
from tests.award.results.downloads.test_exports import fetch
from tests.exports.printing import text_of

PASSWORD = "a lantern in the cellar"


@pytest.fixture
def jury(session: Any, decided: Judged) -> tuple[User, ...]:
    """Accounts of those who judged."""
    secret = hash_password(PASSWORD)
    users = tuple(
        make.make_user(session, name=one.name, password_hash=secret) for one in decided.jurors
    )
    for juror, user in zip(decided.jurors, users, strict=True):
        juror.user_id = user.id
    session.commit()
    return users


def draw_up(session: Any, decided: Judged, now: Any) -> Any:
    made = draw_up_protocol(
        session, decided.round.id, base_url="http://localhost", actor_id=None, now=now
    )
    session.commit()
    return made


def test_a_protocol_fixes_the_bundle_and_the_head_of_the_log(session, decided, now):
    made = draw_up(session, decided, now)
    assert made.bundle_digest == bundle_digest(bundle_content(session, decided.round.id))
    row = session.query(AuditRow).filter_by(action="protocol.drawn_up").one()
    assert made.audit_head == row.hash
    with pytest.raises(RuleError, match="protocol_stands"):
        draw_up(session, decided, now)


def test_only_a_decided_round_has_one_and_another_decision_ends_it(session, now):
    judged = judge(session)
    with pytest.raises(RuleError, match="protocol_undecided"):
        draw_up(session, judged, now)
    decide_all(session, judged, now)
    session.commit()
    first = draw_up(session, judged, now)
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    service.reopen_decisions(session, judged.round.id, reason="A typing error", **values)
    assert current_protocol(session, judged.round.id) is None
    assert session.query(Mail).filter_by(template="protocol_void").count() == 0
    service.decide(
        session,
        judged.round.id,
        judged.entries[1].id,
        outcome=Outcome.FINALIST,
        reason="A conflict came to light",
        **values,
    )
    service.close_decisions(session, judged.round.id, **values)
    assert current_protocol(session, judged.round.id) is None
    second = draw_up(session, judged, now)
    assert first.superseded_at == now
    assert current_protocol(session, judged.round.id) == second


def test_a_juror_reads_signs_with_the_password_and_dissents(session, sign_in, decided, jury, now):
    round_ = decided.round
    browser = sign_in(jury[0])
    page = f"/en/rounds/{round_.public_id}/protocol/sign"
    pdf = f"/en/rounds/{round_.public_id}/protocol/read.pdf"
    assert {browser.get(path).status_code for path in (page, pdf)} == {404}
    made = draw_up(session, decided, now)
    mails = session.query(Mail).filter(Mail.key.startswith("protocol:")).all()
    assert {mail.to_email for mail in mails} == {user.email for user in jury}
    assert "Read the protocol, then sign it" in browser.get(page).text
    assert decided.entries[0].title in text_of(fetch(browser, pdf))
    form = {"digest": made.bundle_digest, "dissent": "I would have chosen the third."}
    wrong = browser.post(page, data={**form, "password": "not this one"})
    assert (wrong.status_code, "not your password" in wrong.text) == (422, True)
    assert signing_page(session, round_.id, decided.jurors[0].id).signed_at is None
    signed = browser.post(page, data={**form, "password": PASSWORD})
    assert signed.status_code == 303
    assert "You have signed the protocol" in browser.get(page).text
    again = browser.post(page, data={**form, "password": PASSWORD})
    assert again.status_code == 409
    text = text_of(fetch(browser, pdf))
    assert f"I would have chosen the third. {jury[0].name}" in text
    assert text.count("signed on screen") == 1


def test_nobody_signs_what_she_did_not_judge_or_what_has_changed(session, sign_in, decided, now):
    made = draw_up(session, decided, now)
    outsider = make.make_juror(session, decided.season)
    with pytest.raises(NotFoundError):
        signing_page(session, decided.round.id, outsider.id)
    with pytest.raises(RuleError, match="protocol_changed"):
        sign_protocol(
            session,
            decided.round.id,
            decided.jurors[0].id,
            digest="0" * 64,
            dissent="",
            actor_id=None,
            now=now,
        )
    session.rollback()
    page = f"/en/rounds/{decided.round.public_id}/protocol/sign"
    assert sign_in(decided.leads[0]).get(page).status_code == 404
    assert sign_in(decided.organiser).get(page).status_code == 404
    assert made.superseded_at is None


def test_an_organiser_draws_it_up_on_the_page_of_exports(session, sign_in, decided):
    browser = sign_in(decided.organiser)
    exports = f"/en/seasons/{decided.season.public_id}/exports"
    pdf = f"/en/rounds/{decided.round.public_id}/protocol.pdf"
    assert "Draw up the protocol" in browser.get(exports).text
    assert "Draft: the protocol" in text_of(fetch(browser, pdf))
    answer = browser.post(f"/en/rounds/{decided.round.public_id}/protocol")
    assert answer.status_code == 303
    assert "The protocol was drawn up on" in browser.get(exports).text
    drawn = current_protocol(session, decided.round.id)
    text = text_of(fetch(browser, pdf))
    assert "Draft: the protocol" not in text
    assert drawn.bundle_digest in text
    assert drawn.audit_head in text


def test_who_had_signed_is_told_that_reopening_ended_the_protocol(session, decided, jury, now):
    made = draw_up(session, decided, now)
    digest = made.bundle_digest
    values: dict[str, Any] = {"actor_id": None, "now": now}
    sign_protocol(
        session, decided.round.id, decided.jurors[0].id, digest=digest, dissent="", **values
    )
    service.reopen_decisions(session, decided.round.id, reason="A typing error", **values)
    (told,) = session.query(Mail).filter_by(template="protocol_void")
    assert told.to_email == jury[0].email
    assert "A typing error" in told.body
    service.close_decisions(session, decided.round.id, **values)
    assert current_protocol(session, decided.round.id) is None


def test_who_had_signed_is_told_that_tabulating_anew_ended_the_protocol(
    session, decided, jury, now
):
    made = draw_up(session, decided, now)
    values: dict[str, Any] = {"actor_id": None, "now": now}
    sign_protocol(
        session,
        decided.round.id,
        decided.jurors[0].id,
        digest=made.bundle_digest,
        dissent="",
        **values,
    )
    service.tabulate_round(session, decided.round.id, reason="A sheet came late", **values)
    (told,) = session.query(Mail).filter_by(template="protocol_void")
    assert told.to_email == jury[0].email
    assert "A sheet came late" in told.body
    assert current_protocol(session, decided.round.id) is None


def test_a_protocol_that_takes_too_long_is_refused_in_words(session, decided, sign_in, monkeypatch):
    def too_long(*_args: Any) -> bytes:
        raise ExportError("rendering_too_long", seconds=60)

    session.commit()
    client = sign_in(decided.organiser)
    address = f"/en/rounds/{decided.round.public_id}/protocol.pdf"
    monkeypatch.setattr(routes, "render_protocol", too_long)
    answer = client.get(address)
    assert answer.status_code == 422
    assert "more than 60 seconds" in answer.text

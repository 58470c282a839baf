from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from award.errors import InputError, NotFoundError, RuleError
from award.judging.calibration.agreement import jury_agreement, own_agreement
from award.judging.calibration.service import MOST, share_entries
from award.judging.work import work_list
from award.jury.conflicts.service import declare_conflict
from award.models.entries import EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment, RoundEntry
from award.models.operations import Mail
from award.models.seasons import RoundState
from award.results.tabulation.tabulating import tabulate_round
from tests import factories as make


@pytest.fixture
def warm_up(session) -> Any:
    """A calibration round that is set up: three jurors, three eligible entries, nothing given."""
    season = make.make_season(session)
    round_ = make.make_round(session, season, ranks=False, state=RoundState.SET_UP)
    entries = [
        make.make_submitted(
            session, season, lead=make.make_user(session), state=EntryState.ELIGIBLE
        )
        for _ in range(3)
    ]
    jurors = []
    for number in range(3):
        # A mail domain of her own: that of the teams would be a conflict of interest.
        email = f"reader@house-{number}.example"
        jurors.append(make.make_juror(session, season, email=email, email_key=email))
    session.commit()
    return season, round_, entries, jurors


def share(session, warm_up, now, entries=None):
    _season, round_, all_entries, _jurors = warm_up
    chosen = [entry.id for entry in (all_entries[:2] if entries is None else entries)]
    return share_entries(session, round_.id, chosen, home_url="", actor_id=None, now=now)


def score_all(session, warm_up, points=(4, 7, 9)):
    """Let each juror hand in every sheet: the first gives points[0] on every criterion."""
    _season, round_, _entries, jurors = warm_up
    round_.state = RoundState.OPEN
    given = {juror.id: value for juror, value in zip(jurors, points, strict=True)}
    for pair in session.scalars(select(Assignment)):
        value = given[pair.juror_id]
        make.make_sheet(session, pair, {"impact": value, "innovation": value, "team": value})
        pair.state = "done"
    session.flush()


def first_of(session, juror):
    query = select(Assignment).where(Assignment.juror_id == juror.id).order_by(Assignment.position)
    return session.scalars(query).first()


def test_every_juror_gets_the_same_entries_and_one_mail(session, warm_up, now):
    made = share(session, warm_up, now)
    assert len(made) == 6
    assert len({(pair.entry_id, pair.juror_id) for pair in made}) == 6
    mails = session.scalars(select(Mail).where(Mail.template == "assignment_offered")).all()
    assert len(mails) == 3
    assert share(session, warm_up, now) == []


def test_who_has_a_conflict_is_left_out_and_a_later_juror_is_reached(session, warm_up, now):
    season, _round, entries, jurors = warm_up
    declare_conflict(session, jurors[0].id, entries[0].id, "my pupil", actor_id=None, now=now)
    made = share(session, warm_up, now)
    pairs = {(pair.entry_id, pair.juror_id) for pair in made}
    assert len(pairs) == 5
    assert (entries[0].id, jurors[0].id) not in pairs
    email = "late@house-9.example"
    late = make.make_juror(session, season, email=email, email_key=email)
    assert {pair.juror_id for pair in share(session, warm_up, now)} == {late.id}


def test_what_is_no_calibration_is_refused_and_nothing_happens(session, warm_up, now):
    season, round_, entries, _jurors = warm_up
    with pytest.raises(InputError, match="entries_missing"):
        share(session, warm_up, now, [])
    many = [make.make_submitted(session, season, lead=make.make_user(session)) for _ in range(MOST)]
    with pytest.raises(InputError, match="entries_many"):
        share(session, warm_up, now, [*many, entries[0]])
    entries[0].state = EntryState.WITHDRAWN
    session.flush()
    with pytest.raises(InputError, match="entry_unusable"):
        share(session, warm_up, now)
    entries[0].state = EntryState.ELIGIBLE
    round_.ranks = True
    session.flush()
    with pytest.raises(RuleError, match="round_ranks"):
        share(session, warm_up, now)
    assert session.scalars(select(RoundEntry)).all() == []


def test_a_calibration_round_is_never_tabulated(session, warm_up, now):
    _season, round_, _entries, _jurors = warm_up
    share(session, warm_up, now)
    score_all(session, warm_up)
    round_.state = RoundState.CLOSED
    session.flush()
    with pytest.raises(RuleError, match="round_never_ranks"):
        tabulate_round(session, round_.id, reason="", actor_id=None, now=now)


def test_after_closing_a_juror_sees_own_points_beside_the_others_without_names(
    session, warm_up, now
):
    _season, round_, _entries, jurors = warm_up
    share(session, warm_up, now)
    score_all(session, warm_up)
    mine = first_of(session, jurors[0])
    with pytest.raises(NotFoundError):
        own_agreement(session, mine, "en")
    round_.state = RoundState.CLOSED
    session.flush()
    found = own_agreement(session, mine, "en")
    assert [len(entry.criteria) for entry in found.entries] == [3, 3]
    one = found.entries[0].criteria[0]
    assert (one.own, one.others, one.named) == (4, (7, 9), ())
    assert found.away == pytest.approx((4 - 8) / 9)
    assert found.apart == pytest.approx(4 / 9)


def test_a_draft_of_another_is_not_there_and_who_gave_none_learns_nothing(session, warm_up, now):
    _season, round_, _entries, jurors = warm_up
    share(session, warm_up, now)
    score_all(session, warm_up)
    round_.state = RoundState.CLOSED
    mine = first_of(session, jurors[0])
    assert own_agreement(session, mine, "en").entries[0].criteria[0].others == (7, 9)
    for sheet in session.scalars(select(ScoreSheet)):
        if sheet.assignment.juror_id == jurors[2].id:
            sheet.state = SheetState.DRAFT
    session.flush()
    assert own_agreement(session, mine, "en").entries[0].criteria[0].others == (7,)
    with pytest.raises(NotFoundError):
        own_agreement(session, first_of(session, jurors[2]), "en")
    lost = mine.entry_id
    for sheet in session.scalars(select(ScoreSheet)):
        if sheet.assignment.juror_id == jurors[0].id and sheet.assignment.entry_id != lost:
            sheet.state = SheetState.REOPENED
    session.flush()
    assert len(own_agreement(session, mine, "en").entries) == 1


def test_organisers_see_submitted_sheets_with_names(session, warm_up, now):
    _season, round_, _entries, jurors = warm_up
    share(session, warm_up, now)
    assert [entry.sheets for entry in jury_agreement(session, round_, "en").entries] == [0, 0]
    score_all(session, warm_up)
    found = jury_agreement(session, round_, "en").entries[0]
    assert found.sheets == 3
    assert set(found.criteria[0].named) == {
        (juror.name, points) for juror, points in zip(jurors, (4, 7, 9), strict=True)
    }


def test_a_walk_from_choosing_to_comparing(session, sign_in, warm_up, now):
    season, round_, entries, jurors = warm_up
    organiser = make.make_staff(session, season.programme)
    session.commit()
    address = f"/en/rounds/{round_.public_id}/calibration"
    client = sign_in(organiser)
    assert "Choose two or three entries" in client.get(address).text
    assert client.post(address, data={}).status_code == 422
    done = client.post(address, data={"entries": [entries[0].id, entries[1].id]})
    assert done.status_code == 303
    results = client.get(f"/en/rounds/{round_.public_id}/results")
    assert results.headers["Location"].endswith("/calibration")
    session.rollback()
    score_all(session, warm_up)
    session.commit()
    mine = first_of(session, jurors[0])
    page = f"/en/assignments/{mine.public_id}/agreement"
    juror = sign_in(jurors[0].user)
    assert juror.get(page).status_code == 404
    assert "A calibration round" in juror.get("/en/judging").text
    session.rollback()
    round_.state = RoundState.CLOSED
    session.commit()
    text = juror.get(page).text
    assert "below your colleagues" in text
    assert not [one.name for one in jurors[1:] if one.name in text]
    assert page in juror.get("/en/judging").text
    assert sign_in(jurors[1].user).get(page).status_code == 404
    assert juror.get(address).status_code == 404
    assert jurors[1].name in client.get(address).text
    assert work_list(session, [jurors[0].id], "en", now=now)[0].compared == mine.public_id

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from award.errors import NotFoundError
from award.models.jury import Conflict, ConflictSource
from award.models.seasons import Prize, PrizeKind
from award.results import service
from award.results.decisions.citing import cite
from award.results.public.winner_queries import Laureate, first_of_all, grouped
from tests import factories as make
from tests.award.results.conftest import decide_all


def winner(title: str, category: str, place: int | None) -> Laureate:
    return Laureate(
        code=title,
        title=title,
        summary="",
        category_key=category,
        category=category.title(),
        people=(),
        organisation="",
        city="",
        outcome="winner",
        place=place,
        prize="",
        partner="",
        cover=None,
    )


def test_the_chairs_words_wait_for_the_announcement_and_stand_on_the_page_in_each_language(
    session, sign_in, client, judged, now
):
    chair = make.make_user(session)
    judged.jurors[0].user_id, judged.jurors[0].is_chair = chair.id, True
    decide_all(session, judged, now)
    first, second = judged.entries[:2]
    form = f"/en/rounds/{judged.round.public_id}/citations/{first.public_id}"
    pages = [f"/{lang}/{judged.programme.slug}/{judged.season.slug}" for lang in ("ru", "en", "de")]
    words = {"words-ru": "Смело и <точно>.", "words-en": "Bold and exact.", "words-de": ""}
    theirs = sign_in(chair)
    assert theirs.get(form).status_code == 200
    assert theirs.post(form, data=words | {"words-en": "x" * 501}).status_code == 422
    assert theirs.post(form, data=words).status_code == 303
    assert "Смело и &lt;точно&gt;." in theirs.get(form).text
    assert (
        "Bold and exact."
        in sign_in(judged.organiser).get(f"/en/rounds/{judged.round.public_id}/decisions").text
    )
    others = sign_in(judged.leads[0])
    assert others.get(form).status_code == 404
    feedback = f"/en/entries/{first.public_id}"
    assert "Bold and exact." not in others.get(feedback).text
    assert [client.get(f"{page}/winners").status_code for page in pages] == [404] * 3
    with time_machine.travel(now + timedelta(hours=1, seconds=1)):
        shown = [client.get(f"{page}/winners").text for page in pages]
        own = client.get(f"{pages[1]}/finalists/{first.code}").text
    assert "<p>Смело и &lt;точно&gt;.</p>" in shown[0].replace("\u00a0", " ")
    assert "Bold and exact." in shown[1]
    assert "Bold and exact." in own
    assert '<p lang="ru">Смело' in shown[2]
    # Whoever stepped back from an entry writes nothing about it; the other winner stays hers.
    session.add(
        Conflict(
            juror_id=judged.jurors[0].id,
            entry_id=first.id,
            source=ConflictSource.DECLARED,
            found_at=now,
        )
    )
    session.commit()
    assert theirs.get(form).status_code == 404
    assert theirs.get(form.replace(first.public_id, second.public_id)).status_code == 200


def test_only_who_is_honoured_is_cited_and_no_words_take_it_back(session, judged, now):
    decide_all(session, judged, now)
    values = {"actor_id": judged.organiser.id, "now": now}
    with pytest.raises(NotFoundError):
        cite(session, judged.round.id, judged.entries[5].id, {"en": "Nice."}, **values)
    kept = cite(session, judged.round.id, judged.entries[0].id, {"en": " Bold. "}, **values)
    assert kept is not None
    assert kept.words == {"en": "Bold."}
    assert cite(session, judged.round.id, judged.entries[0].id, {"en": " "}, **values) is None


def test_the_community_award_stands_apart_from_partners_prizes(session, client, judged, now):
    prizes = [
        Prize(season_id=judged.season.id, kind=kind, title={"en": kind.value.title()})
        for kind in (PrizeKind.COMMUNITY, PrizeKind.SPECIAL)
    ]
    session.add_all(prizes)
    session.flush()
    values = {"actor_id": judged.organiser.id, "now": now}
    service.tabulate_round(session, judged.round.id, reason="", **values)
    for prize, entry in zip(prizes, judged.entries[3:5], strict=True):
        service.award_special(session, judged.round.id, entry.id, prize.id, **values)
    service.take_the_cut(session, judged.round.id, **values)
    at = now + timedelta(hours=1)
    service.set_announcement(session, judged.round.id, at, **values)
    service.close_decisions(session, judged.round.id, **values)
    session.commit()
    with time_machine.travel(at + timedelta(seconds=1)):
        page = client.get(f"/en/{judged.programme.slug}/{judged.season.slug}/winners").text
    public, partners = page.split('id="community"')[1].split('id="specials"')
    assert judged.entries[3].title in public
    assert judged.entries[4].title not in public
    assert judged.entries[4].title in partners


def test_winners_are_grouped_where_each_category_has_its_own():
    own = [winner(f"{key}{place}", key, place) for place in (1, 2) for key in ("wood", "air")]
    assert first_of_all(own) is None
    groups = grouped(own, {"wood": 7, "air": 5})
    assert [(one.name, [w.title for w in one.winners], one.entries) for one in groups] == [
        ("Air", ["air1", "air2"], 5),
        ("Wood", ["wood1", "wood2"], 7),
    ]
    one_row = [winner("a", "wood", 1), winner("b", "air", 2), winner("c", "wood", 3)]
    assert first_of_all(one_row) is one_row[0]
    assert grouped(one_row[1:], {}) == ()
    assert grouped([winner("a", "wood", 1), winner("b", "air", 1)], {}) == ()
    assert grouped([winner("a", "wood", 1), winner("b", "wood", 2)], {}) == ()
    assert (first_of_all([]), grouped([], {})) == (None, ())

"""The set-up's pages: forms that say what is wrong where, and keep what was typed."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from award.models.accounts import StaffRole
from award.models.entries import StoredFile
from award.models.seasons import (
    Category,
    Criterion,
    Faq,
    Programme,
    Question,
    Round,
    RoundState,
    Season,
    SeasonState,
)
from tests import factories as make
from tests.award.pages import forms_of


@pytest.fixture
def office(session, sign_in):
    class Office:
        programme = make.make_programme(session, languages=["ru", "en", "de"])
        season = make.make_season(session, programme)
        round_ = make.make_round(session, season, state=RoundState.SET_UP)
        user = make.make_staff(session, programme)
        auditor = make.make_staff(session, programme, StaffRole.AUDITOR)

    session.commit()
    Office.client = sign_in(Office.user)
    Office.set_up = f"/en/seasons/{Office.season.public_id}/set-up"
    Office.rules = f"/en/rounds/{Office.round_.public_id}"
    return Office


def stored(session, statement):
    session.expire_all()
    found = session.scalars(statement).all()
    session.commit()
    return found


def basics(**over):
    return {
        "name-ru": "Сезон",
        "name-en": "Season",
        "slug": "2026",
        "opens_at": "2026-04-01T09:00",
        "closes_at": "2026-05-31T23:59",
    } | over


def test_dates_are_typed_in_the_zone_of_the_programme_and_kept_in_utc(office, session):
    assert office.client.post(f"{office.set_up}/basics", data=basics()).status_code == 303
    (season,) = stored(session, select(Season))
    assert season.closes_at.isoformat() == "2026-05-31T20:59:00+00:00"
    assert 'value="2026-05-31T23:59"' in office.client.get(f"{office.set_up}/basics").text


def test_a_time_that_the_clock_skips_or_repeats_is_refused_with_a_sentence(office, session):
    office.programme.time_zone = "Europe/Berlin"
    session.merge(office.programme)
    session.commit()
    gap = office.client.post(
        f"{office.set_up}/basics", data=basics(closes_at="2026-03-29T02:30", opens_at="")
    )
    fold = office.client.post(
        f"{office.set_up}/basics", data=basics(closes_at="2026-10-25T02:30", opens_at="")
    )
    assert (gap.status_code, fold.status_code) == (422, 422)
    assert "The clock skips this time that night" in gap.text
    assert "This time comes twice that night" in fold.text
    assert 'value="2026-03-29T02:30"' in gap.text
    assert 'id="closes_at-error"' in gap.text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"closes_at": "2026-03-01T00:00"}, "must close after they open"),
        ({"closes_at": "0001-01-01T00:00"}, "year between 2000 and 2099"),
        ({"closes_at": "soon"}, "Not a valid datetime value"),
        ({"slug": "Ünsinn"}, "small Latin letters"),
        ({"name-ru": "", "name-en": ""}, "at least one language"),
        ({"name-en": "x" * 1000}, "below 300 characters"),
        ({"code_prefix": "toolongprefix"}, "up to 8 capital Latin letters"),
    ],
)
def test_wrong_basics_are_refused_and_what_was_typed_is_kept(office, session, sent, sentence):
    answer = office.client.post(
        f"{office.set_up}/basics", data=basics(**{"about-de": "Für alle"}) | sent
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Für alle" in answer.text
    assert stored(session, select(Season.closes_at)) == [office.season.closes_at]


def test_a_text_in_a_language_that_was_not_sent_stays(office, session):
    office.client.post(f"{office.set_up}/basics", data=basics(**{"name-de": "Saison"}))
    sent = basics(**{"name-en": "Season two"})
    del sent["name-ru"]
    office.client.post(f"{office.set_up}/basics", data=sent)
    (season,) = stored(session, select(Season))
    assert season.name == {"ru": "Сезон", "en": "Season two", "de": "Saison"}


def test_a_question_with_its_choices_and_limits_is_made_and_comes_back_into_the_form(
    office, session
):
    sent = {
        "key": "region",
        "kind": "one_choice",
        "label-en": "Region",
        "visibility": "jurors",
        "options-0-key": "north",
        "options-0-ru": "Север",
        "options-0-en": "North",
        "options-0-de": "Norden",
        "options-2-key": "",
        "options-2-ru": "Юг",
        "required": "y",
    }
    answer = office.client.post(f"{office.set_up}/questions/new", data=sent)
    assert answer.status_code == 303
    (made,) = stored(session, select(Question).where(Question.key == "region"))
    assert made.options == [
        {"key": "north", "label": {"ru": "Север", "en": "North", "de": "Norden"}},
        {"key": "yug", "label": {"ru": "Юг"}},
    ]
    page = office.client.get(f"{office.set_up}/questions/{made.public_id}").text
    sent = forms_of(page)[-1].values
    assert [sent[f"options-{n}-{part}"] for n in (0, 1) for part in ("key", "ru", "de")] == [
        "north", "Север", "Norden", "yug", "Юг", ""
    ]  # fmt: skip


def test_what_has_no_short_name_gets_one_of_its_own_and_keeps_it(office, session):
    for name in ("Щедрый город, 2-й", "Щедрый город 2-й"):
        sent = {"name-ru": name}
        assert office.client.post(f"{office.set_up}/categories/new", data=sent).status_code == 303
    made = select(Category).order_by(Category.id.desc()).limit(1)
    (category,) = stored(session, made)
    assert category.key == "shchedryy_gorod_2_y_2"
    url = f"{office.set_up}/categories/{category.public_id}"
    assert office.client.post(url, data={"key": "", "name-ru": "Иной"}).status_code == 303
    (category,) = stored(session, made)
    assert (category.key, category.name) == ("shchedryy_gorod_2_y_2", {"ru": "Иной"})


def test_a_frequent_question_is_answered_in_each_language_and_stands_on_the_public_page(
    office, client, session
):
    sent = {"title-en": "May I enter alone?", "text-en": "Yes.", "title-de": "Allein?"}
    refused = office.client.post(f"{office.set_up}/faq/new", data={"title-en": "Alone?"})
    assert (refused.status_code, 'value="Alone?"' in refused.text) == (422, True)
    assert office.client.post(f"{office.set_up}/faq/new", data=sent).status_code == 303
    assert "May I enter alone?" in office.client.get(f"{office.set_up}/faq").text
    page = client.get(f"/en/{office.programme.slug}/{office.season.slug}").text
    assert "May I enter alone?" in page
    (row,) = stored(session, select(Faq))
    assert row.title == {"en": "May I enter alone?", "de": "Allein?"}
    gone = office.client.post(f"{office.set_up}/faq/{row.public_id}/remove")
    assert (gone.status_code, stored(session, select(Faq.id))) == (303, [])


def test_limits_of_another_kind_are_not_kept(office, session):
    sent = {"label-en": "Budget", "kind": "number", "visibility": "staff"}
    sent |= {"minimum": "0,5", "max_words": "3", "extensions": "pdf", "options-0-en": "left over"}
    assert office.client.post(f"{office.set_up}/questions/new", data=sent).status_code == 303
    (made,) = stored(session, select(Question).where(Question.key == "budget_2"))
    assert (made.limits, made.options) == ({"minimum": 0.5}, [])


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"options-1-ru": ""}, "at least two choices"),
        ({"options-0-ru": "", "options-1-ru": ""}, "at least two choices"),
        ({"options-1-key": "a"}, "have the same key"),
        ({"options-1-ru": "x" * 301}, "below 300 characters"),
        ({"kind": "number", "minimum": "3", "maximum": "2"}, "is below the smallest"),
        ({"key": "title"}, "a name that every entry has anyway"),
        ({"key": "problem"}, "is used already"),
        ({"key": "Kyrillisch й"}, "Latin letters"),
        ({"kind": "poem"}, "Not a valid choice"),
        ({"kind": "number", "minimum": "NaN"}, "Number must be between"),
        ({"kind": "number", "maximum": "1e400"}, "Number must be between"),
        ({"max_words": "many"}, "Not a valid integer"),
    ],
)
def test_a_wrong_question_is_refused_with_a_sentence(office, session, sent, sentence):
    whole = {
        "key": "region",
        "kind": "one_choice",
        "label-en": "A region to keep",
        "visibility": "jurors",
        "options-0-key": "a",
        "options-0-ru": "A",
        "options-1-key": "b",
        "options-1-ru": "B",
    }
    answer = office.client.post(f"{office.set_up}/questions/new", data=whole | sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="A region to keep"' in answer.text
    assert len(stored(session, select(Question))) == 3


def test_the_lists_of_a_season_change_by_a_click(office, session):
    first, second = stored(session, select(Category.public_id).order_by(Category.position))
    url = f"{office.set_up}/categories"
    assert office.client.post(f"{url}/{first}/down").status_code == 303
    order = select(Category.key).order_by(Category.position)
    assert stored(session, order) == ["environment", "inclusion"]
    assert office.client.post(f"{url}/{second}/remove").status_code == 303
    assert stored(session, order) == ["inclusion"]


def test_a_thing_of_another_season_is_not_there(office, session):
    other = make.make_season(session, office.programme)
    (foreign, _second) = stored(
        session, select(Category.public_id).where(Category.season_id == other.id)
    )
    url = f"{office.set_up}/categories/{foreign}"
    assert office.client.get(url).status_code == 404
    assert office.client.post(f"{url}/remove").status_code == 404
    assert len(stored(session, select(Category))) == 4


def test_a_criterion_with_levels_is_made(office, session):
    sent = {
        "key": "reach",
        "title-en": "Reach",
        "weight": "0.5",
        "minimum": "0",
        "maximum": "5",
        "step": "0.5",
        "required": "y",
        "levels-0-points": "0",
        "levels-0-ru": "Никого",
        "levels-1-points": "2,5",
        "levels-1-en": "A town",
    }
    assert office.client.post(f"{office.rules}/criteria/new", data=sent).status_code == 303
    (made,) = stored(session, select(Criterion).where(Criterion.key == "reach"))
    page = office.client.get(f"{office.rules}/criteria/{made.public_id}").text
    sent = forms_of(page)[-1].values
    assert [sent[f"levels-{n}-{part}"] for n in (0, 1) for part in ("points", "ru", "en")] == [
        "0", "Никого", "", "2.5", "", "A town"
    ]  # fmt: skip
    assert (sent["weight"], sent["maximum"]) == ("0.5", "5")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"maximum": "0"}, "must be above the lowest"),
        ({"step": "20"}, "shorter than one step"),
        ({"weight": "0"}, "Number must be"),
        ({"weight": "NaN"}, "Number must be"),
        ({"maximum": "Infinity"}, "Number must be"),
        ({"levels-0-points": "99", "levels-0-ru": "Много"}, "off the scale"),
        ({"levels-0-points": "1" * 290, "levels-0-ru": "x"}, "Write a score before “x”"),
        (
            {f"levels-{n}-{part}": "2" for n in (0, 1) for part in ("points", "en")},
            "Two levels have the score",
        ),
        ({"key": "impact"}, "is used already"),
    ],
)
def test_a_wrong_criterion_is_refused_with_a_sentence(office, session, sent, sentence):
    whole = {"key": "reach", "title-en": "Reach", "weight": "1", "minimum": "1"}
    whole |= {"maximum": "10", "step": "1"}
    answer = office.client.post(f"{office.rules}/criteria/new", data=whole | sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(stored(session, select(Criterion))) == 3


def round_form(**over):
    return {
        "name-en": "Round one",
        "jurors_per_entry": "3",
        "blind": "y",
        "ranks": "y",
        "rank_by": "plain",
        "cut": "2",
        "ties-0": "criterion:impact",
        "ties-1": "",
        "ties-2": "median",
        "ties-3": "lot",
    } | over


def test_a_round_is_changed_and_its_ties_are_read(office, session):
    answer = office.client.post(f"{office.rules}/set-up", data=round_form())
    assert answer.status_code == 303
    (round_,) = stored(session, select(Round))
    assert round_.ties == [
        {"rule": "criterion", "criterion": "impact"},
        {"rule": "median"},
        {"rule": "lot"},
    ]
    sent = forms_of(office.client.get(f"{office.rules}/set-up").text)[-1].values
    steps = [sent[f"ties-{number}"] for number in range(3)]
    assert steps == ["criterion:impact", "median", "lot"]


def test_an_unknown_tie_rule_is_refused_at_its_field(office):
    answer = office.client.post(
        f"{office.rules}/set-up", data=round_form(**{"ties-1": "coin toss"})
    )
    assert answer.status_code == 422
    assert "“coin toss” does not break ties" in answer.text
    assert 'id="ties-error"' in answer.text


def test_a_frozen_rule_is_refused_with_a_sentence_and_the_date_beside_it_is_kept(office, session):
    office.client.post(f"{office.rules}/state", data={"to": "open"})
    sent = round_form(cut="7", closes_at="2026-06-30T18:00")
    answer = office.client.post(f"{office.rules}/set-up", data=sent)
    assert answer.status_code == 409
    assert "The round has opened" in answer.text
    assert 'value="2026-06-30T18:00"' in answer.text
    assert stored(session, select(Round.cut)) == [2]


def test_a_round_is_added(office, session):
    answer = office.client.post(f"{office.set_up}/rounds/new", data=round_form())
    assert answer.status_code == 303
    assert stored(session, select(Round.position).order_by(Round.position)) == [1, 2]


def test_a_ready_rubric_is_taken_by_a_click(office, session):
    answer = office.client.post(f"{office.rules}/rubric", data={"rubric": "ten_criteria"})
    assert answer.status_code == 303
    assert len(stored(session, select(Criterion))) == 10


def test_results_steps_are_not_for_this_form(office):
    answer = office.client.post(f"{office.rules}/state", data={"to": "announced"})
    assert answer.status_code == 404


def test_a_season_moves_on_by_a_click_and_a_wrong_step_gets_a_sentence(office, session):
    url = f"/en/seasons/{office.season.public_id}/state"
    assert office.client.post(url, data={"to": "closed"}).status_code == 303
    assert stored(session, select(Season.state)) == [SeasonState.CLOSED]
    assert office.client.post(url, data={"to": "announced"}).status_code == 409
    assert office.client.post(url, data={"to": "nonsense"}).status_code == 404
    assert stored(session, select(Season.state)) == [SeasonState.CLOSED]


def programme_form(**over):
    return {
        "name-en": "Award",
        "slug": "award",
        "colour": "#123456",
        "time_zone": "Europe/Moscow",
        "languages": ["ru", "en"],
        "contact_email": "hello@example.com",
    } | over


def test_a_logo_is_drawn_again_and_nothing_but_a_picture_is_kept(office, session, app):
    picture = io.BytesIO()
    Image.new("RGB", (2000, 10)).save(picture, "JPEG", comment=b"secret place")
    picture.seek(0)
    url = f"/en/programmes/{office.programme.public_id}"
    sent = programme_form(logo=(picture, "logo.jpg"))
    assert office.client.post(url, data=sent).status_code == 303
    (programme,) = stored(session, select(Programme))
    (file,) = stored(session, select(StoredFile))
    content = app.extensions["storage"].read(file.storage_name)
    assert programme.logo_id == file.id
    assert content.startswith(b"\x89PNG")
    assert b"secret place" not in content


def test_what_is_no_picture_is_refused_and_nothing_is_saved(office, session):
    url = f"/en/programmes/{office.programme.public_id}"
    sent = programme_form(logo=(io.BytesIO(b"<svg onload=alert(1)>"), "logo.png"))
    answer = office.client.post(url, data=sent)
    assert answer.status_code == 422
    assert "not a PNG or JPEG picture" in answer.text
    assert stored(session, select(Programme.slug)) == [office.programme.slug]


def test_an_auditor_reads_the_set_up_and_changes_nothing(office, session, sign_in):
    client = sign_in(office.auditor)
    for page in (office.set_up, f"{office.set_up}/questions", f"{office.set_up}/rounds"):
        assert client.get(page).status_code == 200
    assert client.get(f"{office.rules}/set-up").status_code == 200
    assert '<form method="post">' not in client.get(f"{office.rules}/set-up").text
    for page in (f"{office.set_up}/basics", f"{office.set_up}/questions/new"):
        assert client.get(page).status_code == 404
    assert client.post(f"{office.rules}/set-up", data=round_form()).status_code == 404
    assert client.post(f"{office.rules}/rubric", data={"rubric": "x"}).status_code == 404


def test_the_lists_cost_the_same_at_3_and_at_60_rows(office, session, count_queries):
    url = f"{office.set_up}/questions"
    few = count_queries(lambda: office.client.get(url))
    for position in range(57):
        make.make_question(session, office.season, position=position + 10)
    session.commit()
    assert count_queries(lambda: office.client.get(url)) == few

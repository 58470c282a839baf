"""What a season is: its lists, their keys, and what answers keep in place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from award.errors import InputError, NotFoundError, RuleError
from award.models.operations import AuditRow
from award.models.results import CertificateKind, CertificateLook, Signatory
from award.models.seasons import Category, Consent, Question, QuestionKind, SeasonState
from award.results.certificates.look_queries import looks, signatories
from award.seasons import service
from award.seasons.beginning.copying import copy_set_up
from award.seasons.beginning.starters import begin_list
from award.seasons.queries import form_of, rubric_of
from award.seasons.rounds.service import use_ready_rubric
from award.seasons.set_up.queries import item_rows, missing_to_open
from award.seasons.transitions import set_season_state
from tests import factories as make


@pytest.fixture
def season(session):
    return make.make_season(session)


@pytest.fixture
def office(session, season):
    return make.make_staff(session, season.programme).id


def save(session, season, model, values, *, item_id=None, actor_id, now):
    return service.save_item(session, season.id, model, item_id, values, actor_id=actor_id, now=now)


def question(**over):
    return {"key": "budget_plan", "kind": QuestionKind.NUMBER, "label": {"en": "Budget"}} | over


def test_a_new_item_goes_to_the_end_of_its_list(session, season, office, now):
    save(session, season, Question, question(), actor_id=office, now=now)
    keys = [row.key for row in item_rows(session, season.id, Question, "en")]
    assert keys == ["problem", "solution", "budget", "budget_plan"]


def test_a_key_is_given_once(session, season, office, now):
    with pytest.raises(InputError, match="key_taken") as refused:
        save(session, season, Question, question(key="problem"), actor_id=office, now=now)
    assert refused.value.field == "key"


@pytest.mark.parametrize("key", ["title", "category", "summary", "city"])
def test_a_question_cannot_take_the_key_of_what_every_entry_has(session, season, office, now, key):
    with pytest.raises(InputError, match="key_reserved"):
        save(session, season, Question, question(key=key), actor_id=office, now=now)


def test_a_changed_consent_text_is_a_new_version_and_a_changed_title_is_not(
    session, season, office, now
):
    values = {"key": "part", "title": {"en": "Part"}, "text": {"en": "I take part."}}
    consent = save(session, season, Consent, values, actor_id=office, now=now)
    again = values | {"title": {"en": "Taking part"}}
    save(session, season, Consent, again, item_id=consent.id, actor_id=office, now=now)
    assert consent.text_version == 1
    again = values | {"text": {"en": "I take part and pay."}}
    save(session, season, Consent, again, item_id=consent.id, actor_id=office, now=now)
    assert consent.text_version == 2


def test_an_answered_question_keeps_its_key_but_not_its_words(session, season, office, now):
    make.make_entry(session, season)
    budget = next(one for one in season.questions if one.key == "budget")
    change = {"item_id": budget.id, "actor_id": office, "now": now}
    words = {"key": "budget", "kind": QuestionKind.NUMBER, "label": {"en": "How much?"}}
    save(session, season, Question, words, **change)
    with pytest.raises(RuleError, match="question_answered") as refused:
        save(session, season, Question, words | {"key": "money"}, **change)
    assert refused.value.params["count"] == 1


def test_an_unanswered_question_may_go(session, season, office, now):
    service.remove_item(session, season.questions[0], actor_id=office, now=now)
    rows = item_rows(session, season.id, Question, "en")
    assert [row.key for row in rows] == ["solution", "budget"]


def test_a_category_in_use_stays(session, season, office, now):
    make.make_entry(session, season)
    used, unused = season.categories
    with pytest.raises(RuleError, match="category_used"):
        service.remove_item(session, used, actor_id=office, now=now)
    service.remove_item(session, unused, actor_id=office, now=now)
    assert [row.key for row in item_rows(session, season.id, Category, "en")] == ["inclusion"]


def test_no_two_categories_are_called_alike(session, season, office, now):
    first, second = season.categories
    name = {"en": second.name["en"].upper(), "ru": "Другое"}
    for changed in (None, first.id):
        with pytest.raises(InputError, match="name_taken") as refused:
            service.save_item(
                session, season.id, Category, changed, {"name": name}, actor_id=office, now=now
            )
        assert refused.value.field == "name"
    same = {"name": dict(second.name)}
    service.save_item(session, season.id, Category, second.id, same, actor_id=office, now=now)


def test_moving_an_item_changes_places_and_at_the_end_nothing(session, season, now):
    def keys():
        return [row.key for row in item_rows(session, season.id, Question, "en")]

    first = season.questions[0]
    siblings = list(season.questions)
    service.move_of_season(session, first, 1, siblings=siblings, actor_id=None, now=now)
    assert keys() == ["solution", "problem", "budget"]
    log = session.scalars(select(AuditRow)).one()
    assert (log.action, log.before, log.after) == (
        "question.moved",
        {"position": 0},
        {"position": 1},
    )
    siblings.sort(key=lambda one: one.position)
    service.move_item(session, siblings[0], -1, siblings=siblings)
    session.flush()
    assert keys() == ["solution", "problem", "budget"]


def test_two_seasons_of_a_programme_have_different_addresses(session, season, office, now):
    with pytest.raises(InputError, match="slug_taken"):
        service.create_season(
            session,
            season.programme_id,
            name={"en": "X"},
            slug=season.slug,
            actor_id=office,
            now=now,
        )
    other = make.make_programme(session)
    made = service.create_season(
        session, other.id, name={"en": "X"}, slug=season.slug, actor_id=office, now=now
    )
    assert made.state is SeasonState.DRAFT


def test_a_change_is_logged_with_what_was_and_what_is(session, season, office, now):
    service.update_season(session, season.id, {"max_team": 5}, actor_id=office, now=now)
    service.update_season(session, season.id, {"max_team": 5}, actor_id=office, now=now)
    (row,) = session.scalars(select(AuditRow).where(AuditRow.action == "season.changed"))
    assert (row.before, row.after) == ({"max_team": None}, {"max_team": 5})


def test_a_season_that_has_been_opened_keeps_both_its_dates(session, season, office, now):
    season.state = SeasonState.DRAFT
    service.update_season(session, season.id, {"closes_at": None}, actor_id=office, now=now)
    assert season.closes_at is None
    season.state = SeasonState.OPEN
    for name in ("opens_at", "closes_at"):
        with pytest.raises(InputError, match="dates_needed") as refused:
            service.update_season(session, season.id, {name: None}, actor_id=office, now=now)
        assert refused.value.field == name


def test_a_copy_has_everything_that_was_set_up_and_nothing_that_happened(
    session, season, office, now
):
    round_ = make.make_round(session, season)
    use = make.make_round(session, season, position=2, state="set_up")
    use_ready_rubric(session, use.id, "social_impact", actor_id=office, now=now)
    make.make_submitted(session, season)
    look = {"kind": CertificateKind.JUROR, "template": "engraved", "orientation": "portrait"}
    session.add(CertificateLook(season_id=season.id, **look))
    session.add_all(
        Signatory(season_id=season.id, name={"en": name}, role={"en": "Chair"})
        for name in ("Ada", "Bo")
    )
    session.flush()
    copied = make.make_copy(session, season)
    session.expire_all()
    assert (copied.state, copied.opens_at, copied.closes_at) == (SeasonState.DRAFT, None, None)
    old, new = form_of(session, season.id, "en"), form_of(session, copied.id, "en")
    assert [one.key for one in new.categories] == [one.key for one in old.categories]
    assert new.questions == old.questions
    assert {one.id for one in new.categories}.isdisjoint(one.id for one in old.categories)
    assert [one.state.value for one in copied.rounds] == ["set_up", "set_up"]
    assert [one.opens_at for one in copied.rounds] == [None, None]
    for before, after in zip(season.rounds, copied.rounds, strict=True):
        rubrics = [rubric_of(session, one.id, "en").criteria for one in (before, after)]
        assert [(c.key, c.weight, c.levels) for c in rubrics[0]] == [
            (c.key, c.weight, c.levels) for c in rubrics[1]
        ]
    assert looks(session, copied.id) == looks(session, season.id)
    assert looks(session, copied.id)[CertificateKind.JUROR] == ("engraved", "portrait")
    signing = [signatories(session, one.id, "en") for one in (season, copied)]
    assert [[(one.name, one.role) for one in rows] for rows in signing] == [
        [("Ada", "Chair"), ("Bo", "Chair")]
    ] * 2
    assert {one.public_id for one in signing[0]}.isdisjoint(one.public_id for one in signing[1])
    assert round_.state.value == "open"
    assert set_of_codes(session, copied) == {"missing_contact", "missing_dates", "missing_consents"}

    with pytest.raises(RuleError, match="set_up_not_empty"):
        copy_set_up(session, copied.id, season.id, actor_id=None, now=now)
    foreign = make.make_season(session)
    with pytest.raises(NotFoundError):
        copy_set_up(session, copied.id, foreign.id, actor_id=None, now=now)


def set_of_codes(session, season):
    return {one.code for one in missing_to_open(session, season.id)}


def test_the_checklist_names_everything_that_an_empty_season_lacks(session, now):
    programme = make.make_programme(session)
    empty = service.create_season(
        session, programme.id, name={"en": "Empty"}, slug="empty", actor_id=None, now=now
    )
    assert [one.code for one in missing_to_open(session, empty.id)] == [
        "missing_contact",
        "missing_dates",
        "missing_categories",
        "missing_questions",
        "missing_consents",
        "missing_rounds",
        "missing_rubric",
    ]
    with pytest.raises(RuleError, match="season_incomplete") as refused:
        set_season_state(session, empty.id, SeasonState.OPEN, actor_id=None, now=now)
    assert refused.value.params["count"] == 7


def test_a_complete_season_opens(session, season, office, now):
    season.state = SeasonState.DRAFT
    season.programme.contact_email = "hello@example.com"
    make.make_round(session, season)
    values = {"key": "part", "title": {"en": "Part"}, "text": {"en": "I take part."}}
    save(session, season, Consent, values, actor_id=office, now=now)
    assert missing_to_open(session, season.id) == []
    set_season_state(session, season.id, SeasonState.OPEN, actor_id=office, now=now)
    assert season.state is SeasonState.OPEN


def test_an_empty_list_begins_with_a_template_and_a_full_one_stays_as_it_is(session, office, now):
    programme = make.make_programme(session)
    empty = service.create_season(
        session, programme.id, name={"en": "New"}, slug="new", actor_id=office, now=now
    )
    for model in (Category, Question, Consent):
        count = begin_list(session, empty.id, model, actor_id=office, now=now)
        rows = item_rows(session, empty.id, model, "ru")
        assert count == len(rows) > 1
        assert all(row.label for row in rows)
        with pytest.raises(RuleError, match="list_not_empty"):
            begin_list(session, empty.id, model, actor_id=office, now=now)
    left = {one.code for one in missing_to_open(session, empty.id)}
    assert left == {"missing_contact", "missing_dates", "missing_rounds", "missing_rubric"}
    assert [one.key for one in form_of(session, empty.id, "de").questions][:2] == [
        "problem", "solution"
    ]  # fmt: skip

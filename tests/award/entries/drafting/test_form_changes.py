"""A form that changes while teams answer it: nothing that anybody answered is ever lost."""

from __future__ import annotations

import re

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from award.db import unit_of_work
from award.entries.drafting import service as entries
from award.entries.forms import answers_form
from award.entries.reading.juror_view import entry_for_juror
from award.entries.reading.queries import entry_for_team
from award.entries.requirements.answers import all_questions
from award.entries.requirements.asked import asked_of
from award.entries.screening.queries import entry_for_staff
from award.errors import RuleError
from award.models.entries import Answer, ConsentGiven, Entry, EntryState, EntryVersion, StoredFile
from award.models.form_versions import FormVersion
from award.models.seasons import Consent, Question, QuestionKind, Visibility
from award.results.downloads.tables import entries_table
from award.seasons import service
from award.seasons.form.effects import effects_of_change, effects_of_removal
from award.texts import say
from tests import factories as make

CHOICES = [{"key": key, "label": {"en": key.upper()}} for key in ("a", "b", "c")]


class Changing:
    """A season with one draft and one submitted entry, and an organiser at its form."""

    def __init__(self, session, now):
        self.session, self.now = session, now
        self.season = make.make_season(session)
        self.where = make.make_question(
            session,
            self.season,
            key="where",
            kind=QuestionKind.MANY_CHOICES,
            options=CHOICES,
            required=False,
            position=5,
        )
        self.lead = make.make_user(session)
        self.draft = make.make_entry(session, self.season, answers={"where": ["b"]})
        self.sent = make.make_entry(
            session, self.season, lead=self.lead, answers={"where": ["a", "c"]}
        )
        self.office = make.make_staff(session, self.season.programme)
        session.commit()
        self.submit()

    def submit(self):
        with unit_of_work() as unit:
            entries.submit_entry(
                unit, self.sent.id, actor_id=self.lead.id, now=self.now, language="en"
            )
        self.session.expire_all()

    def question(self, key):
        return self.session.scalars(select(Question).where(Question.key == key)).one()

    def values(self, key, **over):
        row = self.question(key)
        names = ("key", "kind", "label", "help", "required", "visibility", "options", "limits")
        return {name: getattr(row, name) for name in names} | over

    def save(self, key, **over):
        row, values = self.question(key), self.values(key, **over)
        change = {"actor_id": self.office.id, "now": self.now}
        made = service.save_item(self.session, self.season.id, Question, row.id, values, **change)
        self.session.commit()
        return made

    def add(self, **over):
        values = {"key": "", "kind": QuestionKind.SHORT_TEXT, "label": {"en": "Mentor"}} | over
        change = {"actor_id": self.office.id, "now": self.now}
        service.save_item(self.session, self.season.id, Question, None, values, **change)
        self.session.commit()

    def remove(self, key):
        row = self.question(key)
        gone = service.remove_item(self.session, row, actor_id=self.office.id, now=self.now)
        self.session.commit()
        return gone

    def effects(self, key, **over):
        values = self.values(key, **over)
        found = effects_of_change(self.session, self.season.id, self.question(key), values, "en")
        return [(one.code, one.amount.drafts, one.amount.submitted) for one in found]

    def team(self, entry):
        return entry_for_team(self.session, entry.id, language="en", now=self.now)

    def staff(self, entry):
        return entry_for_staff(self.session, entry.id, language="en", now=self.now)

    def problems(self, entry):
        return [(one.code, one.question) for one in self.team(entry).problems]


@pytest.fixture
def form(session, now):
    return Changing(session, now)


def test_an_answered_question_is_withdrawn_and_its_answers_stay_with_team_and_organisers(form):
    juror = entry_for_juror(form.session, form.sent.id, blind=True, language="en")
    assert "problem" in [one.key for one in juror.answers]
    assert form.remove("problem") is False
    team, staff = form.team(form.draft), form.staff(form.sent)
    assert [(one.key, one.text) for one in team.kept] == [("problem", "A real problem.")]
    assert "problem" not in team.answers
    assert not team.problems_of("answers")
    shown = {one.key: one for one in staff.answers}["problem"]
    assert (shown.text, shown.withdrawn_at) == ("A real problem.", form.now)
    assert staff.breaches == ()
    juror = entry_for_juror(form.session, form.sent.id, blind=True, language="en")
    assert "problem" not in [one.key for one in juror.answers]
    table = entries_table(form.session, form.season.id, "en", str)
    titles = {one.key: one.title for one in table.columns}
    assert titles["answer:problem"] == "Problem (no longer asked)"
    assert [row["answer:problem"] for row in table.rows] == ["A real problem."]


def test_who_hands_in_again_after_a_withdrawal_sends_what_is_asked_and_loses_nothing(form):
    form.remove("problem")
    assert not form.team(form.sent).unsent
    with pytest.raises(RuleError, match="nothing_new"):
        form.submit()
    answer = form.session.scalars(
        select(Answer).where(Answer.entry_id == form.sent.id, Answer.key == "solution")
    ).one()
    answer.value = "Another one."
    form.session.commit()
    form.submit()
    staff = form.staff(form.sent)
    assert "problem" not in staff.entry.sent.answers
    assert [(one.key, one.text) for one in staff.earlier] == [("problem", "A real problem.")]
    assert [one.key for one in form.team(form.sent).kept] == ["problem"]


def test_a_question_asked_again_has_its_answers_back(form):
    form.remove("problem")
    row = form.question("problem")
    service.restore_item(form.session, row, actor_id=form.office.id, now=form.now)
    form.session.commit()
    team = form.team(form.draft)
    assert (team.kept, team.answers["problem"]) == ((), "A real problem.")


def test_a_question_that_nobody_answered_goes_for_good(form):
    form.add(key="mentor")
    assert form.remove("mentor") is True
    assert form.session.scalars(select(Question).where(Question.key == "mentor")).all() == []


def test_another_kind_makes_a_new_question_beside_the_answers_of_the_old(form):
    made = form.save("budget", kind=QuestionKind.LONG_TEXT, label={"en": "Your budget"})
    old = form.question("budget")
    assert (old.kind, old.withdrawn_at) == (QuestionKind.NUMBER, form.now)
    assert (made.key, made.position, made.required) == ("your_budget", old.position, True)
    assert form.problems(form.draft) == [("answer_missing_since", "your_budget")]
    assert [(one.key, one.text) for one in form.team(form.draft).kept] == [("budget", "100,000")]


def test_what_is_required_anew_holds_drafts_back_and_unsubmits_nothing(form):
    form.add(required=True)
    assert form.problems(form.draft) == [("answer_missing_since", "mentor")]
    (problem,) = form.team(form.draft).problems
    sentence = say(problem.code, "en", problem.params)
    assert sentence.startswith("“Mentor” has no answer yet. The organisers ask everybody for it")
    form.session.refresh(form.sent)
    assert form.sent.state is EntryState.SUBMITTED
    assert form.staff(form.sent).breaches == ()


def test_a_choice_that_was_made_stays_readable_and_is_offered_no_more(form):
    form.save("where", options=[CHOICES[1]])
    kept = {one["key"]: "withdrawn" in one for one in form.question("where").options}
    assert kept == {"b": False, "a": True, "c": True}
    assert form.problems(form.draft) == []
    assert form.problems(form.sent) == [("choice_withdrawn", "where")]
    shown = {one.key: one for one in form.staff(form.sent).answers}["where"]
    assert (shown.items, form.staff(form.sent).breaches) == (("A", "C"), ())
    twice = form.save("where", options=[CHOICES[1]])
    assert len(twice.options) == 3


def test_a_page_without_javascript_keeps_a_choice_that_is_offered_no_more(form, app):
    form.save("where", options=[CHOICES[1]])
    team = form.team(form.sent)
    asked = all_questions(asked_of(form.session, form.season.id, "en"), "en")
    with app.test_request_context("/en/"), force_locale("en"):
        field = answers_form(asked, team.drafts)["q_where"]
        assert [label for _key, label in field.choices] == [
            "B", "A (no longer offered)", "C (no longer offered)"
        ]  # fmt: skip
        assert [label for _key, label in answers_form(asked, {})["q_where"].choices] == ["B"]


def test_who_writes_while_the_question_is_withdrawn_is_told(form):
    form.remove("problem")
    with pytest.raises(RuleError, match="question_withdrawn") as refused, unit_of_work() as unit:
        entries.save_answer(
            unit,
            form.draft.id,
            "problem",
            "New",
            1,
            actor_id=form.lead.id,
            now=form.now,
            language="en",
        )
    assert refused.value.params == {"question": "Problem"}


def test_each_version_remembers_the_form_that_it_answered_and_its_words(form):
    form.save("problem", label={"en": "What is wrong?"})
    versions = form.session.scalars(select(FormVersion).order_by(FormVersion.number)).all()
    assert [one.number for one in versions] == [1, 2]
    sent = form.session.get_one(
        EntryVersion, form.session.get_one(Entry, form.sent.id).current_version_id
    )
    assert sent.form_version_id == versions[0].id
    shown = {one.key: one for one in form.staff(form.sent).answers}["problem"]
    assert (shown.label, shown.label_now) == ("Problem", "What is wrong?")
    form.save("problem", label={"en": "What is wrong?"})
    assert len(form.session.scalars(select(FormVersion)).all()) == 2


def test_files_of_a_withdrawn_question_stay_and_are_not_handed_in_again(form):
    make.make_question(
        form.session, form.season, key="deck", kind=QuestionKind.FILE, required=False
    )
    form.session.add(
        StoredFile(
            programme_id=form.season.programme_id,
            entry_id=form.draft.id,
            question_key="deck",
            name="plan.pdf",
            media_type="application/pdf",
            size=9,
            sha256="0" * 64,
            storage_name="plan",
            uploaded_at=form.now,
        )
    )
    form.session.commit()
    assert "deck" in form.team(form.draft).answers
    assert form.remove("deck") is False
    team = form.team(form.draft)
    assert ([one["name"] for one in team.kept_files], team.files) == (["plan.pdf"], ())
    assert "deck" not in team.answers


@pytest.mark.parametrize(
    ("key", "over", "effects"),
    [
        ("problem", {}, []),
        ("problem", {"help": {"en": "Short."}}, []),
        (
            "problem",
            {"label": {"en": "Why?"}},
            [("answered", 1, 1), ("worded_otherwise", 0, 1)],
        ),
        ("problem", {"limits": {"max_words": 2}}, [("answered", 1, 1), ("too_tight", 1, 1)]),
        ("problem", {"limits": {"max_words": 3}}, []),
        (
            "problem",
            {"visibility": Visibility.STAFF},
            [("answered", 1, 1), ("hidden_from_jurors", 1, 1)],
        ),
        (
            "where",
            {"options": CHOICES[1:]},
            [("answered", 1, 1), ("choice_gone", 0, 1)],
        ),
        ("where", {"required": True}, [("answered", 1, 1), ("required", 0, 1)]),
        (
            "budget",
            {"kind": QuestionKind.DATE},
            [("answered", 1, 1), ("replaced", 1, 1), ("required", 1, 1)],
        ),
    ],
)
def test_what_a_change_does_is_counted_before_it_is_saved(form, key, over, effects):
    assert form.effects(key, **over) == effects


def test_a_consent_that_was_given_is_withdrawn_with_its_proofs(form, session):
    consent = Consent(season_id=form.season.id, key="part", title={"en": "Part"}, text={"en": "I"})
    session.add(consent)
    session.flush()
    session.add(
        ConsentGiven(
            consent_id=consent.id,
            entry_id=form.sent.id,
            user_id=form.lead.id,
            text_version=1,
            text_digest="0" * 64,
            given_at=form.now,
        )
    )
    session.commit()
    (effect,) = effects_of_removal(session, consent)
    assert (effect.code, effect.amount.submitted) == ("consents", 1)
    service.remove_item(session, consent, actor_id=form.office.id, now=form.now)
    session.commit()
    assert len(session.scalars(select(ConsentGiven)).all()) == 1
    assert asked_of(session, form.season.id, "en").consents == ()


def test_a_copied_season_asks_only_what_is_still_asked(form):
    form.remove("problem")
    form.save("where", options=[CHOICES[1]])
    made = make.make_copy(form.session, form.season)
    assert [one.key for one in made.questions] == ["solution", "budget", "where"]
    assert made.questions[-1].options == [CHOICES[1]]


def test_the_organiser_reads_what_a_change_does_and_saves_exactly_that(form, sign_in):
    client = sign_in(form.office)
    url = (
        f"/en/seasons/{form.season.public_id}/set-up/questions/{form.question('problem').public_id}"
    )
    sent = {"key": "problem", "kind": "long_text", "label-en": "Why?", "visibility": "jurors"}
    page = client.post(url, data=sent | {"required": "y"})
    assert page.status_code == 200
    assert "1 draft, 1 submitted entry" in page.text
    form.session.commit()
    assert form.question("problem").label["en"] == "Problem"
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page.text)
    other = client.post(url, data=sent | {"required": "y", "seen": seen, "label-en": "How?"})
    assert other.status_code == 200
    assert client.post(url, data=sent | {"required": "y", "seen": seen}).status_code == 303
    form.session.commit()
    assert form.question("problem").label["en"] == "Why?"
    asked = client.get(f"{url}/remove").text
    assert "1 draft, 1 submitted entry" in asked
    assert client.post(f"{url}/remove").status_code == 303
    page = client.get(f"/en/seasons/{form.season.public_id}/set-up/questions").text
    assert "withdrawn on" in page
    assert "Version 3" in page
    assert client.post(f"{url}/restore").status_code == 303
    form.session.commit()
    assert form.question("problem").withdrawn_at is None

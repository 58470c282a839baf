"""The lists of the set-up that are edited alike: how each goes into its form and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from award.models.seasons import (
    Category,
    Consent,
    ConsentScope,
    Faq,
    Prize,
    PrizeKind,
    Question,
    QuestionKind,
    Visibility,
)
from award.seasons.forms import CategoryForm, ConsentForm, FaqForm, PrizeForm, QuestionForm

LIMITS = ("max_words", "max_characters", "minimum", "maximum", "max_megabytes", "max_files")


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A list of the set-up: its model, form, and the words of its page."""

    model: type[Any]
    form: type[FlaskForm]
    read: Callable[[FlaskForm], Mapping[str, Any]]
    fill: Callable[[Any], Mapping[str, Any]]
    title: Any
    add: Any
    change: Any
    about: Any
    empty: Any
    example: Any


def _plain(form: FlaskForm) -> dict[str, Any]:
    return {name: field.data for name, field in form._fields.items() if name != "csrf_token"}


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _read_question(form: Any) -> dict[str, Any]:
    kind = form.kind.data
    own = {name for name, kinds in form.only_for.items() if kind in kinds.split()}
    limits: dict[str, Any] = {
        name: float(form[name].data) if name in {"minimum", "maximum"} else form[name].data
        for name in LIMITS
        if name in own and form[name].data is not None
    }
    extensions = [part.strip() for part in (form.extensions.data or "").split(",") if part.strip()]
    if extensions and "extensions" in own:
        limits["extensions"] = extensions
    return {
        "key": form.key.data,
        "kind": QuestionKind(form.kind.data),
        "label": form.label.data,
        "help": form.help.data,
        "required": form.required.data,
        "visibility": Visibility(form.visibility.data),
        "published": form.published.data,
        "options": form.options.data if "options" in own else [],
        "limits": limits,
    }


def _fill_question(row: Question) -> dict[str, Any]:
    return {
        **_columns(row),
        **row.limits,
        "options": [one for one in row.options if not one.get("withdrawn")],
        "kind": row.kind.value,
        "visibility": row.visibility.value,
        "extensions": ", ".join(row.limits.get("extensions", ())),
    }


def _read_consent(form: Any) -> dict[str, Any]:
    return _plain(form) | {"scope": ConsentScope(form.scope.data)}


def _read_prize(form: Any) -> dict[str, Any]:
    kind = form.kind.data
    return _plain(form) | {
        "kind": PrizeKind(kind),
        "place": form.place.data if kind == "main" else None,
        "partner": (form.partner.data or "") if kind == "special" else "",
    }


ITEMS: Mapping[str, ItemKind] = {
    "categories": ItemKind(
        Category,
        CategoryForm,
        _plain,
        _columns,
        _l("Categories"),
        _l("Add a category"),
        _l("Change a category"),
        _l("What can teams enter for? Without a category nobody can."),
        _l("No category yet"),
        _l(
            "Three to five are easy to choose from. Where the award has only one, add that one and "
            "name it after the award."
        ),
    ),
    "questions": ItemKind(
        Question,
        QuestionForm,
        _read_question,
        _fill_question,
        _l("Entry form"),
        _l("Add a question"),
        _l("Change a question"),
        _l("Title, category, summary, city, organisation and topics are always asked."),
        _l("No question of your own yet"),
        _l(
            "Four to eight are plenty: the problem, the solution, what is done already, what the "
            "money is for. A word limit spares teams and jurors alike."
        ),
    ),
    "consents": ItemKind(
        Consent,
        ConsentForm,
        _read_consent,
        lambda row: _columns(row) | {"scope": row.scope.value},
        _l("Consents"),
        _l("Add a consent"),
        _l("Change a consent"),
        _l("Each consent stands alone: one for taking part, one for publishing, and so on."),
        _l("No consent yet"),
        _l(
            "Begin with the one that lets you keep the data of those who enter. Whoever may refuse "
            "without losing the place gets a consent that is not required."
        ),
    ),
    "prizes": ItemKind(
        Prize,
        PrizeForm,
        _read_prize,
        lambda row: _columns(row) | {"kind": row.kind.value},
        _l("Prizes"),
        _l("Add a prize"),
        _l("Change a prize"),
        _l("What do winners get?"),
        _l("No prize yet"),
        _l(
            "A season needs none. A prize of the ranking goes to a place, a partner's prize to "
            "whom the partner chooses, the community award to the winner of the public vote."
        ),
    ),
    "faq": ItemKind(
        Faq,
        FaqForm,
        _plain,
        _columns,
        _l("Frequent questions"),
        _l("Add a frequent question"),
        _l("Change a frequent question"),
        _l("What do people ask you by mail? Answered here, it stands on the season's page."),
        _l("No frequent question yet"),
        _l(
            "A season needs none. Good ones to begin with: may one enter alone, what does it "
            "cost, may an entry be changed after it was handed in."
        ),
    ),
}

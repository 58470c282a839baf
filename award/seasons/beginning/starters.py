"""What a season begins with: categories, an entry form and consents for a list that is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import locked
from award.errors import NotFoundError, RuleError
from award.models.seasons import (
    Category,
    Consent,
    ConsentScope,
    Question,
    QuestionKind,
    Season,
    Visibility,
)
from award.seasons.rounds.rubrics import SOCIAL_IMPACT
from award.seasons.rounds.service import add_round, use_ready_rubric
from award.seasons.service import save_item
from award.seasons.set_up.queries import set_up_counts


def _text(ru: str, en: str, de: str) -> Mapping[str, str]:
    return {"ru": ru, "en": en, "de": de}


def _question(
    key: str, kind: QuestionKind, label: Mapping[str, str], **more: Any
) -> dict[str, Any]:
    usual = {"help": {}, "required": True, "visibility": Visibility.JURORS, "options": []}
    return usual | {"limits": {}, "key": key, "kind": kind, "label": label} | more


CATEGORIES = (
    {"key": "environment", "name": _text("Природа", "Environment", "Umwelt"), "about": {}},
    {"key": "inclusion", "name": _text("Инклюзия", "Inclusion", "Inklusion"), "about": {}},
    {"key": "education", "name": _text("Образование", "Education", "Bildung"), "about": {}},
    {"key": "community", "name": _text("Город и соседи", "Community", "Stadt und Nachbarschaft"),
     "about": {}},
)  # fmt: skip
QUESTIONS = (
    _question(
        "problem",
        QuestionKind.LONG_TEXT,
        _text(
            "Какую проблему вы решаете?", "What problem do you solve?", "Welches Problem lösen Sie?"
        ),
        help=_text(
            "Кого она касается и откуда вы о ней знаете?",
            "Whom does it concern, and how do you know?",
            "Wen betrifft es, und woher wissen Sie davon?",
        ),
        limits={"max_words": 250},
    ),
    _question(
        "solution",
        QuestionKind.LONG_TEXT,
        _text("Как вы её решаете?", "How do you solve it?", "Wie lösen Sie es?"),
        help=_text(
            "Что вы делаете и почему это сработает?",
            "What do you do, and why will it work?",
            "Was tun Sie, und warum wird es wirken?",
        ),
        limits={"max_words": 300},
    ),
    _question(
        "done",
        QuestionKind.LONG_TEXT,
        _text("Что уже сделано?", "What is done already?", "Was ist schon getan?"),
        limits={"max_words": 200},
        required=False,
    ),
    _question(
        "budget",
        QuestionKind.NUMBER,
        _text("Сколько денег нужно?", "How much money do you need?", "Wie viel Geld brauchen Sie?"),
        limits={"minimum": 0.0},
    ),
    _question(
        "presentation",
        QuestionKind.FILE,
        _text("Презентация или фото", "A presentation or pictures", "Präsentation oder Fotos"),
        limits={"extensions": ["pdf", "jpg", "png"], "max_files": 3, "max_megabytes": 10},
        required=False,
    ),
)
CONSENTS = (
    {
        "key": "participation",
        "scope": ConsentScope.MEMBER,
        "title": _text("Участие и данные", "Taking part and data", "Teilnahme und Daten"),
        "text": _text(
            "Я участвую в программе и даю согласие, чтобы организаторы хранили мои имя, адрес "
            "почты и дату рождения и использовали их для её проведения.",
            "I take part in the programme and agree that the organisers keep my name, e-mail "
            "address and birth date and use them to run it.",
            "Ich nehme am Programm teil und bin einverstanden, dass die Organisation meinen "
            "Namen, meine E-Mail-Adresse und mein Geburtsdatum speichert und dafür verwendet.",
        ),
        "required": True,
        "by_guardian": True,
    },
    {
        "key": "rules",
        "scope": ConsentScope.ENTRY,
        "title": _text("Правила и авторство", "Rules and authorship", "Regeln und Urheberschaft"),
        "text": _text(
            "Мы знаем правила программы; работа наша, чужое в ней указано.",
            "We know the rules of the programme; the work is ours, and what is not is named.",
            "Wir kennen die Regeln des Programms; die Arbeit ist unsere, Fremdes ist genannt.",
        ),
        "required": True,
        "by_guardian": False,
    },
    {
        "key": "publication",
        "scope": ConsentScope.MEMBER,
        "title": _text("Публикация имени", "Publishing my name", "Veröffentlichung meines Namens"),
        "text": _text(
            "Если наша заявка выйдет в финал, моё имя можно назвать на странице сезона.",
            "If our entry becomes a finalist, my name may stand on the season's page.",
            "Kommt unsere Einreichung ins Finale, darf mein Name auf der Seite der Saison stehen.",
        ),
        "required": False,
        "by_guardian": True,
        "publishes": True,
    },
)
ROUND = _text("Первый тур", "First round", "Erste Runde")
STARTERS: Mapping[type[Any], Sequence[Mapping[str, Any]]] = {
    Category: CATEGORIES,
    Question: QUESTIONS,
    Consent: CONSENTS,
}


def begin_list(
    session: Session, season_id: int, model: type[Any], *, actor_id: int, now: datetime
) -> int:
    """Fill an empty list of the set-up with what many seasons begin with; return how many.

    Raises NotFoundError for a list without a beginning, RuleError("list_not_empty") where there is
    something already, withdrawn things too.
    """
    if model not in STARTERS:
        raise NotFoundError
    locked(session, Season, season_id)
    if session.scalar(select(model.id).where(model.season_id == season_id).limit(1)):
        raise RuleError("list_not_empty")
    for values in STARTERS[model]:
        save_item(session, season_id, model, None, values, actor_id=actor_id, now=now)
    return len(STARTERS[model])


def check_untouched(session: Session, season_id: int) -> None:
    """Raise RuleError("set_up_not_empty") where anything of a season's set-up is there already."""
    if any(set_up_counts(session, season_id).values()):
        raise RuleError("set_up_not_empty")


def begin_set_up(session: Session, season_id: int, *, actor_id: int, now: datetime) -> None:
    """Give an empty season every list that has a beginning, and a first round with its rubric.

    RuleError("set_up_not_empty") as check_untouched.
    """
    locked(session, Season, season_id)
    check_untouched(session, season_id)
    for model in STARTERS:
        begin_list(session, season_id, model, actor_id=actor_id, now=now)
    round_ = add_round(session, season_id, {"name": dict(ROUND)}, actor_id=actor_id, now=now)
    use_ready_rubric(session, round_.id, SOCIAL_IMPACT.key, actor_id=actor_id, now=now)

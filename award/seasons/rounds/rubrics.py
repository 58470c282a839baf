"""Ready-made rubrics that a round can begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadyCriterion:
    """A criterion of a ready-made rubric; levels: points -> text per language."""

    key: str
    title: Text
    help: Text
    weight: Decimal
    levels: Mapping[int, Text]


@dataclass(frozen=True, slots=True)
class ReadyRubric:
    """A rubric to begin with: all criteria on one scale."""

    key: str
    title: Text
    minimum: int
    maximum: int
    comment_required: bool
    criteria: tuple[ReadyCriterion, ...]


def _text(ru: str, en: str, de: str) -> Text:
    return {"ru": ru, "en": en, "de": de}


LEVELS_OF_TEN: Mapping[int, Text] = {
    1: _text("Не отвечает критерию", "Does not meet the criterion", "Erfüllt das Kriterium nicht"),
    3: _text(
        "Есть замысел, но нет доказательств",
        "There is an idea, but no evidence",
        "Eine Idee, aber keine Belege",
    ),
    5: _text(
        "Работает частично, главные вопросы открыты",
        "Works in part, main questions are open",
        "Funktioniert teilweise, Hauptfragen sind offen",
    ),
    7: _text(
        "Сильно; замечания не меняют вывода",
        "Strong; remarks do not change the conclusion",
        "Stark; Anmerkungen ändern das Urteil nicht",
    ),
    9: _text(
        "Уровень, который стоит показывать как образец",
        "A level worth showing as an example",
        "Ein Niveau, das als Vorbild taugt",
    ),
}


def _of_ten(key: str, weight: int, title: Text, help_text: Text) -> ReadyCriterion:
    return ReadyCriterion(key, title, help_text, Decimal(weight), LEVELS_OF_TEN)


SOCIAL_IMPACT = ReadyRubric(
    key="social_impact",
    title=_text("Социальное воздействие", "Social impact", "Soziale Wirkung"),
    minimum=1,
    maximum=10,
    comment_required=False,
    criteria=(
        _of_ten(
            "impact",
            30,
            _text("Социальное воздействие", "Social impact", "Soziale Wirkung"),
            _text(
                "Чью жизнь проект меняет, насколько и как это заметят?",
                "Whose life does it change, how much, and how will one notice?",
                "Wessen Leben ändert sich, wie sehr, und woran merkt man es?",
            ),
        ),
        _of_ten(
            "innovation",
            20,
            _text("Новизна", "Innovation", "Innovation"),
            _text(
                "Чем решение лучше того, что уже есть?",
                "What does it do better than what exists?",
                "Was macht es besser als Bestehendes?",
            ),
        ),
        _of_ten(
            "feasibility",
            20,
            _text("Осуществимость", "Feasibility", "Umsetzbarkeit"),
            _text(
                "Реален ли план: шаги, сроки, ресурсы, риски?",
                "Is the plan real: steps, time, means, risks?",
                "Ist der Plan real: Schritte, Zeit, Mittel, Risiken?",
            ),
        ),
        _of_ten(
            "sustainability",
            15,
            _text(
                "Финансовая устойчивость", "Financial sustainability", "Finanzielle Tragfähigkeit"
            ),
            _text(
                "На что проект будет жить через год?",
                "What will it live on in a year?",
                "Wovon lebt das Projekt in einem Jahr?",
            ),
        ),
        _of_ten(
            "team",
            15,
            _text("Команда", "Team", "Team"),
            _text(
                "Почему справятся именно эти люди?",
                "Why will these people manage?",
                "Warum schaffen es gerade diese Menschen?",
            ),
        ),
    ),
)

COEFFICIENTS = (
    ("relevance", "2", "Актуальность и значимость", "Relevance", "Relevanz"),
    (
        "coherence",
        "2",
        "Логика и реализуемость",
        "Coherence and feasibility",
        "Logik und Umsetzbarkeit",
    ),
    ("innovation", "0.5", "Новизна и уникальность", "Innovation", "Neuheit"),
    ("budget", "1", "Реалистичность бюджета", "Realistic budget", "Realistisches Budget"),
    ("scale", "0.5", "Масштаб", "Scale", "Reichweite"),
    (
        "own_means",
        "0.5",
        "Собственный вклад и партнёры",
        "Own means and partners",
        "Eigenmittel und Partner",
    ),
    ("results", "1", "Измеримые результаты", "Measurable results", "Messbare Ergebnisse"),
    ("experience", "1", "Опыт команды", "Experience of the team", "Erfahrung des Teams"),
    ("skills", "1", "Соответствие команды задаче", "Fit of the team", "Eignung des Teams"),
    ("openness", "0.5", "Открытость и известность", "Openness", "Offenheit"),
)

TEN_CRITERIA = ReadyRubric(
    key="ten_criteria",
    title=_text(
        "Десять критериев с коэффициентами",
        "Ten criteria with coefficients",
        "Zehn gewichtete Kriterien",
    ),
    minimum=0,
    maximum=10,
    comment_required=True,
    criteria=tuple(
        ReadyCriterion(key, _text(ru, en, de), {}, Decimal(weight), {})
        for key, weight, ru, en, de in COEFFICIENTS
    ),
)

READY: Mapping[str, ReadyRubric] = {one.key: one for one in (SOCIAL_IMPACT, TEN_CRITERIA)}

"""The protocol of a round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from exports.documents import protocol
from exports.documents.protocol import (
    Protocol,
    ProtocolAssignment,
    ProtocolCriterion,
    ProtocolDecision,
    ProtocolJuror,
    ProtocolMeeting,
    ProtocolMethod,
    ProtocolMinute,
    ProtocolPrize,
    ProtocolRow,
    ProtocolSignature,
    ProtocolStep,
    ProtocolTie,
    render_protocol,
)
from tests.exports.certificates.test_page import translate_to
from tests.exports.printing import english, faults_of, pages_of, text_of

ROWS = tuple(
    ProtocolRow(
        place=str(place),
        entry=f"Проект {place}",
        plain=Decimal("9.5") - Decimal(place) / 8,
        calibrated=Decimal("9.25") - Decimal(place) / 8,
        low=Decimal("8.5"),
        high=Decimal("9.5"),
        jurors=4,
        group="Городская среда",
        outcome="finalist" if place <= 20 else "out",
    )
    for place in range(1, 61)
)
MET = datetime(2026, 5, 31, 9, 5, tzinfo=UTC)
PROTOCOL = Protocol(
    programme="Social Impact Award Russia",
    season="Сезон 2026",
    round="Отборочный тур",
    language="ru",
    zone="Europe/Moscow",
    closed_at=datetime(2026, 5, 30, 20, 59, tzinfo=UTC),
    tabulated_at=datetime(2026, 5, 31, 9, tzinfo=UTC),
    method="calibrated",
    jurors=(ProtocolJuror("Пётр Ильин", "Москва", chair=True, sheets=16, assigned=16),),
    rubric=(ProtocolCriterion("Влияние", Decimal("1.5"), Decimal(0), Decimal(10), 1),),
    rows=ROWS,
    digest="ab" * 32,
    audit_head="cd" * 32,
    steps=(ProtocolStep("Пётр Ильин", "Проект 7", "recusal", "Научный руководитель"),),
    ties=(ProtocolTie(("Проект 3", "Проект 4"), "3", "criterion:impact"),),
    decisions=(ProtocolDecision("Проект 21", "21", "finalist", "Единогласно", None, 2),),
    signatures=(
        ProtocolSignature("Пётр Ильин", True, datetime(2026, 6, 1, 9, tzinfo=UTC)),
        ProtocolSignature("Анна Лебедева", dissent="Против третьего места."),
    ),
    prizes=(ProtocolPrize("Первая премия", "Проект 1"),),
    assignment=ProtocolAssignment(60, 2, 4, 230, 10, 9, 12, 0.991, panels=True, blind=True),
    computing=ProtocolMethod("award.scoring 1.2", 7, 2000, 20, ("median", "lot:7"), 0.81),
    drawn_up_at=datetime(2026, 6, 1, 8, tzinfo=UTC),
    zone_name="МСК",
    meeting=ProtocolMeeting(
        lines=(
            ProtocolMinute(MET, "opened"),
            ProtocolMinute(MET, "present", present=("Пётр Ильин", "Анна Лебедева")),
            ProtocolMinute(MET, "shown", "Проект 21", absent=("Анна Лебедева",)),
            ProtocolMinute(MET, "decided", "Проект 21", "финалист", 2, "Единогласно"),
            ProtocolMinute(MET, "closed"),
        ),
        present=("Пётр Ильин", "Анна Лебедева"),
        signatures=(ProtocolSignature("Пётр Ильин", True, datetime(2026, 6, 1, 9, tzinfo=UTC)),),
        digest="ef" * 32,
    ),
)


def test_everything_that_was_decided_is_on_paper() -> None:
    pdf = render_protocol(PROTOCOL, translate_to("ru"))
    assert faults_of(pdf) == []
    text = text_of(pdf)
    for part in (
        "Протокол заседания жюри Отборочный тур",
        "230, с 99,1 % от наилучшего возможного соответствия",
        "Первая премия Проект 1",
        "Против третьего места. Анна Лебедева",
        "подписано на экране после повторного ввода пароля",
        "award.scoring 1.2, начальное число 7, выборок: 2000",
        "30 мая 2026 г., 23:59 МСК",
        "Кто присутствовал Пётр Ильин, Анна Лебедева",
        "12:05 В зале: Пётр Ильин, Анна Лебедева.",
        "Проект 21 Жюри обсуждало эту заявку. Самоотвод или отвод: Анна Лебедева.",
        "Решено: финалист, место 2. Единогласно",
        "и только её, подписали на экране: Пётр Ильин (председатель), 1 июня 2026 г., 12:00 МСК.",
        "SHA-256 записи заседания " + "ef" * 32,
        "Пётр Ильин председатель Москва 16 / 16",
        "самоотвод Научный руководитель",
        "Влияние 1,5 100 % 0–10",
        "критерий, названный в правилах: impact",
        "Проект 21 21 финалист, место 2 Единогласно",
        "ab" * 32,
        "cd" * 32,
    ):
        assert part in text
    assert pages_of(pdf) > 1
    assert all(f"Проект {place}" in text for place in range(1, 61))


def test_of_very_many_entries_it_says_how_many_follow(monkeypatch) -> None:
    monkeypatch.setattr(protocol, "MOST_ROWS", 4)
    text = text_of(render_protocol(replace(PROTOCOL, language="en", decisions=()), english))
    assert [f"Проект {place} " in text for place in (1, 4, 5, 60)] == [True, True, False, False]
    assert "In the same order 56 more entries follow." in text


def test_a_round_without_incidents_says_so() -> None:
    quiet = replace(
        PROTOCOL,
        language="en",
        steps=(),
        ties=(),
        decisions=(),
        rows=ROWS[:3],
        meeting=None,
        signatures=(ProtocolSignature("Пётр Ильин"),),
        drawn_up_at=None,
    )
    text = text_of(render_protocol(quiet, english))
    assert "None were declared or found." in text
    assert "There were no ties." in text
    assert "There was no meeting that this system kept minutes of" in text
    assert "Nobody has recorded a dissent." in text
    assert "Draft: the protocol has not been drawn up yet" in text
    assert "The jury decided as computed." in text


def test_a_round_of_one_view_and_one_category_has_no_empty_columns() -> None:
    rows = tuple(replace(row, calibrated=None, group="") for row in ROWS[:3])
    text = text_of(render_protocol(replace(PROTOCOL, language="de", rows=rows), translate_to("de")))
    assert "Mittelwert" in text
    assert "Intervall" not in text
    assert "Kategorie" not in text


def test_a_reason_is_printed_literally() -> None:
    step = ProtocolStep("A", "B", "exclusion", "<img src=http://127.0.0.1/> {{7*7}} %s")
    text = text_of(render_protocol(replace(PROTOCOL, steps=(step,), rows=()), english))
    assert step.reason in text

"""Certificates as a person holds them."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from PIL import Image

from exports.certificate_texts import KINDS
from exports.certificates import Signatory, qr_size, render_certificate, wreath_text
from exports.drawing import contrast_with_white, palette
from exports.errors import ExportError
from exports.fitting import fit
from exports.rendering import ROOT, Translate
from tests.exports.printing import certificate, english, fonts_of, pages_of, text_of

HOSTILE = [
    "{{7*7}}",
    "${7*7} {0.__class__} %(x)s %s",
    "<script>alert(1)</script>",
    '"><img src=x>',
    "</style><h1>",
    "=cmd|' /C calc'!A0",
]


def translate_to(language: str) -> Translate:
    """The catalogue as it stands in the source, so that nothing has to be compiled first."""
    path = Path(ROOT) / "translations" / language / "LC_MESSAGES" / "messages.po"
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext


def test_a_winner_in_russian_reads_as_written() -> None:
    data = certificate(signatures=(Signatory("Мария Вознесенская", "Председатель жюри"),))
    pdf = render_certificate(data, translate_to("ru"))
    text = text_of(pdf)
    for line in (
        "Диплом победителя",
        "вручается",
        "Аглая Верхотурова",
        "за первое место с проектом",
        "«Мост, который собирают вчетвером за день»",
        "19 сентября 2026",
        "№ 01234-56789-ABCD",
        "Мария Вознесенская",
    ):
        assert line in text
    assert pages_of(pdf) == 1


@pytest.mark.parametrize(
    ("language", "name", "title"),
    [
        ("ru", "Фёдор Щербаков-Ыйбо", "Диплом финалиста"),
        ("de", "Jürgen Weiß-Größenwahn", "Finalurkunde"),
        ("en", "Zoë O’Neill", "Finalist’s certificate"),
    ],
)
def test_every_language_prints_its_letters_with_embedded_fonts(
    language: str, name: str, title: str
) -> None:
    translate = english if language == "en" else translate_to(language)
    data = certificate(kind="finalist", language=language, name=name, place="")
    pdf = render_certificate(data, translate)
    assert name in text_of(pdf)
    assert title in text_of(pdf)
    assert {embedded for _, embedded in fonts_of(pdf)} == {"yes"}
    assert {font.split("-")[0] for font, _ in fonts_of(pdf)} == {"Onest", "Literata"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("project", ["Тихий двор", ""])
def test_every_kind_has_its_words_in_every_language(kind: str, project: str) -> None:
    for language in ("ru", "de"):
        missing: list[str] = []
        catalogue = translate_to(language)

        def strict(message: str, missing: list[str] = missing, into: Translate = catalogue) -> str:
            found = into(message)
            if found == message:
                missing.append(message)
            return found

        data = certificate(kind=kind, project=project, language=language, prize="Книга")
        assert "Аглая" in text_of(render_certificate(data, strict))
        assert missing == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_printed_literally(hostile: str) -> None:
    pdf = render_certificate(certificate(name=hostile, project=hostile, prize=hostile), english)
    assert text_of(pdf).count(hostile) == 3


@pytest.mark.parametrize(
    "name",
    [
        "Константин-Александр Святополк-Мирский и Екатерина Преображенская-Задунайская",
        "Щ" * 160,
        "Анна Мария " * 30,
    ],
)
def test_a_long_name_is_set_smaller_and_never_cut(name: str) -> None:
    pdf = render_certificate(certificate(name=name, project=name, prize=name), english)
    assert pages_of(pdf) == 1
    printed = text_of(pdf).replace(" ", "").replace("-", "")
    assert printed.count(name.replace(" ", "").replace("-", "")) == 3


def test_a_longer_text_is_never_set_larger() -> None:
    sizes = ((40.0, 1), (20.0, 2), (10.0, 3))
    font = "literata/Literata_600SemiBold.ttf"
    found = [fit("слово " * count, font, 100, sizes).size for count in range(1, 60)]
    assert found == sorted(found, reverse=True)
    assert found[0] == 40.0
    assert fit("", font, 100, sizes).size == 40.0


def test_what_stands_in_the_wreath() -> None:
    assert wreath_text(certificate()) == "1"
    assert wreath_text(certificate(place="2–3")) == "2–3"
    assert wreath_text(certificate(kind="finalist")) == "2026"
    assert wreath_text(certificate(kind="juror", season="Весна")) == ""


def test_the_modules_of_the_code_stay_large_enough_to_scan() -> None:
    assert qr_size("short") == 27.0
    assert qr_size("x" * 900) > qr_size("x" * 500) > 27.0


@pytest.mark.parametrize("colour", ["#f2c200", "#ffffff", "#000000", "#0b6650", "#ff0000"])
def test_every_colour_of_a_programme_stays_readable(colour: str) -> None:
    made = palette(colour)
    assert contrast_with_white(made.stage) >= 9
    assert contrast_with_white(made.ink) >= 5


def test_a_logo_is_embedded_as_pixels() -> None:
    output = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(output, "JPEG")
    plain = render_certificate(certificate(), english)
    assert b"/Image" not in plain
    assert b"/Image" in render_certificate(certificate(logo=output.getvalue()), english)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "king"}, "kind_unknown"),
        ({"name": " "}, "name_missing"),
        ({"colour": "red"}, "colour_malformed"),
        ({"colour": "#0b6650;}"}, "colour_malformed"),
        ({"logo": b"<svg onload=alert(1)>"}, "logo_unreadable"),
    ],
)
def test_what_cannot_be_printed_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(ExportError) as caught:
        render_certificate(certificate(**changes), english)
    assert caught.value.code == code

"""Certificates as a person holds them."""

from __future__ import annotations

import gettext
import io
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2.sandbox import SecurityError
from PIL import Image

from exports.certificates.designs import NAMES, ORIENTATIONS, VARYING
from exports.certificates.page import Signatory, qr_size, render_certificate, wreath_text
from exports.certificates.texts import KINDS, wording
from exports.errors import ExportError
from exports.pdf.drawing import contrast_with_white, palette
from exports.pdf.rendering import ROOT, Translate
from exports.pdf.typesetting import fit
from tests.exports.printing import (
    certificate,
    english,
    faults_of,
    fonts_of,
    pages_of,
    scanned,
    text_of,
    word_box,
)

HOSTILE = [
    "{{7*7}}",
    "${7*7} {0.__class__} %(x)s %s",
    "<script>alert(1)</script>",
    '"><img src=x>',
    "</style><h1>",
    "=cmd|' /C calc'!A0",
]


@cache
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
    ("kind", "sentence"), [("participant", "за участие в программе"), ("winner", "за победу")]
)
def test_without_a_project_the_russian_sentence_names_no_competition(kind, sentence) -> None:
    data = certificate(kind=kind, project="", place="", prize="")
    assert f"Верхотурова {sentence} №" in text_of(render_certificate(data, translate_to("ru")))


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
    assert {re.split("[-_]", font)[0] for font, _ in fonts_of(pdf)} == {"Onest", "Literata"}


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


@pytest.mark.parametrize(
    ("prize", "said"),
    [
        ("", ""),
        ("Книга", "Приз: Книга"),
        ("Приз жюри", "Приз жюри"),
        ("Приз зрительских симпатий", ""),
    ],
)
def test_a_prize_is_not_called_a_prize_twice(prize: str, said: str) -> None:
    data = certificate(kind="community_award", prize=prize)
    assert wording(data, translate_to("ru")).prize == said


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
    font = "literata-semibold"
    found = [fit("слово " * count, font, 100, sizes).size for count in range(1, 30)]
    assert found == sorted(found, reverse=True)
    assert found[0] == 40.0
    assert fit("", font, 100, sizes).size == 40.0


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("ru", "«„Тихий двор“ — и точка»"),
        ("de", "„‚Тихий двор‘ — и точка“"),
        ("en", "“‘Тихий двор’ — и точка”"),
    ],
)
def test_a_title_that_holds_quotation_marks_gets_the_inner_ones(
    language: str, printed: str
) -> None:
    data = certificate(language=language, project="«Тихий двор» — и точка")
    translate = english if language == "en" else translate_to(language)
    assert wording(data, translate).project == printed


def test_what_stands_in_the_wreath() -> None:
    assert wreath_text(certificate()) == "1"
    assert wreath_text(certificate(place="2–3")) == "2–3"
    assert wreath_text(certificate(kind="finalist")) == "2026"
    assert wreath_text(certificate(kind="juror", season="Весна")) == ""


def test_the_modules_of_the_code_stay_large_enough_to_scan() -> None:
    assert [qr_size(modules) for modules in (29, 79, 80, 105)] == [27, 27, 28, 36]


@pytest.mark.parametrize("template", NAMES)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_on_each_design_code_and_name_read_as_they_were_written(
    template: str, orientation: str
) -> None:
    content = "https://award.example/c/0123456789ABCD#" + "eyJhIjoiYiJ9" * 40
    name = "Қасым Weiß Գոռ გიორგი"
    data = certificate(
        name=name,
        verify_url=content,
        prize="Грант 300 000 ₽",
        logo=photo(),
        signatures=(Signatory("Ada", "Chair", photo()),),
    )
    pdf = render_certificate(data, english, template, orientation)
    assert scanned(pdf) == [content]
    assert name in text_of(pdf)
    assert pages_of(pdf) == 1
    assert faults_of(pdf) == []


@pytest.mark.parametrize(
    "name",
    [
        "Нұрсұлтан Әбдіқадырұлы Қасымов",
        "გიორგი ქავთარაძე",
        "Հայկ Մկրտչյան",
        "Jürgen Weiß-Größenwahn",
        "Ёлкина Аня und გიორგი",
        "ŠĐŁ ŐŰ Nguyễn Thị Ánh",
        "Һөйөндөк Ҙурҡаҙаҡ-Ӑвӑҫӗ",
    ],
)
def test_names_of_every_neighbour_come_out_right(name: str) -> None:
    pdf = render_certificate(certificate(name=name, project=name, prize=name), english)
    assert text_of(pdf).count(name) == 3


def test_a_letter_that_no_font_has_is_reported_and_not_left_blank() -> None:
    with pytest.raises(ExportError) as caught:
        render_certificate(certificate(name="Аня 中"), english)
    assert (caught.value.code, caught.value.params) == ("letters_missing", {"letters": "中"})


def test_a_latin_and_a_cyrillic_letter_of_one_form_stay_apart() -> None:
    assert text_of(render_certificate(certificate(name="AА oо"), english)).count("AА oо") == 1


def test_people_who_share_a_plate_share_no_letter() -> None:
    """The file of one must not hold the letters of another's name."""
    render_certificate(certificate(name="Щщщ Ыыы"), english)
    pdf = render_certificate(certificate(name="Ааа Ббб"), english)
    assert "Ааа Ббб" in text_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        maps = [font.ToUnicode.read_bytes() for font in opened.pages[0].Resources.Font.values()]
    assert not any(f"{ord(letter):04x}".encode() in said for letter in "Щщ" for said in maps)


def test_a_print_too_long_to_be_read_is_reported() -> None:
    with pytest.raises(ExportError, match="print_too_long"):
        render_certificate(certificate(name="слово " * 1500), english)


def test_an_own_design_is_an_html_page_and_may_lean_its_texts_as_it_likes(tmp_path: Path) -> None:
    lean = {"left": 0.0, "center": 0.5, "right": 1.0}
    for align, share in lean.items():
        path = own_design(tmp_path / align, f".name {{ text-align: {align} }}")
        pdf = render_certificate(certificate(name="Илья"), english, str(path), "portrait")
        left, right = word_box(pdf, "Илья")
        room = 595.28 * 0.8 - (right - left)
        assert left == pytest.approx(595.28 * 0.1 + share * room, abs=1.5)


def test_an_own_design_cannot_reach_out_and_says_what_is_missing(tmp_path: Path) -> None:
    hidden = own_design(tmp_path / "a", ".name { display: none }")
    with pytest.raises(ExportError, match="slot_lost"):
        render_certificate(certificate(), english, str(hidden), "portrait")
    spying = own_design(tmp_path / "b", "", "{{ words.__class__.__mro__ }}")
    with pytest.raises(SecurityError):
        render_certificate(certificate(), english, str(spying), "portrait")
    fetching = own_design(tmp_path / "c", ".name { background: url(file:///etc/passwd) }")
    with pytest.raises(ExportError, match="asset_refused"):
        render_certificate(certificate(), english, str(fetching), "portrait")
    with pytest.raises(ExportError, match="template_unknown"):
        render_certificate(certificate(), english, "baroque")


def own_design(folder: Path, sheet: str, more: str = "") -> Path:
    folder.mkdir()
    page = f'<html lang="ru"><p class="name">{{{{ slot("name") }}}}</p>{more}</html>'
    if "display" not in sheet:
        page = page.replace("</html>", "".join(map(SLOT.format, VARYING[1:])) + "</html>")
    sizes = "\n".join(
        f'{name} = {{ font = "literata", width = 150, sizes = [[20, 3]] }}' for name in VARYING
    )
    (folder / "own.html").write_text(page)
    (folder / "own.css").write_text(
        f"@page {{ size: A4; margin: 10% }} body, p {{ margin: 0 }} {sheet}"
    )
    (folder / "own.toml").write_text(f"[portrait]\n{sizes}")
    return folder / "own.html"


SLOT = "<p>{{{{ slot('{}') }}}}</p>"


def test_the_file_is_archival_and_tagged() -> None:
    pdf = render_certificate(certificate(payload="a.b", prize="Книга"), english)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        said = opened.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in said
        assert "<pdfuaid:part>1</pdfuaid:part>" in said
        assert opened.Root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
        assert (str(opened.Root.Lang), bool(opened.Root.MarkInfo.Marked)) == ("ru", True)
        assert sorted(opened.docinfo) == [
            "/Author", "/CreationDate", "/Producer", "/Title", "/awardcertificate",
        ]  # fmt: skip
        assert escape(str(opened.docinfo.Title)) in said
        assert {"/AA", "/OpenAction", "/JavaScript", "/Names"}.isdisjoint(opened.Root.keys())
        for font in opened.pages[0].Resources.Font.values():
            inner = font.DescendantFonts[0]
            assert {"/ToUnicode", "/BaseFont"} <= set(font.keys())
            assert "/FontFile2" in inner.FontDescriptor
            assert "/CIDToGIDMap" in inner
        assert tagged(opened) == drawn_marks(opened)


def tagged(pdf: pikepdf.Pdf) -> set[int]:
    """The marks that the tree of tags speaks of."""
    found: set[int] = set()

    def walk(node: Any) -> None:
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                walk(kid)
            else:
                found.add(int(kid))

    walk(pdf.Root.StructTreeRoot)
    return found


def drawn_marks(pdf: pikepdf.Pdf) -> set[int]:
    """The marks that the page draws."""
    operators = pikepdf.parse_content_stream(pdf.pages[0])
    return {int(one.operands[1].MCID) for one in operators if str(one.operator) == "BDC"}


@pytest.mark.parametrize("colour", ["#f2c200", "#ffffff", "#000000", "#0b6650", "#ff0000"])
def test_every_colour_of_a_programme_stays_readable(colour: str) -> None:
    made = palette(colour)
    assert contrast_with_white(made.stage) >= 9
    assert contrast_with_white(made.ink) >= 5


def photo() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(output, "JPEG")
    return output.getvalue()


def test_a_logo_is_embedded_as_pixels() -> None:
    plain = render_certificate(certificate(), english)
    assert b"/Image" not in plain
    assert b"/Image" in render_certificate(certificate(logo=photo()), english)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "king"}, "kind_unknown"),
        ({"name": " "}, "name_missing"),
        ({"colour": "red"}, "colour_malformed"),
        ({"colour": "#0b6650;}"}, "colour_malformed"),
        ({"logo": b"<svg onload=alert(1)>"}, "picture_unreadable"),
    ],
)
def test_what_cannot_be_printed_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(ExportError) as caught:
        render_certificate(certificate(**changes), english)
    assert caught.value.code == code

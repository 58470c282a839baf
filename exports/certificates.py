"""Certificates: one landscape A4 page a person would frame."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from babel.dates import format_date
from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from exports.certificate_texts import KINDS, Wording, wording
from exports.drawing import Palette, laurel, palette
from exports.errors import ExportError
from exports.fitting import Fit, fit
from exports.numbers import format_number
from exports.rendering import Asset, Translate, render_pdf

TEMPLATES = ("classic",)
HONOURS = frozenset({"winner", "community_award", "finalist"})
BRASS = ("#dcb04a", "#bd8c2a")
SILVER = ("#dfe6e2", "#aebbb4")
TEXT_WIDTH = 172.0
NAME_SIZES = ((46.0, 1), (40.0, 1), (36.0, 2), (30.0, 2), (25.0, 3), (20.0, 4), (16.0, 5))
PROJECT_SIZES = ((21.0, 2), (18.0, 2), (15.0, 3), (12.5, 4), (10.0, 6))
PRIZE_SIZES = ((13.0, 2), (11.0, 3), (9.0, 4))
PROGRAMME_SIZES = ((19.0, 3), (15.0, 4), (12.0, 6))
PROGRAMME_WIDTH = 64.0
WREATH_SIZES = ((54.0, 1), (40.0, 1), (30.0, 1), (20.0, 1), (14.0, 2))
WREATH_WIDTH = 33.0
# The day before the month: "19 September 2026" reads the same on both sides of the ocean.
LOCALES = {"ru": "ru", "en": "en_GB", "de": "de"}
# Below a third of a millimetre a module, telephones begin to fail on printed codes.
QR_MODULE = 0.34
QR_SMALLEST = 27.0


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs by hand: the name below the line and the role below the name."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class CertificateData:
    """Everything that is printed on one certificate.

    kind is one of KINDS; place is "1" or, where a place is shared, "2–3"; language is the
    certificate's own ("ru", "en", "de"); number is 14 symbols (see numbers). verify_url is what
    the QR code holds, an address or the signed payload; payload is the signed payload that stands
    in the file's metadata for ``award verify``. colour is the programme's (#rrggbb); logo is a
    PNG, JPEG or WebP.
    """

    name: str
    kind: str
    programme: str
    season: str
    language: str
    issued_on: date
    number: str
    verify_url: str
    payload: str = ""
    project: str = ""
    place: str = ""
    prize: str = ""
    colour: str = "#0b6650"
    logo: bytes | None = None
    signatures: tuple[Signatory, ...] = ()


def render_certificate(
    data: CertificateData, translate: Translate, template: str = "classic"
) -> bytes:
    """Return the certificate as a PDF of one page, fonts embedded, nothing signed yet.

    translate turns English msgids into ``data.language``. A long name or title is set smaller,
    on more lines, never cut. Raises ExportError: kind_unknown, template_unknown, name_missing,
    colour_malformed, logo_unreadable, fonts_missing.
    """
    if data.kind not in KINDS:
        raise ExportError("kind_unknown", value=data.kind, known=", ".join(KINDS))
    if template not in TEMPLATES:
        raise ExportError("template_unknown", value=template, known=", ".join(TEMPLATES))
    if not data.name.strip():
        raise ExportError("name_missing")
    assets = {"logo": _logo(data.logo)} if data.logo else {}
    return render_pdf(
        f"certificate_{template}.html",
        _values(data, wording(data, translate)),
        translate=translate,
        language=data.language,
        assets=assets,
        identifier=data.number,
    )


def wreath_text(data: CertificateData) -> str:
    """Return what stands in the wreath: a winner's place, else the season's year, else nothing."""
    if data.kind == "winner" and data.place:
        return data.place
    year = re.search(r"\b(?:19|20)\d\d\b", data.season)
    return year.group() if year else ""


def _values(data: CertificateData, words: Wording) -> dict[str, Any]:
    colours = palette(data.colour)
    return {
        "data": data,
        "words": words,
        "colours": colours,
        "honour": data.kind in HONOURS,
        "wreath": _wreath(data.kind, colours),
        "wreath_text": wreath_text(data),
        "wreath_fit": fit(
            wreath_text(data), "literata/Literata_600SemiBold.ttf", WREATH_WIDTH, WREATH_SIZES
        ),
        "name_fit": fit(data.name, "literata/Literata_600SemiBold.ttf", TEXT_WIDTH, NAME_SIZES),
        "project_fit": fit(
            words.project, "literata/Literata_400Regular_Italic.ttf", TEXT_WIDTH, PROJECT_SIZES
        ),
        "prize_fit": fit(words.prize, "onest/Onest_500Medium.ttf", TEXT_WIDTH, PRIZE_SIZES),
        "programme_fit": _programme_fit(data.programme),
        "issued_on": format_date(data.issued_on, "long", locale=LOCALES[data.language]),
        "printed_number": format_number(data.number),
        "qr": _qr(data.verify_url),
        "qr_size": qr_size(data.verify_url),
    }


def _programme_fit(programme: str) -> Fit:
    return fit(programme, "literata/Literata_600SemiBold.ttf", PROGRAMME_WIDTH, PROGRAMME_SIZES)


def _wreath(kind: str, colours: Palette) -> Markup:
    if kind == "finalist":
        return laurel(*SILVER, colours.stage)
    if kind in HONOURS:
        return laurel(*BRASS, colours.stage)
    return laurel(colours.ink, colours.stage, colours.pale)


def qr_size(content: str) -> float:
    """Return the printed width of the QR code in mm, quiet zone included."""
    modules = _code(content).symbol_size(border=4)[0]
    return max(QR_SMALLEST, round(modules * QR_MODULE, 1))


def _qr(content: str) -> Markup:
    svg = _code(content).svg_inline(
        border=4, omitsize=True, dark="#000000", light="#ffffff", svgclass=None, lineclass=None
    )
    return Markup(svg)  # noqa: S704 - drawn by segno from modules, holds no text of ours


def _code(content: str) -> segno.QRCode:
    return segno.make_qr(content, error="l", boost_error=True)


def _logo(content: bytes) -> Asset:
    """Re-encode the picture: what reaches the PDF is pixels, whatever the file was."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            picture.thumbnail((1200, 1200))
            output = io.BytesIO()
            picture.convert("RGBA").save(output, "PNG")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise ExportError("logo_unreadable") from None
    return Asset(output.getvalue(), "image/png")

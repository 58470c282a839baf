"""Certificates: one A4 page a person would frame."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pikepdf
from babel.dates import format_date
from markupsafe import Markup
from PIL import Image

from exports.certificates.designs import VARYING, Design, design
from exports.certificates.numbers import format_number
from exports.certificates.ornaments import engraved_frame, hills
from exports.certificates.texts import KINDS, Wording, wording
from exports.errors import ExportError
from exports.pdf import archival, codes
from exports.pdf.assets import Asset
from exports.pdf.drawing import Palette, laurel, palette
from exports.pdf.plates import BLANK_SIDE, Plate, PlateStore
from exports.pdf.rendering import Translate, environment
from exports.pdf.subsets import FontSet
from exports.pdf.typesetting import Setting, printable

MOST_PIXELS = 40_000_000
"""Beyond it a picture would fill the memory as soon as it is unpacked."""
HONOURS = frozenset({"winner", "community_award", "finalist"})
A4 = (297.0, 210.0)
BRASS = ("#dcb04a", "#bd8c2a")
SILVER = ("#dfe6e2", "#aebbb4")
# The day before the month: "19 September 2026" reads the same on both sides of the ocean.
LOCALES = {"en": "en_GB"}
# Below a third of a millimetre a module, telephones begin to fail on printed codes.
QR_MODULE = 0.34
QR_SMALLEST = 27
_plates = PlateStore()


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: the name below the line, the role below the name, the signature as a picture."""

    name: str
    role: str = ""
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class CertificateData:
    """Everything that is printed on one certificate.

    kind is one of KINDS; place is "1" or, where a place is shared, "2–3"; language is the
    certificate's own ("ru", "en", "de"); number is 14 symbols (see numbers). verify_url is what
    the QR code holds, an address or the signed payload; payload is the signed payload that stands
    in the file's metadata for ``award verify``. colour is the programme's (#rrggbb); logo and
    signatures' pictures are PNG, JPEG or WebP. sentence says what it is for where that is not what
    the kind says.
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
    sentence: str = ""


def render_certificate(
    data: CertificateData,
    translate: Translate,
    template: str = "classic",
    orientation: str = "landscape",
) -> bytes:
    """Return the certificate as a PDF of one page, PDF/A-3u, tagged, nothing signed yet.

    translate turns English msgids into ``data.language``; template is a name of ``designs.NAMES``
    or a path. A long name or title is set smaller, on more lines, never cut. Raises ExportError:
    kind_unknown, name_missing, colour_malformed, picture_unreadable, print_too_long,
    letters_missing, and what ``designs.design`` and ``PlateStore.plate`` raise.
    """
    if data.kind not in KINDS:
        raise ExportError("kind_unknown", value=data.kind, known=", ".join(KINDS))
    if not data.name.strip():
        raise ExportError("name_missing")
    chosen = design(template, orientation)
    words = wording(data, translate)
    modules = codes.matrix(data.verify_url)
    settings = set_texts(chosen, data, words)
    values = page_values(data, words, settings, chosen, qr_size(len(modules)))
    page = environment(chosen.own).get_template(chosen.template)

    def printed(slot: Callable[[str], Markup]) -> str:
        return page.render({**values, "_": translate, "slot": slot})

    varying = {name: settings[name] for name in VARYING}
    plate = _plates.plate(printed, chosen.sheet, _assets(data), varying)
    return _filled(plate, varying, modules, data, words)


def wreath_text(data: CertificateData) -> str:
    """Return what stands in the wreath: a winner's place, else the season's year, else nothing."""
    if data.kind == "winner" and data.place:
        return data.place
    year = re.search(r"\b(?:19|20)\d\d\b", data.season)
    return year.group() if year else ""


def qr_size(modules: int) -> int:
    """Return the printed width in mm, rounded up, of a QR code of so many modules a side."""
    return max(QR_SMALLEST, -int(-modules * QR_MODULE // 1))


def set_texts(chosen: Design, data: CertificateData, words: Wording) -> dict[str, Setting]:
    """Return each text that the design sizes, as it is set; raises what ``Slot.set`` raises."""
    texts = {
        "name": data.name,
        "project": words.project,
        "prize": words.prize,
        "number": f"№ {format_number(data.number)}",
        "programme": data.programme,
        "season": data.season,
        "title": words.title,
        "wreath": wreath_text(data),
    }
    return {name: slot.set(texts[name]) for name, slot in chosen.slots.items() if name in texts}


def page_values(
    data: CertificateData,
    words: Wording,
    settings: Mapping[str, Setting],
    chosen: Design,
    qr: int,
) -> dict[str, Any]:
    """Return what a design's page may print; qr is the printed width of the code in mm."""
    colours = palette(data.colour)
    page = A4 if chosen.orientation == "landscape" else A4[::-1]
    return {
        "language": data.language,
        "orientation": chosen.orientation,
        "kind": data.kind,
        "honour": data.kind in HONOURS,
        "words": words,
        "colours": colours,
        "programme": data.programme,
        "season": data.season,
        "place": data.place if data.kind == "winner" else "",
        "logo": bool(data.logo),
        "signatures": data.signatures,
        "wreath": _wreath(data.kind, colours),
        "engraved_frame": lambda: engraved_frame(*page, colours),
        "hills": lambda: hills(*page, colours, _sun(data.kind)),
        "wreath_text": wreath_text(data),
        "issued_on": spoken_day(data),
        "size": lambda name: settings[name].size,
        "qr_size": qr,
    }


def spoken_day(data: CertificateData) -> str:
    """Return the day in words."""
    locale = LOCALES.get(data.language, data.language)
    return str(format_date(data.issued_on, "long", locale=locale))


def _wreath(kind: str, colours: Palette) -> Markup:
    if kind == "finalist":
        return laurel(*SILVER, colours.stage)
    if kind in HONOURS:
        return laurel(*BRASS, colours.stage)
    return laurel(colours.ink, colours.stage, colours.pale)


def _sun(kind: str) -> str:
    if kind == "finalist":
        return "#d3dcd8"
    return "#efc96b" if kind in HONOURS else "#f6e3ae"


def _assets(data: CertificateData) -> dict[str, Asset]:
    assets = {"qr": _blank()}
    if data.logo:
        assets["logo"] = picture(data.logo)
    for number, signatory in enumerate(data.signatures):
        if signatory.picture:
            assets[f"signature-{number}"] = picture(signatory.picture)
    return assets


def _filled(
    plate: Plate,
    settings: Mapping[str, Setting],
    modules: Any,
    data: CertificateData,
    words: Wording,
) -> bytes:
    output = io.BytesIO()
    fonts = FontSet()
    drawn = plate.drawn(settings, fonts)
    with pikepdf.open(io.BytesIO(plate.pdf)) as pdf:
        page = pdf.pages[0]
        page.obj.Contents = pikepdf.Stream(
            pdf, zlib.compress(drawn), Filter=pikepdf.Name.FlateDecode
        )
        for name, font in fonts.embed(pdf).items():
            page.obj.Resources.Font[name] = font
        if plate.picture:
            page.obj.Resources.XObject[plate.picture] = codes.drawing(pdf, modules)
        archival.describe(
            pdf,
            title=f"{words.title} · {printable(data.name)}",
            author=printable(data.programme),
            day=data.issued_on,
            payload=data.payload,
        )
        pdf.save(output, deterministic_id=True)
    return output.getvalue()


@lru_cache(maxsize=1)
def _blank() -> Asset:
    """A picture of nothing: the code of each certificate takes its place."""
    output = io.BytesIO()
    Image.new("L", (BLANK_SIDE, BLANK_SIDE), 255).save(output, "PNG")
    return Asset(output.getvalue(), "image/png")


@lru_cache(maxsize=32)
def picture(content: bytes) -> Asset:
    """Re-encode a picture: what reaches the PDF is pixels, whatever the file was.

    Raises ExportError ``picture_unreadable``, for one of more than MOST_PIXELS too.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ExportError("picture_unreadable")
            opened.thumbnail((1200, 1200))
            output = io.BytesIO()
            opened.convert("RGBA").save(output, "PNG")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ExportError("picture_unreadable") from None
    return Asset(output.getvalue(), "image/png")

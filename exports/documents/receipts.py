"""The receipt of a submitted entry as a PDF: number, moment, digest, all that was sent."""

from __future__ import annotations

from dataclasses import dataclass

from exports.pdf.drawing import palette
from exports.pdf.rendering import Translate, render_pdf


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A file that was handed in; size in words of ``Receipt.language``, as "1,4 MB"."""

    name: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receipt says. received: weekday, time and zone in words; answers: label and text.

    digest: the SHA-256 over answers, files and team. version counts an entry's submits from 1.
    """

    programme: str
    season: str
    title: str
    code: str
    number: str
    version: int
    received: str
    handed_in_by: str
    digest: str
    team: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    files: tuple[ReceiptFile, ...]
    language: str
    colour: str = "#0b6650"


def render_receipt(receipt: Receipt, translate: Translate) -> bytes:
    """Return the receipt as a PDF on A4 pages.

    translate turns English msgids into ``receipt.language``. Raises ExportError colour_malformed or
    fonts_missing.
    """
    values = {"receipt": receipt, "colours": palette(receipt.colour)}
    return render_pdf(
        "receipt.html",
        values,
        translate=translate,
        language=receipt.language,
        identifier=receipt.number,
    )

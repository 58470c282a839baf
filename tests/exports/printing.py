"""What the tests of PDFs share."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import date
from typing import Any

import page
import zxingcpp
from page import ValidationProfile
from PIL import Image

from exports.certificates.page import CertificateData

DATA = CertificateData(
    name="Аглая Верхотурова",
    kind="winner",
    programme="Social Impact Award Russia",
    season="Сезон 2026",
    language="ru",
    issued_on=date(2026, 9, 19),
    number="0123456789ABCD",
    verify_url="https://award.example/c/0123456789ABCD",
    project="Мост, который собирают вчетвером за день",
    place="1",
)


def certificate(**changes: Any) -> CertificateData:
    return replace(DATA, **changes)


WRONGLY_FOUND = {"PDFA3U-STREAM-LENGTH-001"}
"""The validator takes a last byte of a stream that happens to be 13 for part of the line's end."""


def faults_of(pdf: bytes) -> list[str]:
    """What is wrong with a file that is to be PDF/A-3u and PDF/UA-1."""
    return [
        f"{found.rule_id}: {found.message}"
        for profile in (ValidationProfile.PDF_A_3U, ValidationProfile.PDF_UA_1)
        for found in page.validate_pdf_bytes(pdf, profile=profile).failures
        if found.rule_id not in WRONGLY_FOUND
    ]


def english(message: str) -> str:
    return message


def text_of(pdf: bytes, *, layout: bool = False) -> str:
    """The text as a reader's program sees it: blanks single unless the layout is wanted."""
    options = ["-layout"] if layout else []
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True
    )
    text = done.stdout.decode()
    return text if layout else " ".join(text.split())


def fonts_of(pdf: bytes) -> list[tuple[str, str]]:
    """(name without its subset tag, whether embedded) of each font."""
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True)
    rows = [line.split() for line in done.stdout.decode().splitlines()[2:]]
    return [(row[0].partition("+")[2], row[-5]) for row in rows]


def pages_of(pdf: bytes) -> int:
    done = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    return int(done.stdout.decode().partition("Pages:")[2].split()[0])


def scanned(pdf: bytes) -> list[str]:
    """What a telephone reads off the page printed at 150 dots an inch."""
    done = subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-singlefile", "-"],
        input=pdf, capture_output=True, check=True,
    )  # fmt: skip
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(done.stdout)))]


def word_box(pdf: bytes, word: str) -> tuple[float, float]:
    """Where a word begins and ends across the page, in points."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    )
    found = re.search(rf'xMin="([0-9.]+)".*?xMax="([0-9.]+)".*?>{word}<', done.stdout.decode())
    assert found is not None
    return float(found[1]), float(found[2])

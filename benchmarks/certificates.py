"""What a certificate costs: ours from plates, WeasyPrint page by page, reportlab; CPU time of all.

The page is the same: A4 landscape, Cyrillic names set as large as they fit, a drawn laurel, a QR
code of some 500 characters. Each way writes one file a person.
"""

from __future__ import annotations

import io
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from markupsafe import Markup
from PIL import Image
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measuring import cpu_seconds
from exports.certificates.designs import design
from exports.certificates.page import (
    BRASS,
    CertificateData,
    page_values,
    qr_size,
    render_certificate,
    set_texts,
)
from exports.certificates.texts import wording
from exports.pdf import codes, confinement
from exports.pdf.assets import FONTS, Asset
from exports.pdf.drawing import laurel, palette
from exports.pdf.rendering import environment
from exports.signing.keys import installation_keys
from exports.signing.pades import sign_pdf

PEOPLE = 200
SIGNED = 40
FIRST = ("Аглая", "Пётр", "Нурсұлтан", "Мария-Луиза", "Илья", "Екатерина", "Ян", "Святослав")
LAST = ("Верхотурова", "Ким", "Преображенский-Задунайский", "Ёлкина", "Щербаков", "Ли", "Әбдіқадыр")
PROJECTS = (
    "Тихий двор",
    "Мост, который собирают вчетвером за день",
    "Соседская кухня",
    "Лес рядом",
)


def people(count: int) -> Iterator[CertificateData]:
    """Yield certificates that differ as those of a season do."""
    names = (f"{first} {last}" for last in cycle(LAST) for first in FIRST)
    for number, name in enumerate(islice(names, count)):
        yield CertificateData(
            name=name,
            kind="finalist",
            programme="Social Impact Award Russia",
            season="Сезон 2026",
            language="ru",
            issued_on=date(2026, 9, 19),
            number=f"{number:014}",
            verify_url=f"https://award.example/c/{number:014}#" + f"eyJh{number:06}" * 46,
            project=PROJECTS[number % len(PROJECTS)],
        )


def plates(count: int) -> None:
    """Ours, the child process that lays plates out started and ended inside."""
    for data in people(count):
        render_certificate(data, str)
    confinement.shared.close()


def page_by_page(count: int) -> None:
    """WeasyPrint a page at a time, fonts and sheet read once: what one would do without plates."""
    from exports.pdf.press import print_page  # noqa: PLC0415 - the parent need not load WeasyPrint

    chosen = design("classic")
    for data in people(count):
        words = wording(data, str)
        settings = set_texts(chosen, data, words)
        modules = codes.matrix(data.verify_url)
        values = page_values(data, words, settings, chosen, qr_size(len(modules)))

        def slot(name: str, settings: Any = settings) -> Markup:
            lines = ("".join(glyph.text for glyph in line) for line in settings[name].lines)
            style = f"display:block;font-size:{settings[name].size}pt"
            return Markup("").join(
                Markup('<span style="{}">{}</span>').format(style, text) for text in lines
            )

        page = environment().get_template(chosen.template)
        html = page.render({**values, "_": str, "slot": slot})
        picture = io.BytesIO()
        Image.fromarray(~modules).save(picture, "PNG")
        assets = {"qr": Asset(picture.getvalue(), "image/png")}
        print_page(html, chosen.sheet, assets, data.number)


def by_reportlab(count: int) -> None:
    """The same page drawn by hand, as no organiser could change it."""
    faces = {"Name": "Literata_600SemiBold", "Project": "Literata_400Regular_Italic"}
    for name, file in faces.items():
        pdfmetrics.registerFont(TTFont(name, FONTS / "literata" / f"{file}.ttf"))
    pdfmetrics.registerFont(TTFont("Text", FONTS / "onest" / "Onest_400Regular.ttf"))
    leaves = _leaves()
    for data in people(count):
        _drawn(data, leaves)


def _drawn(data: CertificateData, leaves: list[list[float]]) -> bytes:
    output = io.BytesIO()
    width, height = landscape(A4)
    canvas = Canvas(output, pagesize=(width, height))
    canvas.setFillColor("#0b3d2e")
    canvas.rect(0, 0, 250, height, stroke=0, fill=1)
    _branches(canvas, leaves)
    size = min(46.0, 46.0 * 487 / pdfmetrics.stringWidth(data.name, "Name", 46))
    for font, points, y, text in (
        ("Name", 25, 430, "Диплом финалиста"), ("Text", 12, 412, "вручается"),
        ("Name", size, 350, data.name), ("Text", 14, 290, "за выход в финал с проектом"),
        ("Project", 18, 262, f"«{data.project}»"), ("Text", 10.5, 50, "19 сентября 2026 г."),
    ):  # fmt: skip
        canvas.setFillColor("#12211b")
        canvas.setFont(font, points)
        canvas.drawString(300, y, text)
    canvas.setFillColor("#ffffff")
    canvas.setFont("Name", 19)
    canvas.drawString(34, 530, data.programme)
    canvas.setFont("Text", 10.5)
    canvas.drawString(34, 60, f"№ {data.number}")
    _code(canvas, codes.matrix(data.verify_url))
    canvas.save()
    return output.getvalue()


def _leaves() -> list[list[float]]:
    drawing = str(laurel(*BRASS, palette("#0b6650").stage))
    found = re.findall(r'd="M([^"]*)Z" fill', drawing)
    return [[float(number) for number in re.findall(r"-?[\d.]+", one)] for one in found]


def _branches(canvas: Canvas, leaves: list[list[float]]) -> None:
    canvas.saveState()
    canvas.translate(31, 230)
    canvas.scale(0.47, 0.47)
    canvas.setFillColor("#dcb04a")
    for numbers in leaves:
        path = canvas.beginPath()
        path.moveTo(*numbers[:2])
        path.curveTo(*numbers[2:8])
        path.curveTo(*numbers[8:14])
        canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _code(canvas: Canvas, modules: Any) -> None:
    canvas.setFillColor("#ffffff")
    canvas.rect(34, 80, 84, 84, stroke=0, fill=1)
    canvas.setFillColor("#000000")
    step = 84 / len(modules)
    path = canvas.beginPath()
    for row, line in enumerate(modules.tolist()):
        for column, dark in enumerate(line):
            if dark:
                path.rect(34 + column * step, 164 - (row + 1) * step, step, step)
    canvas.drawPath(path, stroke=0, fill=1)


def all_cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of the work and of the children that end in it."""
    begun = _used()
    work()
    return _used() - begun


def _used() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def peak_megabytes(count: int) -> float:
    """Return the most memory that printing so many took, of the process and of its child."""
    code = f"import benchmarks.certificates as b; b.plates({count}); b.say_peak()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return float(done.stdout)


def say_peak() -> None:
    """Print the larger peak of this process and its children, in MB.

    The own one not from getrusage: there Linux counts what the process was forked from, too.
    """
    own = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text("ascii"))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(max(int(own[1]) if own else 0, children) / 1024)


def report() -> Iterator[str]:
    """Yield a table: milliseconds a certificate of each way, its rate in times page by page's."""
    page_by_page(3)
    by_reportlab(3)
    ways = {
        "WeasyPrint, page by page": all_cpu_seconds(partial(page_by_page, PEOPLE)),
        "reportlab": all_cpu_seconds(partial(by_reportlab, PEOPLE)),
        "plates": all_cpu_seconds(partial(plates, PEOPLE)),
    }
    base = ways["WeasyPrint, page by page"]
    yield f"{'way':>26} {'ms each':>8} {'x rate':>7}"
    for way, seconds in ways.items():
        yield f"{way:>26} {1000 * seconds / PEOPLE:8.1f} {base / seconds:7.2f}"
    yield f"{'signing, apart':>26} {signing_milliseconds():8.1f}"
    for count in (1_000, 10_000):
        yield f"{'most memory':>26} {count:8,} {peak_megabytes(count):6.0f} MB"


def signing_milliseconds() -> float:
    """Return what a PAdES signature costs a file."""
    with tempfile.TemporaryDirectory() as made:
        keys = installation_keys(Path(made), "Award")
        pdf = render_certificate(next(people(1)), str)
        sign_pdf(pdf, keys.pdf)

        def sign() -> None:
            for _ in range(SIGNED):
                sign_pdf(pdf, keys.pdf)

        return 1000 * cpu_seconds(sign) / SIGNED

"""Pictures of the demo's projects, drawn here: the same one for the same title."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from award.demo.library import Project
from award.storage import Storage, Stored

SIZE = (960, 720)
PICTURED = 40
Ink = Sequence[str]
PALETTES: Sequence[Ink] = (
    ("#14333b", "#e3b54a", "#5fcaa8", "#f3efe2"),
    ("#2c2010", "#d98b2b", "#f4cf86", "#8a5a1c"),
    ("#f3efe2", "#b4512f", "#2f5d50", "#e3b54a"),
    ("#1d2a52", "#8fb3ff", "#f3f7f5", "#e5735c"),
    ("#e7eeea", "#0b6650", "#dfa023", "#46584f"),
    ("#43202a", "#ff8a9b", "#fbe4e7", "#d9a05b"),
)


def covers_of_the_best(projects: Sequence[Project], storage: Storage) -> dict[str, Stored]:
    """Keep a picture for each of those that may become finalists; by title."""
    best = sorted(projects, key=lambda one: -one.quality)[:PICTURED]
    return {one.title: storage.write(cover(one.title)) for one in best}


def cover(title: str) -> bytes:
    """Return a PNG for a title."""
    chance = random.Random(title)
    ink = chance.choice(PALETTES)
    picture = Image.new("RGB", SIZE, ink[0])
    chance.choice(MOTIFS)(ImageDraw.Draw(picture), chance, ink)
    written = io.BytesIO()
    picture.quantize(32).save(written, "PNG")
    return written.getvalue()


def _hills(draw: ImageDraw.ImageDraw, chance: random.Random, ink: Ink) -> None:
    """A sun over ranges of hills, each nearer one in front."""
    width, height = SIZE
    x, y = chance.randint(180, 780), chance.randint(120, 260)
    draw.ellipse((x - 80, y - 80, x + 80, y + 80), fill=ink[1])
    for number in range(4):
        base, wave, shift = 300 + number * 105, chance.randint(30, 80), chance.random() * 9
        line = [(at, base + wave * math.sin(at / 170 + shift)) for at in range(0, width + 8, 8)]
        fill = ink[2] if number % 2 else ink[3]
        draw.polygon([(0, height), *line, (width, height)], fill=fill)


def _rings(draw: ImageDraw.ImageDraw, chance: random.Random, ink: Ink) -> None:
    """Waves that meet, as from stones in water."""
    for number in range(3):
        x, y = chance.randint(0, SIZE[0]), chance.randint(0, SIZE[1])
        for radius in range(40, 560, 84):
            box = (x - radius, y - radius, x + radius, y + radius)
            draw.ellipse(box, outline=ink[1 + number], width=22)


def _houses(draw: ImageDraw.ImageDraw, chance: random.Random, ink: Ink) -> None:
    """A street at night with some windows lit."""
    x = 0
    while x < SIZE[0]:
        width, top = chance.randint(90, 170), chance.randint(180, 430)
        draw.rectangle((x, top, x + width - 10, SIZE[1]), fill=ink[chance.choice((2, 3))])
        for column in range(x + 16, x + width - 40, 40):
            for row in range(top + 24, SIZE[1] - 40, 52):
                lit = ink[1] if chance.random() < 0.35 else ink[0]
                draw.rectangle((column, row, column + 20, row + 28), fill=lit)
        x += width


def _quilt(draw: ImageDraw.ImageDraw, chance: random.Random, ink: Ink) -> None:
    """Patches of quarter circles, each turned its own way."""
    side = 120
    for x in range(0, SIZE[0], side):
        for y in range(0, SIZE[1], side):
            ground, mark = chance.sample(list(ink), 2)
            draw.rectangle((x, y, x + side, y + side), fill=ground)
            corner = chance.randrange(4)
            left, top = x - side * (corner % 2), y - side * (corner // 2)
            box = (left, top, left + 2 * side, top + 2 * side)
            start = {0: 180, 1: 270, 2: 90, 3: 0}[corner]
            draw.pieslice(box, start, start + 90, fill=mark)


def _leaves(draw: ImageDraw.ImageDraw, chance: random.Random, ink: Ink) -> None:
    """Stems with leaves on both sides."""
    for number in range(5):
        x, top = 110 + number * 185 + chance.randint(-30, 30), chance.randint(90, 300)
        draw.line((x, SIZE[1], x, top), fill=ink[3], width=8)
        for step, y in enumerate(range(top, SIZE[1] - 40, 56)):
            side = 1 if step % 2 else -1
            tip = (x + side * 92, y - 44)
            draw.polygon([(x, y), (x + side * 30, y - 46), tip, (x + side * 62, y)], fill=ink[2])
        draw.ellipse((x - 20, top - 30, x + 20, top + 10), fill=ink[1])


MOTIFS: Sequence[Callable[[ImageDraw.ImageDraw, random.Random, Ink], None]] = (
    _hills,
    _rings,
    _houses,
    _quilt,
    _leaves,
)

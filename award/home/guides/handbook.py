"""The handbook in the pages: docs/handbook, rendered in the reader's language.

Headings keep the English anchors in every language, so that a page can point at its section.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from award.i18n import hold_together

HANDBOOK = Path(__file__).resolve().parents[3] / "docs" / "handbook"
GUIDES = ("organiser", "juror")
LONGEST_NAME = 80
ORIGINAL = "en"


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide, ready to print. sections: (anchor, heading) in their order."""

    title: str
    body: Markup
    sections: tuple[tuple[str, str], ...]


def guide(
    name: str, language: str, *, picture: Callable[[str], str], page: Callable[[str], str]
) -> Guide:
    """Return a guide of GUIDES in ``language``, in English where it is not written in it.

    picture and page turn the name of a picture or of another guide into its address.
    """
    tokens = _parsed(name, language)
    headings = _headings(tokens)
    anchors = [slug(text) for text in _headings(_parsed(name, ORIGINAL))]
    for token, anchor in zip(_opened(tokens), anchors, strict=True):
        token.attrSet("id", anchor)
    for child in (child for token in tokens for child in token.children or ()):
        _point(child, picture, page)
        if child.type == "text" and language != ORIGINAL:
            child.content = hold_together(child.content)
    # Raw HTML is off, so that the text is escaped; the handbook comes with the code.
    body = Markup(_markdown().renderer.render(tokens[3:], _markdown().options, {}))  # noqa: S704
    return Guide(headings[0], body, tuple(zip(anchors[1:], headings[1:], strict=True)))


def slug(heading: str) -> str:
    """Return the anchor that forges give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})


def _parsed(name: str, language: str) -> list[Token]:
    path = HANDBOOK / language / f"{name}.md"
    original = HANDBOOK / ORIGINAL / f"{name}.md"
    return _markdown().parse((path if path.exists() else original).read_text("utf-8"))


def _opened(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.type == "heading_open"]


def _headings(tokens: list[Token]) -> list[str]:
    return [inline.content for opened, inline in pairwise(tokens) if opened.type == "heading_open"]


def _point(token: Token, picture: Callable[[str], str], page: Callable[[str], str]) -> None:
    if token.type == "image":
        token.attrSet("src", picture(Path(str(token.attrGet("src"))).stem))
        token.attrSet("loading", "lazy")
    elif token.type == "link_open":
        target = Path(str(token.attrGet("href")))
        if target.suffix == ".md" and target.stem in GUIDES:
            token.attrSet("href", page(target.stem))


def picture_path(name: str, language: str) -> Path | None:
    """Return where a picture lies, the English one where there is none; None for no picture."""
    for folder in (language, ORIGINAL):
        path = HANDBOOK / "pictures" / folder / f"{name}.webp"
        if len(name) <= LONGEST_NAME and name.replace("-", "").isalnum() and path.is_file():
            return path
    return None

"""HTML to PDF by WeasyPrint, which may read nothing but the assets that are named to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "print"
FONTS = ROOT / "static" / "vendor" / "fonts"

Translate = Callable[[str], str]
# Pango's font map is shared by the process and is not made for several threads at once.
_rendering = threading.Lock()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that a page may use as ``asset:NAME``."""

    content: bytes
    media_type: str


def render_pdf(
    template: str,
    values: Mapping[str, Any],
    *,
    translate: Translate,
    language: str,
    assets: Mapping[str, Asset] | None = None,
    identifier: str = "",
) -> bytes:
    """Return the PDF of ``templates/print/<template>``, tagged for screen readers.

    values are the template's variables: text is escaped, an undefined variable raises
    jinja2.UndefinedError. translate turns an English msgid into ``language``. assets may be used
    as ``asset:NAME``. Raises ExportError ``asset_refused`` where the page asks for anything else,
    ``fonts_missing`` where the vendored fonts are not there.
    """
    from exports.press import print_page

    with _rendering:
        page = _environment().get_template(template)
        html = page.render({**values, "_": translate, "language": language})
        return print_page(html, template, assets or {}, identifier)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["lines"] = lambda text: Markup("<br>").join(str(text).splitlines())
    return environment

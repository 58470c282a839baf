"""HTML to PDF by WeasyPrint, which may read nothing but the assets that are named to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from exports.pdf import confinement
from exports.pdf.assets import Asset

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "print"
NARROW = "\N{NARROW NO-BREAK SPACE}"
"""Stands in dates and numbers of some languages; our fonts have next to no room for it."""

Translate = Callable[[str], str]


def render_pdf(
    template: str,
    values: Mapping[str, Any],
    *,
    translate: Translate,
    language: str,
    assets: Mapping[str, Asset] | None = None,
    identifier: str = "",
) -> bytes:
    """Return the PDF of ``templates/print/<template>``: PDF/A-3u, tagged for screen readers.

    values are the template's variables: text is escaped, an undefined variable raises
    jinja2.UndefinedError. translate turns an English msgid into ``language``. assets may be used
    as ``asset:NAME``. Raises ExportError ``asset_refused`` where the page asks for anything else,
    ``fonts_missing`` where the vendored fonts are not there, and what ``Confined`` raises.
    """
    page = environment().get_template(template)
    html = page.render({**values, "_": translate, "language": language})
    sheet = (TEMPLATES / template).with_suffix(".css").read_text(encoding="utf-8")
    return lay_out(html, sheet, assets or {}, identifier)


def lay_out(html: str, sheet: str, assets: Mapping[str, Asset], identifier: str = "") -> bytes:
    """Return the PDF of a finished page, laid out in the confined child process."""
    request = {
        "html": html.replace(NARROW, "\N{NO-BREAK SPACE}"),
        "sheet": sheet,
        "identifier": identifier,
        "media_types": {name: asset.media_type for name, asset in assets.items()},
    }
    return confinement.shared.print_page(
        request, {name: asset.content for name, asset in assets.items()}
    )


@cache
def environment(own: Path | None = None) -> ImmutableSandboxedEnvironment:
    """Return the templates' environment; ``own`` is a folder that is looked into first.

    It is a sandbox: a design that somebody sends round can print what it is given, and no more.
    """
    folders: list[BaseLoader] = [FileSystemLoader(own)] if own else []
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*folders, FileSystemLoader(TEMPLATES)]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["lines"] = lambda text: Markup("<br>").join(str(text).splitlines())
    return made

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
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from exports.errors import ExportError

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "print"
FONTS = ROOT / "static" / "vendor" / "fonts"
SCHEME = "asset:"
FACES = {
    "onest/Onest_400Regular.ttf": ("Onest", 400, "normal"),
    "onest/Onest_500Medium.ttf": ("Onest", 500, "normal"),
    "onest/Onest_600SemiBold.ttf": ("Onest", 600, "normal"),
    "literata/Literata_400Regular.ttf": ("Literata", 400, "normal"),
    "literata/Literata_400Regular_Italic.ttf": ("Literata", 400, "italic"),
    "literata/Literata_600SemiBold.ttf": ("Literata", 600, "normal"),
}

Translate = Callable[[str], str]
# Pango's font map is shared by the process and is not made for several threads at once.
_rendering = threading.Lock()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that a page may use as ``asset:NAME``."""

    content: bytes
    media_type: str


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no type information
    """A fetcher that serves the named assets and refuses every other address, files included."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the asset; raise FatalURLFetchingError, which ends the rendering, for the rest."""
        asset = self._assets.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if asset is None:
            raise FatalURLFetchingError(f"not a named asset: {url[:200]}")
        return URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})


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
    with _rendering:
        sheets = [_font_faces(), _stylesheet(template)]
        page = _environment().get_template(template)
        html = page.render({**values, "_": translate, "language": language})
        try:
            document = HTML(string=html, url_fetcher=AssetFetcher(assets or {}), base_url=SCHEME)
            pdf: bytes = document.write_pdf(
                stylesheets=sheets,
                font_config=_font_configuration(),
                pdf_identifier=identifier.encode() or None,
                pdf_tags=True,
                custom_metadata=True,
            )
        except FatalURLFetchingError as error:
            raise ExportError("asset_refused", why=str(error)) from None
    return pdf


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


@cache
def _font_configuration() -> FontConfiguration:
    return FontConfiguration()


@cache
def _font_faces() -> CSS:
    """The font faces, read once a process: each further reading would register them anew."""
    assets, rules = {}, []
    for path, (family, weight, style) in FACES.items():
        file = FONTS / path
        if not file.exists():
            raise ExportError("fonts_missing", file=str(file))
        assets[path] = Asset(file.read_bytes(), "font/ttf")
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
            f'src:url("{SCHEME}{path}")}}'
        )
    return CSS(
        string="".join(rules),
        font_config=_font_configuration(),
        url_fetcher=AssetFetcher(assets),
        base_url=SCHEME,
    )


@cache
def _stylesheet(template: str) -> CSS:
    path = TEMPLATES / Path(template).with_suffix(".css").name
    return CSS(
        string=path.read_text(encoding="utf-8"),
        font_config=_font_configuration(),
        url_fetcher=AssetFetcher({}),
        base_url=SCHEME,
    )

"""The WeasyPrint side of rendering: sheets, fonts and what a page may read.

A module of its own because WeasyPrint takes a second to load: a server that prints nothing in its
first minute need not wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from exports.errors import ExportError
from exports.rendering import FONTS, TEMPLATES, Asset

SCHEME = "asset:"
FACES = {
    "onest/Onest_400Regular.ttf": ("Onest", 400, "normal"),
    "onest/Onest_500Medium.ttf": ("Onest", 500, "normal"),
    "onest/Onest_600SemiBold.ttf": ("Onest", 600, "normal"),
    "literata/Literata_400Regular.ttf": ("Literata", 400, "normal"),
    "literata/Literata_400Regular_Italic.ttf": ("Literata", 400, "italic"),
    "literata/Literata_600SemiBold.ttf": ("Literata", 600, "normal"),
}


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


def print_page(html: str, template: str, assets: Mapping[str, Asset], identifier: str) -> bytes:
    """Return the PDF of a page with the sheet of its template; the caller holds the lock.

    Raises ExportError ``asset_refused``, ``fonts_missing`` as ``exports.rendering.render_pdf``.
    """
    sheets = [_font_faces(), _stylesheet(template)]
    try:
        document = HTML(string=html, url_fetcher=AssetFetcher(assets), base_url=SCHEME)
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

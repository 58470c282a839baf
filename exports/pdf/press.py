"""The WeasyPrint side of rendering: sheets, fonts and what a page may read.

Only the child process of ``exports.pdf.confinement`` loads this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from exports.errors import ExportError
from exports.pdf.assets import FONTS, Asset
from exports.pdf.tagging import complete

SCHEME = "asset:"
NOTO = "noto-serif-{0}/noto-serif-{0}-{0}-{1}-normal.woff2"
CYRILLIC = "noto-serif/noto-serif-cyrillic-ext-{0}.woff2"
FACES = {
    "onest/Onest_400Regular.ttf": ("Onest", 400, "normal"),
    "onest/Onest_500Medium.ttf": ("Onest", 500, "normal"),
    "onest/Onest_600SemiBold.ttf": ("Onest", 600, "normal"),
    "literata/Literata_400Regular.ttf": ("Literata", 400, "normal"),
    "literata/Literata_400Regular_Italic.ttf": ("Literata", 400, "italic"),
    "literata/Literata_600SemiBold.ttf": ("Literata", 600, "normal"),
    CYRILLIC.format("400-normal"): ("Cyrillic", 400, "normal"),
    CYRILLIC.format("400-italic"): ("Cyrillic", 400, "italic"),
    CYRILLIC.format("600-normal"): ("Cyrillic", 600, "normal"),
    NOTO.format("georgian", 400): ("Georgian", 400, "normal"),
    NOTO.format("georgian", 600): ("Georgian", 600, "normal"),
    NOTO.format("armenian", 400): ("Armenian", 400, "normal"),
    NOTO.format("armenian", 600): ("Armenian", 600, "normal"),
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


def answer(
    request: Mapping[str, Any], blobs: Mapping[str, bytes]
) -> tuple[dict[str, Any], list[bytes]]:
    """Lay out what ``rendering`` asks for; an ExportError is told as code and params."""
    assets = {name: Asset(blobs[name], request["media_types"][name]) for name in blobs}
    try:
        return {}, [print_page(request["html"], request["sheet"], assets, request["identifier"])]
    except ExportError as error:
        return {"code": error.code, "params": error.params}, []


def print_page(html: str, sheet: str, assets: Mapping[str, Asset], identifier: str) -> bytes:
    """Return the page as PDF/A-3u, tagged, fonts embedded.

    Raises ExportError ``asset_refused``, ``fonts_missing`` as ``exports.pdf.rendering.render_pdf``.
    """
    try:
        document = HTML(string=html, url_fetcher=AssetFetcher(assets), base_url=SCHEME)
        pdf: bytes = document.write_pdf(
            stylesheets=[_font_faces(), _stylesheet(sheet)],
            font_config=_font_configuration(),
            pdf_identifier=identifier.encode() or None,
            pdf_variant="pdf/a-3u",
            pdf_tags=True,
            custom_metadata=True,
            finisher=complete,
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
        assets[path] = Asset(file.read_bytes(), f"font/{file.suffix[1:]}")
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


@lru_cache(maxsize=16)
def _stylesheet(sheet: str) -> CSS:
    return CSS(
        string=sheet,
        font_config=_font_configuration(),
        url_fetcher=AssetFetcher({}),
        base_url=SCHEME,
    )

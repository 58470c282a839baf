"""Teams' pictures for the public: drawn anew, small, without what a camera wrote into them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from award.errors import NotFoundError

WIDTHS = (480, 1200)
QUALITY = 55
FLAT = 256


def rendition(content: bytes, width: int) -> bytes:
    """Return a picture as WebP, at most ``width`` wide and as high; NotFoundError for no picture.

    Decoded and encoded again: neither metadata nor anything behind the picture survives.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
            opened.draft("RGB", (width, width))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((width, width))
            drawn, flat = _on_white(picture), opened.getcolors(FLAT) is not None
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise NotFoundError from error
    made = [_webp(drawn, quality=QUALITY)]
    if flat:  # a drawing with sharp edges
        made.append(_webp(drawn.quantize(64, dither=Image.Dither.NONE), lossless=True))
    return min(made, key=len)


def _webp(picture: Image.Image, **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, "WEBP", method=4, **options)
    return written.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if "transparency" not in picture.info and "A" not in picture.getbands():
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")

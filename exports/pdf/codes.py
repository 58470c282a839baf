"""QR codes as PDF drawings: one path of rectangles, sharp at any size."""

from __future__ import annotations

import zlib
from itertools import groupby

import numpy as np
import pikepdf
import zxingcpp
from pikepdf import Array, Dictionary, Name

QUIET = 4


def matrix(content: str) -> np.ndarray:
    """Return the modules of the code with its quiet zone, True where dark; square."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    image = np.array(code.to_image(scale=1, add_quiet_zones=False))
    return np.pad(image < 128, QUIET)


def drawing(pdf: pikepdf.Pdf, modules: np.ndarray) -> pikepdf.Stream:
    """Return the code as a form that fills the unit square, as an image does."""
    side = len(modules)
    rectangles = ["1 g", f"0 0 {side} {side} re f", "0 g"]
    for row, line in enumerate(modules):
        at = 0
        for dark, run in groupby(line.tolist()):
            length = len(list(run))
            if dark:
                # A hair taller than it is, or viewers show white seams between the rows.
                rectangles.append(f"{at} {side - row - 1} {length} 1.03 re")
            at += length
    return pikepdf.Stream(
        pdf,
        zlib.compress("\n".join([*rectangles, "f"]).encode()),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, side, side]),
        Matrix=Array([1 / side, 0, 0, 1 / side, 0, 0]),
        Resources=Dictionary(),
        Filter=Name.FlateDecode,
    )

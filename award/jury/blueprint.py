"""The blueprint that the pages of the jury register on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("jury", __name__)

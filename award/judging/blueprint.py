"""The blueprint of ``award.judging``."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("judging", __name__)

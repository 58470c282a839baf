"""The blueprint of ``award.seasons``."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("seasons", __name__)

"""Sentences for the codes of ``award.results``."""

from __future__ import annotations


from award.texts.marking import N_

TEXTS = {}

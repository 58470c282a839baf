"""Sentences for the codes of ``award.judging``."""

from __future__ import annotations


from award.texts.marking import N_

TEXTS = {
}

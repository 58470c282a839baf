"""Sentences for the codes of ``award.jury``."""

from __future__ import annotations


from award.texts.marking import N_

TEXTS = {
}

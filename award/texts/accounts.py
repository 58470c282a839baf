"""Sentences for the codes of ``award.accounts``."""

from __future__ import annotations


from award.texts.marking import N_

TEXTS = {
}

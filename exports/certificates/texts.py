"""The sentences of a certificate: complete phrases, so that each language can decline its own.

Names never stand inside a sentence, but on lines of their own: Russian would have to decline them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from exports.languages import N_
from exports.pdf.rendering import Translate

INNER = {"«": ("„", "“"), "„": ("‚", "‘"), "“": ("‘", "’")}
QUOTED = re.compile(r'[«„“"]([^«»„“”"]*)[»“”"]')

KINDS = (
    "participant",
    "team_member",
    "finalist",
    "winner",
    "community_award",
    "juror",
    "mentor",
)
TITLES = {
    "participant": N_("Certificate of participation"),
    "team_member": N_("Team member’s certificate"),
    "finalist": N_("Finalist’s certificate"),
    "winner": N_("Winner’s certificate"),
    "community_award": N_("Community award"),
    "juror": N_("Letter of thanks"),
    "mentor": N_("Letter of thanks"),
}
WITH_PROJECT = {
    "participant": N_("for taking part with the project"),
    "team_member": N_("for working in the team of the project"),
    "finalist": N_("for reaching the final with the project"),
    "winner": N_("for winning with the project"),
    "community_award": N_("for winning the public vote with the project"),
    "juror": N_("for serving on the jury, project"),
    "mentor": N_("for mentoring the team of the project"),
}
WITHOUT_PROJECT = {
    "participant": N_("for taking part in the programme"),
    "team_member": N_("for working in a team"),
    "finalist": N_("for reaching the final"),
    "winner": N_("for winning"),
    "community_award": N_("for winning the public vote"),
    "juror": N_("for serving on the jury: every entry was read with care and scored with fairness"),
    "mentor": N_("for mentoring the teams"),
}
PLACES_WITH_PROJECT = {
    "1": N_("for first place with the project"),
    "2": N_("for second place with the project"),
    "3": N_("for third place with the project"),
}
PLACES_WITHOUT_PROJECT = {
    "1": N_("for first place"),
    "2": N_("for second place"),
    "3": N_("for third place"),
}


class Worded(Protocol):
    """What the wording depends on."""

    @property
    def kind(self) -> str:
        """One of KINDS."""

    @property
    def project(self) -> str:
        """The project's title, or ""."""

    @property
    def place(self) -> str:
        """The place, or ""."""

    @property
    def prize(self) -> str:
        """The prize, or ""."""

    @property
    def sentence(self) -> str:
        """What it is for in the certificate's language, or "" for what the kind says."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The lines of one certificate, in its language; project and prize are "" where not given."""

    title: str
    lead: str
    sentence: str
    project: str
    prize: str


def wording(data: Worded, translate: Translate) -> Wording:
    """Return the lines for the certificate; ``data.kind`` is one of KINDS."""
    _ = translate
    thanks = data.kind in {"juror", "mentor"}
    return Wording(
        title=_(TITLES[data.kind]),
        lead=_("with sincere thanks to") if thanks else _("is presented to"),
        sentence=data.sentence or _sentence(data, translate),
        project=_quoted(data.project, _("“%(title)s”")) if data.project else "",
        prize=_prize(data, translate),
    )


def _prize(data: Worded, translate: Translate) -> str:
    """Say the prize, unless the title does already; one that is called a prize, only once."""
    _ = translate
    called = _("Prize: %(prize)s")
    if data.prize.casefold() in {"", _(TITLES[data.kind]).casefold()}:
        return ""
    word = called.partition(":")[0].casefold()
    return data.prize if data.prize.casefold().startswith(word) else called % {"prize": data.prize}


def _quoted(title: str, outer: str) -> str:
    """Quote a title as the language does: quotation marks in it become the inner ones."""
    first, last = INNER.get(outer[0], INNER["“"])
    return outer % {"title": QUOTED.sub(rf"{first}\1{last}", title)}


def _sentence(data: Worded, translate: Translate) -> str:
    _ = translate
    if data.kind == "winner" and data.place:
        known = PLACES_WITH_PROJECT if data.project else PLACES_WITHOUT_PROJECT
        if data.place in known:
            return _(known[data.place])
        if data.project:
            return _("for place %(place)s with the project") % {"place": data.place}
        return _("for place %(place)s") % {"place": data.place}
    return _((WITH_PROJECT if data.project else WITHOUT_PROJECT)[data.kind])

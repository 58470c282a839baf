"""The protocol of a round: who judged, by which rules, what came out, what the jury decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from exports.languages import N_
from exports.pdf.drawing import palette
from exports.pdf.rendering import Translate, render_pdf

MOST_ROWS = 2000
"""Rows of the result that are printed; laying out ten times as many takes minutes."""
STEPS = {
    "conflict": N_("conflict of interest"),
    "recusal": N_("recusal"),
    "exclusion": N_("exclusion by the organiser"),
}
OUTCOMES = {
    "": "",
    "in": N_("goes on"),
    "out": N_("does not go on"),
    "finalist": N_("finalist"),
    "winner": N_("winner"),
    "community_award": N_("community award"),
    "withdrawn": N_("withdrawn"),
}
METHODS = {
    "plain": N_(
        "The order follows the plain mean: each juror's weighted mean over the criteria, then the "
        "mean over the jurors of the entry. The fair score stands beside it for comparison."
    ),
    "calibrated": N_(
        "The order follows the fair score: the entry's mean after each juror's severity, estimated "
        "from all score sheets of the round, is taken off. The plain mean stands beside it."
    ),
}
MINUTES = {
    "opened": N_("The meeting was opened."),
    "reopened": N_("The meeting was opened again."),
    "closed": N_("The meeting was closed."),
    "shown": N_("The jury talked about this entry."),
    "decided": N_("Decided"),
    "noted": N_("Noted"),
    "present": N_("In the room"),
}
TIE_RULES = {
    "shared": N_("shared: nothing separated them"),
    "criterion": N_("a criterion that the rules name"),
    "median": N_("the median"),
    "head_to_head": N_("the jurors who scored both"),
    "chair": N_("the chair's vote"),
    "lot": N_("a lot with a published seed"),
}


@dataclass(frozen=True, slots=True)
class ProtocolJuror:
    """One juror: how many score sheets of those assigned were handed in, how many of these on
    paper.
    """

    name: str
    panel: str = ""
    chair: bool = False
    sheets: int = 0
    assigned: int = 0
    on_paper: int = 0
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolStep:
    """A conflict, recusal or exclusion (a key of STEPS): this juror did not score this entry."""

    juror: str
    entry: str
    kind: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolCriterion:
    """One line of the rubric; weight and scale as the rules state them, share of all weights 0 to
    1.
    """

    title: str
    weight: Decimal
    minimum: Decimal
    maximum: Decimal
    share: float = 0.0
    required: bool = True


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """One standing. place is "1" or "2–3"; outcome is a key of OUTCOMES; None is "not computed".

    plain_place: by the plain mean. above: among those the cut lets through. open: the scores can
    put it neither above nor below the cut. decided_place: the jury's, None where it gave none.
    """

    place: str
    entry: str
    plain: Decimal | None
    calibrated: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    jurors: int = 0
    group: str = ""
    outcome: str = ""
    plain_place: str = ""
    above: bool = False
    open: bool = False
    decided_place: int | None = None


@dataclass(frozen=True, slots=True)
class ProtocolTie:
    """Entries that were equal, and the step that separated them.

    rule is a key of TIE_RULES, with ":" and the criterion where it is about one.
    """

    entries: tuple[str, ...]
    place: str
    rule: str


@dataclass(frozen=True, slots=True)
class ProtocolDecision:
    """A decision that departs from the computed place, with the jury's reason."""

    entry: str
    computed: str
    decided: str
    reason: str
    computed_place: int | None = None
    decided_place: int | None = None


@dataclass(frozen=True, slots=True)
class ProtocolAssignment:
    """How entries came to jurors. proposed and by_hand count pairs; share is what the proposals
    reached of the best possible fit, 0 to 1, None where nothing was proposed.
    """

    entries: int = 0
    withdrawn: int = 0
    per_entry: int = 0
    proposed: int = 0
    by_hand: int = 0
    load_min: int = 0
    load_max: int = 0
    share: float | None = None
    panels: bool = False
    blind: bool = False


@dataclass(frozen=True, slots=True)
class ProtocolMethod:
    """What computed the result. ties are steps as TIE_RULES names them, in their order; agreement
    is the generalizability of the order, 0 to 1.
    """

    engine: str = ""
    seed: int = 0
    draws: int = 0
    cut: int | None = None
    ties: tuple[str, ...] = ()
    agreement: float | None = None
    number: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolPrize:
    """A prize and the entry that has it."""

    title: str
    entry: str


@dataclass(frozen=True, slots=True)
class ProtocolSignature:
    """Somebody who signs: on screen at ``signed_at``, or on paper where that is None."""

    name: str
    chair: bool = False
    signed_at: datetime | None = None
    dissent: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolMinute:
    """A line of the meeting's minutes; kind is a key of MINUTES.

    decided and place: a decision, text its reason or what was noted; absent names who stepped back
    from the entry, present who was in the room.
    """

    at: datetime
    kind: str
    entry: str = ""
    decided: str = ""
    place: int | None = None
    text: str = ""
    absent: tuple[str, ...] = ()
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolMeeting:
    """The meeting in which the jury decided, its lines in the order in which they were written.

    present: everybody who was noted as being there; signatures: who signed these minutes, whose
    SHA-256 is digest. withheld counts lines that this reader's copy leaves out.
    """

    lines: tuple[ProtocolMinute, ...] = ()
    present: tuple[str, ...] = ()
    signatures: tuple[ProtocolSignature, ...] = ()
    digest: str = ""
    open: bool = False
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Protocol:
    """Everything the protocol of one round says.

    rows stand in the order they are printed in. method is a key of METHODS. digest is the SHA-256
    of the result bundle, audit_head the hash that the audit log ended with when the protocol was
    drawn up; without drawn_up_at it is a draft. Moments are aware and shown in ``zone``, which is
    called zone_name. meeting is None where the jury did not meet.
    """

    programme: str
    season: str
    round: str
    language: str
    zone: str
    closed_at: datetime
    tabulated_at: datetime
    method: str
    jurors: tuple[ProtocolJuror, ...]
    rubric: tuple[ProtocolCriterion, ...]
    rows: tuple[ProtocolRow, ...]
    digest: str
    audit_head: str = ""
    steps: tuple[ProtocolStep, ...] = ()
    ties: tuple[ProtocolTie, ...] = ()
    decisions: tuple[ProtocolDecision, ...] = ()
    signatures: tuple[ProtocolSignature, ...] = ()
    prizes: tuple[ProtocolPrize, ...] = ()
    assignment: ProtocolAssignment = ProtocolAssignment()
    computing: ProtocolMethod = ProtocolMethod()
    drawn_up_at: datetime | None = None
    drawn_up_by: str = ""
    colour: str = "#0b6650"
    zone_name: str = ""
    meeting: ProtocolMeeting | None = None


def render_protocol(protocol: Protocol, translate: Translate) -> bytes:
    """Return the protocol as a PDF on A4 pages, each with the round's name and its number.

    translate turns English msgids into ``protocol.language``. A part with nothing to report says
    so; a code without a sentence is printed as it is. Of very many entries the first MOST_ROWS are
    printed, with how many follow. Raises ExportError colour_malformed or
    fonts_missing.
    """
    colours = palette(protocol.colour)
    values: dict[str, Any] = {
        "protocol": protocol,
        "rows": protocol.rows[:MOST_ROWS],
        "further": max(0, len(protocol.rows) - MOST_ROWS),
        "colours": colours,
        "number": lambda value, digits=2: _number(value, protocol.language, digits),
        "moment": lambda value: _moment(value, protocol),
        "word": lambda table, code: translate(table[code]) if table.get(code) else code,
        "STEPS": STEPS,
        "OUTCOMES": OUTCOMES,
        "METHODS": METHODS,
        "MINUTES": MINUTES,
        "clock": lambda value: f"{value.astimezone(ZoneInfo(protocol.zone)):%H:%M}",
        "days": _days(protocol),
        "tie_rule": lambda rule: tie_rule(rule, translate),
        "panels": any(juror.panel for juror in protocol.jurors),
        "grouped": any(row.group for row in protocol.rows),
        "calibrated": any(row.calibrated is not None for row in protocol.rows),
        "percent": lambda share: _percent(share, protocol.language),
        "on_paper": any(juror.on_paper for juror in protocol.jurors),
        "dissents": [one for one in protocol.signatures if one.dissent],
        "departing": frozenset(decision.entry for decision in protocol.decisions),
    }
    return render_pdf("protocol.html", values, translate=translate, language=protocol.language)


def _number(value: Decimal | None, language: str, digits: int) -> str:
    if value is None:
        return "—"
    pattern = "#,##0." + ("0" * digits if digits else "####")
    return str(format_decimal(value, pattern, locale=Locale.parse(language)))


def _percent(share: float, language: str) -> str:
    return str(format_percent(share, "#,##0.#\u00a0%", locale=Locale.parse(language)))


def _moment(moment: datetime, protocol: Protocol) -> str:
    local = moment.astimezone(ZoneInfo(protocol.zone))
    day = format_date(local, "long", locale=Locale.parse(protocol.language))
    return f"{day}, {local:%H:%M} {protocol.zone_name or protocol.zone}"


def _days(protocol: Protocol) -> list[tuple[str, list[ProtocolMinute]]]:
    """Return the minutes by the day on which they were written, in their order."""
    found: dict[str, list[ProtocolMinute]] = {}
    for line in protocol.meeting.lines if protocol.meeting else ():
        local = line.at.astimezone(ZoneInfo(protocol.zone))
        day = str(format_date(local, "long", locale=Locale.parse(protocol.language)))
        found.setdefault(day, []).append(line)
    return list(found.items())


def tie_rule(rule: str, translate: Translate) -> str:
    """Return a step of the cascade in words: "median", "criterion:Impact", "lot:7" (its seed)."""
    name, _, criterion = rule.partition(":")
    sentence = translate(TIE_RULES[name]) if name in TIE_RULES else name
    return f"{sentence}: {criterion}" if criterion else sentence

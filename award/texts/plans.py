"""What the ``assignment`` package says in codes, as sentences for CLI and pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from assignment import Bottleneck, Conflict, ExtraJuror, Impossible, Relaxation, Why, WhyNot
from award.i18n import language_name
from award.texts import say

NAMED = 12
"""How many keys a sentence lists before it gives the number of the others."""


def why_text(reasons: Sequence[Why], language: str) -> str:
    """Return why a pair fits, parts separated by semicolons."""
    return "; ".join(_why(reason, language) for reason in reasons)


def why_not_text(answer: WhyNot, language: str, name: Callable[[str], str] = str) -> str:
    """Return why a pair is not there and what it would cost; ``name`` gives keys their names."""
    params = dict(answer.params) | {"entry": name(answer.entry), "juror": name(answer.juror)}
    if answer.code == "conflict":
        params["why"] = say(f"assign.{answer.params['reason']}", language, answer.params)
    if answer.loss is not None:
        params["loss"] = f"{answer.loss:.3f}"
    return say(f"assign.not_{answer.code}", language, params)


def moves_text(answer: WhyNot, language: str, name: Callable[[str], str] = str) -> str:
    """Return which entries would change hands if the pair were forced, "" where none would."""
    moves = [
        say(
            "assign.move",
            language,
            {"entry": name(one.entry), "leaves": name(one.leaves), "takes": name(one.takes)},
        )
        for one in answer.moves
    ]
    return say("assign.moves", language, {"moves": named(moves)}) if moves else ""


def extra_juror_text(one: ExtraJuror, language: str) -> str:
    """Return what one more juror who knows a topic would do."""
    params = {
        "topic": one.topic,
        "places": one.places,
        "gain": f"{one.gain:.2f}",
        "weak": one.weak_entries,
    }
    return say("assign.extra_juror", language, params)


def extra_place_text(juror: str, gain: float, language: str) -> str:
    """Return what one more place of a juror would do."""
    return say("assign.extra_place", language, {"juror": juror, "gain": f"{gain:.3f}"})


def conflict_text(conflict: Conflict, language: str) -> str:
    """Return the reason of a conflict."""
    return say(f"assign.{conflict.code}", language, conflict.params)


def impossible_text(certificate: Impossible, language: str) -> str:
    """Return why no assignment exists: the first bottlenecks in words, the others as a number."""
    told = [_bottleneck(one, language) for one in certificate.bottlenecks[:NAMED]]
    more = len(certificate.bottlenecks) - len(told)
    return " ".join([*told, f"… +{more}"] if more else told)


def change_text(change: Relaxation, language: str) -> str:
    """Return one change that would help, as the end of "you could …"."""
    params = {"entry": change.entry, "juror": change.juror, "by": change.by, "to": change.to}
    return say(f"assign.{change.code}", language, params)


def changes_text(certificate: Impossible, language: str) -> str:
    """Return the smallest relaxation as one sentence."""
    changes = [change_text(change, language) for change in certificate.relaxation]
    return say("assign.relaxation", language, {"changes": named(changes)})


def named(keys: Sequence[str]) -> str:
    """Return the first keys; how many more there are is a number, which needs no words."""
    shown = ", ".join(keys[:NAMED])
    return f"{shown}, … +{len(keys) - NAMED}" if len(keys) > NAMED else shown


def _why(reason: Why, language: str) -> str:
    params = dict(reason.params)
    if isinstance(shared := params.get("shared"), tuple):
        params |= {"shared": ", ".join(shared), "known": len(shared)}
    if isinstance(spoken := params.get("language"), str):
        params["language"] = language_name(spoken, language)
    return say(f"assign.{reason.code}", language, params)


def _bottleneck(one: Bottleneck, language: str) -> str:
    params: dict[str, Any] = {
        name: named(value) if isinstance(value, tuple) else value
        for name, value in one.params.items()
    }
    if "reason" in params:
        params["reason"] = say(f"assign.{params['reason']}", language, one.params)
    if "needed" in params:
        params["possible"] = params["needed"] - one.missing
    params |= {"entries": named(one.entries), "jurors": named(one.jurors), "missing": one.missing}
    code = one.code
    if code == "entries_short" and not (one.params["full"] and one.params["others"]):
        code = "entries_full" if one.params["full"] else "entries_few_jurors"
    return say(f"assign.{code}", language, params)

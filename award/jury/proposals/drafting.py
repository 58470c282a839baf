"""Asking the engine for a proposal; nothing is written here."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import assignment as engine
from assignment import CannotAssign, Difference, Impossible, Pair, PairKey
from award.errors import AwardError, InputError, RuleError
from award.jury.proposals.figures import describe
from award.jury.proposals.problem import RoundProblem, load_problem
from award.models.entries import Entry, EntryState
from award.models.jury import Juror, JurorState, RoundEntry, RunState
from award.models.seasons import Round

VERBS = ("assign", "top_up", "rebalance", "repair", "substitute")
MODES = ("default", "optimum", "random")
AT_ONCE = 40_000
"""Pairs of entries and jurors up to which a proposal is computed while the organiser waits."""


class ImpossibleError(AwardError):
    """No assignment keeps every rule; ``certificate`` says who stands in the way."""

    status = 422

    def __init__(self, certificate: Impossible) -> None:
        super().__init__("assignment_impossible", missing=certificate.missing)
        self.certificate = certificate


@dataclass(frozen=True, slots=True)
class Wish:
    """How to search. budget, strong and max_probability from 0 to 1, as the engine's Options.

    native and panel (a key, "" for none): the kinds of juror of whom every entry should have one,
    beside a strong match. juror: the public id of the one whose entries go to others, for verb
    substitute.
    """

    mode: str = "default"
    budget: float = 0.01
    strong: float = 0.5
    max_probability: float = 0.5
    seed: int = 0
    native: bool = False
    panel: str = ""
    juror: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Wish:
        """Return what ``asdict`` wrote; unknown names are left out."""
        return cls(**{name: stored[name] for name in cls.__slots__ if name in stored})

    def wanted(self) -> tuple[engine.Wanted, ...]:
        """Return the engine's kinds of juror of whom every entry should have one."""
        native = (engine.Wanted("native"),) if self.native else ()
        return (*native, engine.Wanted("panel", self.panel)) if self.panel else native

    def options(self, progress: Callable[[str], None] | None = None) -> engine.Options:
        """Return the engine's options."""
        return engine.Options(
            mode=self.mode,  # type: ignore[arg-type]
            budget=self.budget,
            strong=self.strong,
            max_probability=self.max_probability,
            seed=self.seed,
            progress=progress,
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the engine proposes for a round, as plain JSON; ``difference`` names its base.

    Where it is impossible, state says so, certificate has the proof and the rest is empty.
    """

    verb: str
    report: dict[str, Any]
    difference: dict[str, Any]
    options: dict[str, Any]
    state: RunState = RunState.READY
    certificate: dict[str, Any] | None = None

    def figures(self) -> dict[str, Any]:
        """Return the report with what a list of runs tells: how much changes, on which base."""
        if self.state is not RunState.READY:
            return self.report
        counts = {name: len(self.difference[name]) for name in ("added", "removed")}
        return {**self.report, **counts, "base": self.difference["base"]}


def is_quick(session: Session, round_id: int) -> bool:
    """Whether a proposal for the round is a matter of seconds, by its entries and jurors."""
    return size_of(session, round_id) <= AT_ONCE


def size_of(session: Session, round_id: int) -> int:
    """Return how many pairs of a competing entry and an active juror a round has."""
    entries = (
        select(func.count())
        .select_from(RoundEntry)
        .join(Entry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
    )
    jurors = (
        select(func.count())
        .select_from(Juror)
        .join(Round, Round.season_id == Juror.season_id)
        .where(Round.id == round_id, Juror.state == JurorState.ACTIVE)
    )
    return (session.scalar(entries) or 0) * (session.scalar(jurors) or 0)


def draft_outcome(
    session: Session,
    round_id: int,
    verb: str,
    wish: Wish,
    progress: Callable[[str], None] | None = None,
) -> Proposal:
    """Ask as ``draft_proposal``; an impossible one comes back with its certificate."""
    try:
        return draft_proposal(session, round_id, verb, wish=wish, progress=progress)
    except ImpossibleError as error:
        return Proposal(
            verb, {}, {}, asdict(wish), RunState.IMPOSSIBLE, certificate_json(error.certificate)
        )


def draft_proposal(
    session: Session,
    round_id: int,
    verb: str,
    *,
    seed: int = 0,
    wish: Wish | None = None,
    progress: Callable[[str], None] | None = None,
) -> Proposal:
    """Ask the engine; reads only, and slow in a large round: call it outside a unit of work.

    verb: assign (anew, but for what was begun), top_up, rebalance, repair, or substitute (repair
    without wish.juror's entries). progress hears the engine's stages. Raises ImpossibleError with
    the certificate, InputError verb_unknown or mode_unknown, RuleError no_entries_admitted,
    no_active_jurors, juror_not_active or assignment_failed.
    """
    wish = wish or Wish(seed=seed)
    if verb not in VERBS:
        raise InputError("verb_unknown", verb=verb)
    if wish.mode not in MODES:
        raise InputError("mode_unknown", mode=wish.mode)
    state = load_problem(session, round_id)
    state = replace(state, problem=replace(state.problem, wanted=wish.wanted()))
    if not state.problem.entries:
        raise RuleError("no_entries_admitted")
    if not state.problem.jurors:
        raise RuleError("no_active_jurors")
    try:
        found = _solve(state, verb, wish, progress)
        report = describe(state.problem, found, wish.options())
    except CannotAssign as error:
        raise ImpossibleError(error.certificate) from error
    except engine.AssignmentError as error:
        raise RuleError("assignment_failed", why=error.code) from error
    return Proposal(verb, report, _difference(found, state), asdict(wish))


def _solve(
    state: RoundProblem, verb: str, wish: Wish, progress: Callable[[str], None] | None
) -> Difference:
    options = wish.options(progress)
    present = frozenset(state.present)
    if verb in ("repair", "substitute"):
        kept = replace(state.problem, kept=_allowed(state, state.sure))
        if verb == "substitute":
            kept = _without(kept, wish.juror)
        return engine.repair(kept, present=present, options=options)
    problem = _at_rest(state.problem, state)
    if verb == "top_up":
        return engine.top_up(problem, _allowed(state, present), options)
    kept = replace(problem, kept=_allowed(state, state.sure))
    if verb == "assign":
        return engine.assign(kept, present=present, options=options)
    return engine.rebalance(kept, present=present, options=options)


def _allowed(state: RoundProblem, pairs: Iterable[PairKey]) -> frozenset[PairKey]:
    """Leave out pairs that a conflict or an earlier recusal forbids: those have to go."""
    never = {(c.entry, c.juror) for c in state.problem.conflicts} | state.problem.forbidden
    return frozenset(pair for pair in pairs if pair not in never)


def _at_rest(problem: engine.Problem, state: RoundProblem) -> engine.Problem:
    """Jurors on standby get nothing that they do not have."""
    loads = Counter(juror for _, juror in state.present)
    jurors = tuple(
        replace(one, minimum=0, maximum=loads[one.key]) if one.key in state.standby else one
        for one in problem.jurors
    )
    return replace(problem, jurors=jurors)


def _without(problem: engine.Problem, juror: str) -> engine.Problem:
    """One juror keeps only what she has begun or what a hand gave her."""
    if juror not in {one.key for one in problem.jurors}:
        raise RuleError("juror_not_active")
    sure = sum(key == juror for _, key in problem.kept)
    jurors = tuple(
        replace(one, minimum=0, maximum=sure) if one.key == juror else one for one in problem.jurors
    )
    return replace(problem, jurors=jurors)


def _difference(found: Difference, state: RoundProblem) -> dict[str, Any]:
    return {
        "added": [plain_pair(pair) for pair in found.added],
        "removed": [list(key) for key in found.removed if key in state.present],
        "kept": len(found.kept),
        "found": [[one.entry, one.juror, one.code] for one in sorted(state.found, key=_pair_of)],
        "base": fingerprint(state.present),
    }


def _pair_of(conflict: engine.Conflict) -> PairKey:
    return conflict.entry, conflict.juror


def plain_pair(pair: Pair) -> list[Any]:
    """Return [entry code, juror, affinity, reasons] for JSON."""
    why = [
        {"code": w.code, **{k: list(v) if isinstance(v, tuple) else v for k, v in w.params.items()}}
        for w in pair.why
    ]
    return [pair.entry, pair.juror, round(pair.affinity, 3), why]


def fingerprint(pairs: Iterable[PairKey]) -> str:
    """Return a digest of the pairs that stand, whatever their order."""
    text = "\n".join(sorted(f"{entry} {juror}" for entry, juror in pairs))
    return hashlib.sha256(text.encode()).hexdigest()


def certificate_json(certificate: Impossible) -> dict[str, Any]:
    """Return a certificate as plain JSON."""
    return {
        "bottlenecks": [
            asdict(replace(one, params=dict(one.params))) for one in certificate.bottlenecks
        ],
        "relaxation": [asdict(one) for one in certificate.relaxation],
    }


def certificate_of(stored: Mapping[str, Any]) -> Impossible:
    """Return the certificate that ``certificate_json`` wrote."""
    return Impossible(
        tuple(
            engine.Bottleneck(
                one["code"],
                tuple(one["entries"]),
                tuple(one["jurors"]),
                one["missing"],
                {k: tuple(v) if isinstance(v, list) else v for k, v in one["params"].items()},
            )
            for one in stored.get("bottlenecks", ())
        ),
        tuple(engine.Relaxation(**one) for one in stored.get("relaxation", ())),
    )

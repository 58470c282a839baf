"""Why this juror for this entry, why not that one, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import Explanation, Move, Problem, WhyNot, WhyPair
from award import texts
from award.i18n import sort_key
from award.jury.assignment.grid import entry_row
from award.jury.proposals.drafting import Wish
from award.jury.proposals.problem import live_load, load_problem
from award.jury.proposals.searches import Searching, searched
from award.models.entries import Entry
from award.models.jury import Juror
from award.texts.plans import why_text

SHOWN_MOVES = 6


@dataclass(frozen=True, slots=True)
class MoveItem:
    """One exchange that a change would bring with it: an entry's code and two names."""

    entry: str
    leaves: str
    takes: str


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What is to be said about a pair.

    code: assigned, or why not (those of ``assignment.WhyNot``), beyond (entry or juror does not
    take part), impossible (no assignment keeps the rules, so nothing can be compared), searching
    (the worker has to search this large round first: done of total steps) or failed (it gave up).
    reason: the conflict in words, liftable: an organiser may say that it is none. affinity from 0
    to 1, why: its reasons in words. rank of allowed: her place among those who may judge the entry;
    loss: what the best total loses without the pair, or with it; None where that is not possible.
    load of maximum: her entries.
    """

    code: str
    affinity: float | None = None
    why: str = ""
    reason: str = ""
    liftable: bool = False
    rank: int = 0
    allowed: int = 0
    only_strong: bool = False
    loss: float | None = None
    moves: tuple[MoveItem, ...] = ()
    load: int = 0
    maximum: int = 0
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A juror who may judge an entry: affinity from 0 to 1, load and maximum in entries.

    but: what speaks against her in words, such as that she does not read its language; "" for
    nothing.
    """

    public_id: str
    name: str
    affinity: float
    load: int
    maximum: int
    but: str = ""


AGAINST = frozenset({"language_other", "topics_none"})


def candidates(
    session: Session, round_id: int, entry_id: int, language: str
) -> tuple[Candidate, ...]:
    """Return the active jurors whom nothing keeps from an entry, the best match first, then those
    with the smaller load; her maximum and panel keep nobody. Empty where it does not compete.
    """
    problem = load_problem(session, round_id, entry_id).problem
    found = entry_row(session, round_id, entry_id, language)
    if not problem.entries or found is None:
        return ()
    row, jurors = found
    table = problem.affinity
    fit = {one.key: int(table[0, at]) / 1000 for at, one in enumerate(problem.jurors)}  # type: ignore[index]
    made = [
        Candidate(
            one.public_id,
            one.name,
            fit[one.public_id],
            one.load,
            one.maximum,
            _against(problem, one.public_id, language),
        )
        for one in jurors
        if one.public_id in fit and one.public_id not in row.cells
    ]
    return tuple(sorted(made, key=lambda one: (-one.affinity, one.load, sort_key(one.name))))


def _against(problem: Problem, juror: str, language: str) -> str:
    told = problem.reasons(problem.entries[0].key, juror) if problem.reasons else ()
    return why_text([one for one in told if one.code in AGAINST], language)


def explain_pair(
    session: Session, round_id: int, entry: Entry, juror: Juror, language: str
) -> PairAnswer:
    """Answer why a juror judges an entry, or why not and what forcing it would cost, exactly.

    The round is searched once and again after it has changed; what is asked in between is answered
    at once, for which only the entry and the jury are read.
    """
    state = load_problem(session, round_id, entry.id)
    pair = entry.code, juror.public_id
    if pair[0] not in state.entry_ids or pair[1] not in state.juror_ids:
        return PairAnswer("beyond")
    why = why_text(state.problem.reasons(*pair) if state.problem.reasons else (), language)
    found = searched(session, round_id)
    if isinstance(found, Searching):
        code = "failed" if found.failed else "searching"
        return PairAnswer(code, why=why, done=found.done, total=found.total)
    if found.optimum is None:
        return PairAnswer("impossible", why=why)
    load = live_load(session, round_id, juror.id)
    options = Wish().options()
    asked = Explanation(
        state.problem, state.present, options, optimum=found.optimum, loads={pair[1]: load}
    )
    if pair in state.present:
        return _judges(session, asked.why(*pair), why, load)
    return _does_not(session, asked.why_not(*pair), why, language)


def _judges(session: Session, found: WhyPair, why: str, load: int) -> PairAnswer:
    return PairAnswer(
        "assigned",
        affinity=found.affinity,
        why=why,
        rank=found.rank,
        allowed=found.allowed,
        only_strong=found.only_strong,
        loss=found.loss,
        moves=_moves(session, found.moves),
        load=load,
    )


def _does_not(session: Session, found: WhyNot, why: str, language: str) -> PairAnswer:
    reason = ""
    if found.code == "conflict":
        reason = texts.say(f"assign.{found.params['reason']}", language, dict(found.params))
    return PairAnswer(
        found.code,
        affinity=found.affinity,
        why=why,
        reason=reason,
        liftable=found.code == "conflict" and found.params["reason"] not in ("team_member", "team"),
        loss=found.loss,
        moves=_moves(session, found.moves),
        load=int(str(found.params.get("load", 0))),
        maximum=int(str(found.params.get("maximum", 0))),
    )


def _moves(session: Session, moves: tuple[Move, ...]) -> tuple[MoveItem, ...]:
    shown = moves[:SHOWN_MOVES]
    keys = {key for one in shown for key in (one.leaves, one.takes)}
    rows = session.execute(select(Juror.public_id, Juror.name).where(Juror.public_id.in_(keys)))
    names = dict(rows.all()) if keys else {}
    return tuple(
        MoveItem(one.entry, names.get(one.leaves, ""), names.get(one.takes, "")) for one in shown
    )

"""Reading proposals: their figures, their difference by names, and why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import Bottleneck, Relaxation, Why
from award import texts
from award.db import pick_text
from award.i18n import language_name, sort_key
from award.jury.proposals.drafting import certificate_of, fingerprint
from award.jury.proposals.problem import load_standing, standing_pairs
from award.models.entries import Entry
from award.models.jury import AssignmentRun, Juror, Panel, RunState
from award.models.operations import Job
from award.models.seasons import Round
from award.texts.plans import why_text

SHOWN_NAMES = 6


@dataclass(frozen=True, slots=True)
class RunItem:
    """A run in the list; added and removed are 0 where it has no proposal, base its fingerprint."""

    public_id: str
    verb: str
    state: RunState
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    added: int
    removed: int
    base: str


@dataclass(frozen=True, slots=True)
class ProposedPair:
    """A pair that would come, go or stay; affinity 0 to 1, None unless it comes; why in words."""

    code: str
    title: str
    entry: str
    juror: str
    affinity: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class LoadChange:
    """A juror whose load would change, in entries."""

    name: str
    before: int
    after: int
    maximum: int


@dataclass(frozen=True, slots=True)
class WeakEntry:
    """An entry without a juror of some kind; reachable: one exists who may judge it."""

    code: str
    title: str
    entry: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class KindView:
    """A wanted kind of juror: how many entries are without, and the fewest that may be (or None).

    panel: its name; languages: those of the entries without, in words, with how many each.
    """

    code: str
    panel: str
    without: int
    minimum: int | None
    lacking: tuple[WeakEntry, ...]
    languages: str


@dataclass(frozen=True, slots=True)
class Relief:
    """One change that would help; place: juror, entry or run, where it is made; key: its id."""

    sentence: str
    place: str
    key: str
    code: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with names. added: worst matches first; removed: by entry code; loads: by name.

    against: pairs that stay although a conflict, a recusal or an exclusion stands against them.
    stale: the assignment has changed since, so that it cannot be applied. reasons, relief, its sum
    ("" for a single change) and missing (places that stay empty) are filled where it is impossible,
    error where it failed; done of total stages while it waits.
    """

    item: RunItem
    report: Mapping[str, Any]
    kept: int
    conflicts: int
    added: tuple[ProposedPair, ...]
    removed: tuple[ProposedPair, ...]
    loads: tuple[LoadChange, ...]
    weak: tuple[WeakEntry, ...]
    kinds: tuple[KindView, ...]
    against: tuple[ProposedPair, ...]
    stale: bool
    reasons: tuple[str, ...] = ()
    missing: int = 0
    relief: tuple[Relief, ...] = ()
    relief_sum: str = ""
    error: str = ""
    stage: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class _Names:
    titles: Mapping[str, tuple[str, str]]
    jurors: Mapping[str, tuple[str, int]]
    panels: Mapping[str, dict[str, str]]

    def entry(self, code: str) -> tuple[str, str]:
        return self.titles.get(code, ("", ""))

    def juror(self, key: str) -> str:
        return self.jurors.get(key, ("—", 0))[0]


def recent_runs(session: Session, round_id: int, limit: int = 6) -> tuple[RunItem, ...]:
    """Return the last runs of a round, newest first, applied or not, in one statement."""
    rows = session.execute(
        select(
            AssignmentRun.public_id,
            AssignmentRun.verb,
            AssignmentRun.state,
            AssignmentRun.created_at,
            AssignmentRun.applied_at,
            AssignmentRun.undone_at,
            AssignmentRun.report,
        )
        .where(AssignmentRun.round_id == round_id)
        .order_by(AssignmentRun.id.desc())
        .limit(limit)
    ).all()
    old = _differences(session, rows)
    return tuple(_item(row, old.get(row.public_id)) for row in rows)


def _differences(session: Session, rows: Sequence[Any]) -> Mapping[str, Mapping[str, Any]]:
    """The differences of finished runs from before their reports held the counts."""
    old = [
        row.public_id for row in rows if row.state is RunState.READY and "added" not in row.report
    ]
    if not old:
        return {}
    found = session.execute(
        select(AssignmentRun.public_id, AssignmentRun.difference).where(
            AssignmentRun.public_id.in_(old)
        )
    ).all()
    return dict(found)


def last_applied(runs: Sequence[RunItem]) -> RunItem | None:
    """Return the run that stands on top: the newest that was applied and not undone, else None."""
    return next((run for run in runs if run.applied_at and not run.undone_at), None)


def open_proposal(session: Session, round_id: int, runs: Sequence[RunItem]) -> RunItem | None:
    """Return the newest of ``runs`` if it still waits for somebody to look at it, else None.

    A proposal that was applied, changes nothing, or fits the assignment no longer, does not wait.
    """
    run = runs[0] if runs else None
    if run is None or run.applied_at is not None or run.state is RunState.FAILED:
        return None
    if run.state is RunState.READY:
        if not (run.added or run.removed):
            return None
        if fingerprint(standing_pairs(session, round_id)) != run.base:
            return None
    return run


def _item(run: Any, difference: Mapping[str, Any] | None = None) -> RunItem:
    told = run.report
    if difference is not None:
        counts = {name: len(difference[name]) for name in ("added", "removed")}
        told = {**counts, "base": difference["base"]}
    return RunItem(
        run.public_id,
        run.verb,
        run.state,
        run.created_at,
        run.applied_at,
        run.undone_at,
        told.get("added", 0),
        told.get("removed", 0),
        told.get("base", ""),
    )


def run_view(session: Session, run: AssignmentRun, language: str) -> RunView:
    """Return a run as the organiser reads it, in at most nine statements."""
    names = _names(session, run.round_id)
    standing = load_standing(session, run.round_id)
    difference = run.difference
    before = Counter(juror for _, juror in standing.present)
    stale = run.applied_at is None and fingerprint(standing.present) != difference.get("base")
    reasons, relief = _explained(run.certificate, names, language)
    done, total = _progress(session, run)
    return RunView(
        _item(run, difference or None),
        run.report,
        difference.get("kept", 0),
        len(difference.get("found", ())),
        _added(difference.get("added", ()), names, language),
        tuple(_named(code, juror, names) for code, juror in difference.get("removed", ())),
        _loads(difference, before, names) if run.applied_at is None else (),
        _lacking(run.report.get("weak", ()), names),
        tuple(_kind(one, names, language) for one in run.report.get("kinds", ())),
        against=tuple(_named(code, juror, names) for code, juror in run.report.get("against", ())),
        stale=stale and run.state is RunState.READY,
        reasons=reasons,
        missing=_empty_places(run.certificate),
        relief=relief,
        relief_sum=_summed(run.certificate, language),
        error=texts.say(run.error, language) if run.error else "",
        stage=texts.say(f"assign.{run.stage}", language) if run.stage else "",
        done=done,
        total=total,
    )


def _names(session: Session, round_id: int) -> _Names:
    season_id = session.scalar(select(Round.season_id).where(Round.id == round_id)) or 0
    entries = session.execute(
        select(Entry.code, Entry.title, Entry.public_id).where(Entry.season_id == season_id)
    )
    jurors = session.execute(
        select(Juror.public_id, Juror.name, Juror.maximum).where(Juror.season_id == season_id)
    )
    panels = session.execute(select(Panel.key, Panel.name).where(Panel.season_id == season_id))
    return _Names(
        {code: (title, key) for code, title, key in entries},
        {key: (name, maximum) for key, name, maximum in jurors},
        dict(panels.all()),
    )


def _lacking(rows: Sequence[Any], names: _Names) -> tuple[WeakEntry, ...]:
    return tuple(WeakEntry(code, *names.entry(code), reachable) for code, reachable in rows)


def _kind(told: Mapping[str, Any], names: _Names, language: str) -> KindView:
    spoken = [f"{language_name(code, language)} ({count})" for code, count in told["languages"]]
    return KindView(
        told["code"],
        pick_text(names.panels.get(told["panel"]), language) or told["panel"],
        told["without"],
        told["minimum"],
        _lacking(told["lacking"], names),
        ", ".join(spoken),
    )


def _progress(session: Session, run: AssignmentRun) -> tuple[int, int]:
    if run.state is not RunState.QUEUED:
        return 0, 0
    found = session.execute(
        select(Job.done_count, Job.total_count).where(Job.key == f"assignment-run:{run.public_id}")
    ).one_or_none()
    return (found[0], found[1]) if found else (0, 0)


def _added(rows: Sequence[Any], names: _Names, language: str) -> tuple[ProposedPair, ...]:
    made = [
        ProposedPair(
            code, *names.entry(code), names.juror(juror), affinity, why_text(_whys(why), language)
        )
        for code, juror, affinity, why in rows
    ]
    return tuple(sorted(made, key=lambda pair: (pair.affinity or 0, pair.code, pair.juror)))


def _whys(stored: Sequence[Mapping[str, Any]]) -> list[Why]:
    return [
        Why(
            one["code"],
            {k: tuple(v) if isinstance(v, list) else v for k, v in one.items() if k != "code"},
        )
        for one in stored
    ]


def _named(code: str, juror: str, names: _Names) -> ProposedPair:
    return ProposedPair(code, *names.entry(code), names.juror(juror), None)


def _loads(
    difference: Mapping[str, Any], before: Counter[str], names: _Names
) -> tuple[LoadChange, ...]:
    after = before.copy()
    after.update(row[1] for row in difference.get("added", ()))
    after.subtract(juror for _, juror in difference.get("removed", ()))
    changed = [key for key in after if after[key] != before[key]]
    made = [
        LoadChange(names.juror(key), before[key], after[key], names.jurors.get(key, ("", 0))[1])
        for key in changed
    ]
    return tuple(sorted(made, key=lambda one: sort_key(one.name)))


def _explained(
    stored: Mapping[str, Any], names: _Names, language: str
) -> tuple[tuple[str, ...], tuple[Relief, ...]]:
    certificate = certificate_of(stored)
    reasons = tuple(_reason(one, names, language) for one in certificate.bottlenecks)
    return reasons, tuple(_relief(one, names, language) for one in certificate.relaxation)


def _empty_places(stored: Mapping[str, Any]) -> int:
    found = certificate_of(stored).bottlenecks
    return sum(one.missing for one in found if one.code == "entries_short")


def _summed(stored: Mapping[str, Any], language: str) -> str:
    changes = certificate_of(stored).relaxation
    if len(changes) < 2:
        return ""
    sums: Counter[str] = Counter()
    for one in changes:
        sums[one.code] += one.by
    return ", ".join(texts.say(f"sum.{code}", language, {"by": by}) for code, by in sums.items())


def _reason(one: Bottleneck, names: _Names, language: str) -> str:
    needed = int(str(one.params.get("needed", 0)))
    params = {
        "entries": _shortened(one.entries),
        "jurors": _shortened([names.juror(key) for key in one.jurors]),
        "missing": one.missing,
        "needed": needed,
        "available": needed - one.missing,
    }
    return texts.say(one.code, language, params)


def _relief(one: Relaxation, names: _Names, language: str) -> Relief:
    params = {"entry": one.entry, "juror": names.juror(one.juror), "by": one.by, "to": one.to}
    place, key = {
        "lower_minimum": ("juror", one.juror),
        "raise_maximum": ("juror", one.juror),
        "open_panel": ("entry", names.entry(one.entry)[1]),
        "lower_per_entry": ("entry", names.entry(one.entry)[1]),
        "drop_kept": ("entry", names.entry(one.entry)[1]),
    }.get(one.code, ("run", ""))
    return Relief(texts.say(one.code, language, params), place, key, one.code)


def _shortened(names: Sequence[str]) -> str:
    more = f" +{len(names) - SHOWN_NAMES}" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more

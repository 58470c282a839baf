"""The protocol of a round, gathered for ``exports.documents.protocol``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal as Number
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.i18n import zone_name
from award.models.accounts import User
from award.models.entries import Entry, EntryState
from award.models.judging import ScoreSheet, SheetState
from award.models.jury import Assignment, AssignmentState, Conflict, Juror, Panel, RoundEntry
from award.models.operations import AuditRow
from award.models.results import Decision, Outcome, Standing, Tabulation
from award.models.results import Protocol as DrawnUp
from award.models.seasons import Criterion, Programme, Round, RoundState, Season
from award.results.decisions.deciding import Computed, computed_outcomes
from award.results.protocol.facts import assignment, computing, prizes, signatures
from award.results.protocol.meeting import meeting
from award.results.protocol.signing import current_protocol
from award.results.tabulation.bundles import bundle_content, latest_tabulation
from exports.documents.protocol import (
    Protocol,
    ProtocolCriterion,
    ProtocolDecision,
    ProtocolJuror,
    ProtocolRow,
    ProtocolStep,
    ProtocolTie,
)
from exports.records.bundles import bundle_digest

OUTCOMES = {
    Outcome.THROUGH: "in",
    Outcome.OUT: "out",
    Outcome.FINALIST: "finalist",
    Outcome.WINNER: "winner",
}
ENDED = {AssignmentState.RECUSED: "recusal", AssignmentState.EXCLUDED: "exclusion"}


def protocol_of(
    session: Session,
    round_id: int,
    language: str,
    words: Mapping[str, str],
    *,
    withheld: Collection[int] = frozenset(),
) -> Protocol:
    """Gather the protocol of a round from its latest tabulation and its decisions.

    words: how an outcome is said where a decision departs, by outcome. withheld: ids of entries of
    which the reader may not see what the jury's meeting said. Raises
    RuleError("round_not_tabulated") before the first tabulation.
    """
    round_ = session.get_one(Round, round_id)
    season = session.get_one(Season, round_.season_id)
    programme = session.get_one(Programme, season.programme_id)
    tabulation = latest_tabulation(session, round_id)
    named = _step_names(session, tabulation, language)
    drawn_up = current_protocol(session, round_id)
    return Protocol(
        programme=pick_text(programme.name, language),
        season=pick_text(season.name, language),
        round=pick_text(round_.name, language),
        language=language,
        zone=programme.time_zone,
        closed_at=_closed_at(session, round_) or tabulation.created_at,
        tabulated_at=tabulation.created_at,
        method=tabulation.result["rules"]["rank_by"],
        jurors=_jurors(session, round_id, language),
        rubric=_rubric(session, round_id, language),
        rows=_rows(session, tabulation, language),
        digest=bundle_digest(bundle_content(session, round_id)),
        audit_head=drawn_up.audit_head if drawn_up else "",
        steps=_steps(session, round_id),
        ties=_ties(tabulation, named),
        decisions=_departures(session, round_id, words),
        signatures=signatures(session, round_id, drawn_up),
        prizes=prizes(session, round_id, language),
        assignment=assignment(session, round_),
        computing=computing(tabulation, named),
        drawn_up_at=drawn_up.drawn_up_at if drawn_up else None,
        drawn_up_by=_drawn_up_by(session, drawn_up),
        colour=programme.colour,
        zone_name=zone_name(programme.time_zone, language),
        meeting=meeting(session, round_id, season.id, words, withheld),
    )


def _closed_at(session: Session, round_: Round) -> datetime | None:
    """Return when the round was closed: the log knows; the planned minute stands in for imports."""
    closed = session.scalar(
        select(func.max(AuditRow.at)).where(
            AuditRow.action == f"round.{RoundState.CLOSED.value}",
            AuditRow.subject_id == round_.public_id,
        )
    )
    return closed or round_.closes_at


def _drawn_up_by(session: Session, drawn_up: DrawnUp | None) -> str:
    """Return who drew the protocol up; "" before that, and where the person was erased."""
    if drawn_up is None:
        return ""
    return session.scalar(select(User.name).where(User.id == drawn_up.drawn_up_by_id)) or ""


def _jurors(session: Session, round_id: int, language: str) -> tuple[ProtocolJuror, ...]:
    counts = (ScoreSheet.state == SheetState.SUBMITTED, Assignment.state.not_in(tuple(ENDED)))
    handed_in = func.count(ScoreSheet.id).filter(*counts)
    on_paper = func.count(ScoreSheet.id).filter(*counts, ScoreSheet.on_paper)
    assigned = func.count(Assignment.id).filter(Assignment.state.not_in(tuple(ENDED)))
    rows = session.execute(
        select(
            Juror.name,
            Juror.organisation,
            Panel.name,
            Juror.is_chair,
            handed_in,
            assigned,
            on_paper,
        )
        .join(Assignment, Assignment.juror_id == Juror.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .outerjoin(Panel, Panel.id == Juror.panel_id)
        .where(Assignment.round_id == round_id)
        .group_by(Juror.id, Panel.id)
        .order_by(Juror.is_chair.desc(), Juror.name, Juror.id)
    )
    return tuple(
        ProtocolJuror(name, pick_text(panel, language), chair, sheets, total, paper, organisation)
        for name, organisation, panel, chair, sheets, total, paper in rows
    )


def _rubric(session: Session, round_id: int, language: str) -> tuple[ProtocolCriterion, ...]:
    rows = session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    ).all()
    whole = sum(row.weight for row in rows)
    return tuple(
        ProtocolCriterion(
            pick_text(row.title, language),
            row.weight,
            row.minimum,
            row.maximum,
            float(row.weight / whole),
            row.required,
        )
        for row in rows
    )


def _rows(session: Session, tabulation: Tabulation, language: str) -> tuple[ProtocolRow, ...]:
    rows = _standings(session, tabulation)
    last = _last_places([row.Standing.place for row in rows])
    last_plain = _last_places([row.Standing.mean_place for row in rows])
    return tuple(
        _row(found, tabulation.rules, last, last_plain, pick_text(found.panel, language))
        for found in rows
    )


def _standings(session: Session, tabulation: Tabulation) -> Sequence[Any]:
    """Return each standing with its entry, panel and what the jury decided, in its order."""
    return session.execute(
        select(
            Standing,
            Entry.title,
            Entry.code,
            Entry.state,
            Panel.name.label("panel"),
            Decision.outcome,
            Decision.place,
        )
        .join(Entry, Entry.id == Standing.entry_id)
        .outerjoin(
            RoundEntry,
            (RoundEntry.entry_id == Entry.id) & (RoundEntry.round_id == tabulation.round_id),
        )
        .outerjoin(Panel, Panel.id == RoundEntry.panel_id)
        .outerjoin(
            Decision,
            (Decision.entry_id == Entry.id)
            & (Decision.round_id == tabulation.round_id)
            & Decision.superseded_at.is_(None)
            & (Decision.outcome != Outcome.SPECIAL),
        )
        .where(Standing.tabulation_id == tabulation.id)
        .order_by(Standing.position)
    ).all()


def _row(
    found: Any,
    rules: Mapping[str, Any],
    last: Mapping[int, int],
    last_plain: Mapping[int, int],
    group: str,
) -> ProtocolRow:
    standing, cut, band = found.Standing, rules["cut"], float(rules["band"])
    withdrawn = found.state is EntryState.WITHDRAWN
    return ProtocolRow(
        place=_place(standing.place, last),
        entry=f"{found.code} · {found.title}",
        plain=_number(standing.mean),
        calibrated=_number(standing.score),
        low=_number(standing.low),
        high=_number(standing.high),
        jurors=standing.jurors,
        group=group,
        outcome="withdrawn" if withdrawn else OUTCOMES.get(found.outcome, ""),
        plain_place=_place(standing.mean_place, last_plain),
        above=bool(cut and standing.place and standing.place <= cut),
        open=standing.p_cut is not None and band < standing.p_cut < 1 - band,
        decided_place=None if withdrawn else found.place,
    )


def _last_places(places: list[int | None]) -> dict[int, int]:
    """Return for each place the last one that those who share it fill: 2 of two gives 3."""
    sharing = Counter(place for place in places if place is not None)
    return {place: place + count - 1 for place, count in sharing.items()}


def _place(place: int | None, last: Mapping[int, int]) -> str:
    if place is None:
        return "—"
    return str(place) if last[place] == place else f"{place}–{last[place]}"


def _number(value: float | None) -> Number | None:
    return None if value is None else Number(str(value))


def _steps(session: Session, round_id: int) -> tuple[ProtocolStep, ...]:
    ended = session.execute(
        select(Juror.name, Entry.code, Assignment.state, Assignment.reason)
        .join(Assignment, Assignment.juror_id == Juror.id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Assignment.round_id == round_id, Assignment.state.in_(tuple(ENDED)))
        .order_by(Juror.name, Entry.code)
    )
    conflicts = session.execute(
        select(Juror.name, Entry.code, Conflict.reason)
        .join(Conflict, Conflict.juror_id == Juror.id)
        .join(Entry, Entry.id == Conflict.entry_id)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_id, Conflict.lifted_at.is_(None))
        .order_by(Juror.name, Entry.code, Conflict.id)
    )
    return (
        *(ProtocolStep(name, code, "conflict", reason) for name, code, reason in conflicts),
        *(ProtocolStep(name, code, ENDED[state], reason) for name, code, state, reason in ended),
    )


def _step_names(session: Session, tabulation: Tabulation, language: str) -> dict[str, str]:
    """A step names its criterion by title, a lot its seed: an outsider can draw it again."""
    named = {"lot": f"lot:{tabulation.rules['seed']}"}
    for key, title in session.execute(
        select(Criterion.key, Criterion.title).where(Criterion.round_id == tabulation.round_id)
    ):
        named[f"criterion:{key}"] = f"criterion:{pick_text(title, language)}"
    return named


def _ties(tabulation: Tabulation, named: Mapping[str, str]) -> tuple[ProtocolTie, ...]:
    return tuple(
        ProtocolTie(tuple(tie["entries"]), str(tie["place"]), named.get(tie["step"], tie["step"]))
        for tie in tabulation.result["ties"]
    )


def _departures(
    session: Session, round_id: int, words: Mapping[str, str]
) -> tuple[ProtocolDecision, ...]:
    computed = {item.entry_id: item for item in computed_outcomes(session, round_id)}
    rows = session.execute(
        select(Decision, Entry.code, Entry.title)
        .join(Entry, Entry.id == Decision.entry_id)
        .where(
            Decision.round_id == round_id,
            Decision.departs,
            Decision.superseded_at.is_(None),
        )
        .order_by(Decision.place.is_(None), Decision.place, Entry.code)
    )
    return tuple(
        ProtocolDecision(
            f"{code} · {title}",
            _computed_word(computed.get(decision.entry_id), words),
            words.get(decision.outcome.value, decision.outcome.value),
            decision.reason,
            computed[decision.entry_id].place if decision.entry_id in computed else None,
            decision.place,
        )
        for decision, code, title in rows
    )


def _computed_word(computed: Computed | None, words: Mapping[str, str]) -> str:
    if computed is None or computed.outcome is None:
        return "—"
    return words.get(computed.outcome.value, computed.outcome.value)

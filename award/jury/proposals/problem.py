"""A round as the assignment engine sees it: needs, offers, conflicts and the pairs that stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from assignment import Affinity, Conflict, EntryNeed, JurorOffer, PairKey, Problem, find_conflicts
from award.models.accounts import User
from award.models.entries import (
    CITY,
    ORGANISATION,
    TOPICS,
    Entry,
    EntryState,
    EntryVersion,
    TeamMembership,
)
from award.models.judging import ScoreSheet
from award.models.jury import (
    Assignment,
    AssignmentState,
    ConflictSource,
    Juror,
    JurorState,
    Panel,
    RoundEntry,
)
from award.models.jury import Conflict as ConflictRow
from award.models.seasons import Category, Round

ENDED = (AssignmentState.RECUSED, AssignmentState.EXCLUDED)
SOURCES = {
    "team_member": ConflictSource.TEAM,
    "same_organisation": ConflictSource.ORGANISATION,
    "same_mail_domain": ConflictSource.MAIL_DOMAIN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is assigned in a round now. Keys are entry codes and jurors' public ids.

    present: live pairs -> assignment id, of entries that still compete and active jurors. sure:
    those that no verb may take away: locked, made by hand, begun or submitted.
    """

    present: Mapping[PairKey, int]
    sure: frozenset[PairKey]
    entry_ids: Mapping[str, int]
    juror_ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RoundProblem:
    """A problem whose keys are entry codes and jurors' public ids, with the way back to rows.

    present, sure, entry_ids and juror_ids are those of its ``Standing``. found: conflicts that the
    data gives away and nobody lifted. standby: jurors who wait for somebody to drop out.
    """

    problem: Problem
    present: Mapping[PairKey, int]
    sure: frozenset[PairKey]
    found: frozenset[Conflict]
    entry_ids: Mapping[str, int]
    juror_ids: Mapping[str, int]
    standby: frozenset[str]


def load_standing(session: Session, round_id: int) -> Standing:
    """Read what is assigned in a round, without affinities: three statements."""
    entries = session.execute(
        select(Entry.code, Entry.id)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
    ).all()
    jurors = session.execute(
        select(Juror.public_id, Juror.id)
        .join(Round, Round.season_id == Juror.season_id)
        .where(Round.id == round_id, Juror.state == JurorState.ACTIVE)
    ).all()
    entry_ids: dict[str, int] = dict(entries)
    juror_ids: dict[str, int] = dict(jurors)
    present, sure = _present(session, round_id, set(entry_ids), set(juror_ids))
    return Standing(present, sure, entry_ids, juror_ids)


def standing_pairs(session: Session, round_id: int) -> frozenset[PairKey]:
    """Return the pairs of ``load_standing``'s present, in one statement."""
    rows = session.execute(
        select(Entry.code, Juror.public_id)
        .select_from(Assignment)
        .join(Entry, Assignment.entry_id == Entry.id)
        .join(RoundEntry, (RoundEntry.entry_id == Entry.id) & (RoundEntry.round_id == round_id))
        .join(Juror, Assignment.juror_id == Juror.id)
        .where(
            Assignment.round_id == round_id,
            Assignment.state.not_in(ENDED),
            Entry.state != EntryState.WITHDRAWN,
            Juror.state == JurorState.ACTIVE,
        )
    ).all()
    return frozenset((code, juror) for code, juror in rows)


def live_load(session: Session, round_id: int, juror_id: int) -> int:
    """Return how many competing entries of a round a juror has."""
    found = session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(Entry, Assignment.entry_id == Entry.id)
        .where(
            Assignment.round_id == round_id,
            Assignment.juror_id == juror_id,
            Assignment.state.not_in(ENDED),
            Entry.state != EntryState.WITHDRAWN,
        )
    )
    return found or 0


def load_problem(session: Session, round_id: int, entry_id: int | None = None) -> RoundProblem:
    """Read a round for the engine, in a constant number of statements.

    Only active jurors and entries that still compete are in it; pairs that were ever recused or
    excluded in the season are forbidden. entry_id: only that entry, with the whole jury; without
    entries where it does not compete.
    """
    season_id = session.scalar(select(Round.season_id).where(Round.id == round_id)) or 0
    entries, entry_ids = _entries(session, round_id, entry_id)
    jurors, juror_ids, standby = _jurors(session, season_id)
    kept_rows, lifted = _conflict_rows(session, season_id, entry_id)
    found = frozenset(
        one for one in find_conflicts(entries, jurors) if (one.entry, one.juror) not in lifted
    )
    known = {entry.key for entry in entries}, {juror.key for juror in jurors}
    stored = {one for one in kept_rows if one.entry in known[0] and one.juror in known[1]}
    present, sure = _present(session, round_id, *known, entry_id)
    affinity = Affinity(entries, jurors, _topic_names(session, season_id))
    problem = Problem(
        entries=tuple(entries),
        jurors=tuple(jurors),
        affinity=affinity.table,
        conflicts=frozenset({(c.entry, c.juror): c for c in (*found, *stored)}.values()),
        forbidden=_forbidden(session, season_id, *known, entry_id),
        reasons=affinity.why,
    )
    return RoundProblem(problem, present, sure, found, entry_ids, juror_ids, standby)


def _topic_names(session: Session, season_id: int) -> list[tuple[str, ...]]:
    """What the season calls a category: its key and its names in all languages mean one topic."""
    rows = session.execute(
        select(Category.key, Category.name).where(Category.season_id == season_id)
    ).all()
    return [(key, *filter(None, name.values())) for key, name in rows]


def _entries(
    session: Session, round_id: int, only: int | None = None
) -> tuple[list[EntryNeed], dict[str, int]]:
    emails = _team_emails(session, round_id, only)
    chosen = [] if only is None else [RoundEntry.entry_id == only]
    rows = session.execute(
        select(
            Entry.id,
            Entry.code,
            Entry.language,
            EntryVersion.answers,
            Category.key.label("category"),
            Panel.key.label("panel"),
            RoundEntry.jurors_per_entry.label("own"),
            Round.jurors_per_entry,
        )
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .join(Round, RoundEntry.round_id == Round.id)
        .outerjoin(EntryVersion, Entry.current_version_id == EntryVersion.id)
        .outerjoin(Category, Entry.category_id == Category.id)
        .outerjoin(Panel, RoundEntry.panel_id == Panel.id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN, *chosen)
        .order_by(Entry.code)
    ).all()
    needs = [_need_of(row, tuple(emails.get(row.id, ()))) for row in rows]
    return needs, {row.code: row.id for row in rows}


def _need_of(row: Any, emails: tuple[str, ...]) -> EntryNeed:
    answers = row.answers or {}
    return EntryNeed(
        key=row.code,
        per_entry=row.jurors_per_entry if row.own is None else row.own,
        topics=tuple(map(str, answers.get(TOPICS) or ())),
        language=row.language,
        region=str(answers.get(CITY) or ""),
        organisation=str(answers.get(ORGANISATION) or ""),
        category=row.category or "",
        panel=row.panel or "",
        emails=emails,
    )


def _team_emails(session: Session, round_id: int, only: int | None) -> dict[int, list[str]]:
    chosen = [] if only is None else [RoundEntry.entry_id == only]
    emails: dict[int, list[str]] = {}
    for entry_id, email in session.execute(
        select(TeamMembership.entry_id, User.email)
        .join(User, TeamMembership.user_id == User.id)
        .join(RoundEntry, RoundEntry.entry_id == TeamMembership.entry_id)
        .where(RoundEntry.round_id == round_id, TeamMembership.left_at.is_(None), *chosen)
    ):
        emails.setdefault(entry_id, []).append(email)
    return emails


def _jurors(
    session: Session, season_id: int
) -> tuple[list[JurorOffer], dict[str, int], frozenset[str]]:
    rows = session.execute(
        select(
            Juror.id,
            Juror.public_id,
            Juror.minimum,
            Juror.maximum,
            Juror.topics,
            Juror.languages,
            Juror.region,
            Juror.organisation,
            Juror.email,
            Juror.standby,
            Panel.key.label("panel"),
        )
        .outerjoin(Panel, Juror.panel_id == Panel.id)
        .where(Juror.season_id == season_id, Juror.state == JurorState.ACTIVE)
        .order_by(Juror.id)
    ).all()
    offers = [offer_of(row, row.panel or "") for row in rows]
    ids = {row.public_id: row.id for row in rows}
    return offers, ids, frozenset(row.public_id for row in rows if row.standby)


def _conflict_rows(
    session: Session, season_id: int, only: int | None
) -> tuple[set[Conflict], set[PairKey]]:
    chosen = [] if only is None else [ConflictRow.entry_id == only]
    rows = session.execute(
        select(Entry.code, Juror.public_id, ConflictRow.source, ConflictRow.lifted_at)
        .join(Entry, ConflictRow.entry_id == Entry.id)
        .join(Juror, ConflictRow.juror_id == Juror.id)
        .where(Juror.season_id == season_id, *chosen)
    ).all()
    stands = {
        Conflict(code, juror, source.value) for code, juror, source, lifted in rows if not lifted
    }
    lifted_pairs = {(code, juror) for code, juror, _, lifted in rows if lifted}
    return stands, lifted_pairs


def offer_of(juror: Juror | Row[*tuple[Any, ...]], panel: str = "") -> JurorOffer:
    """Return a juror, or a row of her columns, as the engine sees her; panel: the key of hers."""
    return JurorOffer(
        key=juror.public_id,
        minimum=juror.minimum,
        maximum=juror.maximum,
        topics=tuple(juror.topics),
        languages=tuple(juror.languages),
        region=juror.region,
        organisation=juror.organisation,
        panel=panel,
        email=juror.email,
    )


def _present(
    session: Session,
    round_id: int,
    entries: set[str],
    jurors: set[str],
    only: int | None = None,
) -> tuple[dict[PairKey, int], frozenset[PairKey]]:
    chosen = [] if only is None else [Assignment.entry_id == only]
    rows = session.execute(
        select(
            Assignment.id,
            Entry.code,
            Juror.public_id,
            (Assignment.locked | Assignment.manual | ScoreSheet.id.is_not(None)).label("sure"),
        )
        .join(Entry, Assignment.entry_id == Entry.id)
        .join(Juror, Assignment.juror_id == Juror.id)
        .outerjoin(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id, Assignment.state.not_in(ENDED), *chosen)
    ).all()
    shown = [row for row in rows if row[1] in entries and row[2] in jurors]
    present = {(code, juror): assignment_id for assignment_id, code, juror, _ in shown}
    return present, frozenset((code, juror) for _, code, juror, sure in shown if sure)


def _forbidden(
    session: Session, season_id: int, entries: set[str], jurors: set[str], only: int | None
) -> frozenset[PairKey]:
    chosen = [] if only is None else [Assignment.entry_id == only]
    rows = session.execute(
        select(Entry.code, Juror.public_id)
        .join(Assignment, Assignment.entry_id == Entry.id)
        .join(Juror, Assignment.juror_id == Juror.id)
        .where(Juror.season_id == season_id, Assignment.state.in_(ENDED), *chosen)
    ).all()
    return frozenset((c, j) for c, j in rows if c in entries and j in jurors)

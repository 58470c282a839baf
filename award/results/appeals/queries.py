"""Appeals as a team and as the organisers read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from award.db import pick_text
from award.errors import NotFoundError
from award.judging.sheets import plain_points
from award.models.accounts import User
from award.models.appeals import Appeal, Ground, Recalculation, Ruling
from award.models.entries import Entry
from award.models.jury import Juror, RoundEntry
from award.models.seasons import Criterion, Round
from award.results.appeals.recalculating import own_row
from award.results.rounds import outcome_is_public
from award.results.tabulation.bundles import kept_input, latest_tabulation
from award.results.tabulation.replaying import scores_from

PAGE = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """What a recalculation changes for one entry: (before, after) of each, None for no value.

    place: by fair score; ranked: the place that counts by the round's rules.
    """

    code: str
    title: str
    mean: tuple[float | None, float | None]
    mean_place: tuple[int | None, int | None]
    score: tuple[float | None, float | None]
    place: tuple[int | None, int | None]
    ranked: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class TeamAppeal:
    """A team's appeal as it reads it itself. own: its line of the attached recalculation, None
    without one; left_out: whether that leaves a sheet out, else one is corrected in it.
    """

    receipt: str
    ground: Ground
    text: str
    filed_at: datetime
    filed_by: str
    ruling: Ruling | None
    answer: str
    answered_at: datetime | None
    own: Moved | None
    left_out: bool


@dataclass(frozen=True, slots=True)
class AppealDoor:
    """Whether a team may appeal against a round: until when (None: not at all), open now, done."""

    round_id: int
    round_public_id: str
    round: str
    until: datetime | None
    open: bool
    appeal: TeamAppeal | None


def appeal_doors(
    session: Session, entry_id: int, language: str, *, now: datetime
) -> dict[str, AppealDoor]:
    """Return round public id -> door, of the announced rounds that an entry was in; empty before.

    Two statements.
    """
    filer = aliased(User)
    rows = session.execute(
        select(Round, Entry, Appeal, filer.name, Recalculation)
        .join(RoundEntry, RoundEntry.round_id == Round.id)
        .join(Entry, Entry.id == RoundEntry.entry_id)
        .outerjoin(Appeal, and_(Appeal.round_id == Round.id, Appeal.entry_id == Entry.id))
        .outerjoin(filer, filer.id == Appeal.filed_by_id)
        .outerjoin(
            Recalculation, and_(Recalculation.appeal_id == Appeal.id, Recalculation.attached)
        )
        .where(RoundEntry.entry_id == entry_id, outcome_is_public(now))
        .order_by(Round.position)
    ).all()
    return {
        round_.public_id: AppealDoor(
            round_id=round_.id,
            round_public_id=round_.public_id,
            round=pick_text(round_.name, language),
            until=round_.appeals_until,
            open=round_.appeals_until is not None and now < round_.appeals_until,
            appeal=_team_appeal(appeal, entry, filed_by, made) if appeal else None,
        )
        for round_, entry, appeal, filed_by, made in rows
    }


def appeal_door(
    session: Session, entry_id: int, round_public_id: str, language: str, *, now: datetime
) -> AppealDoor:
    """Return one of ``appeal_doors``; NotFoundError before the announcement, for other rounds."""
    door = appeal_doors(session, entry_id, language, now=now).get(round_public_id)
    if door is None:
        raise NotFoundError
    return door


def _team_appeal(
    appeal: Appeal, entry: Entry, filed_by: str | None, made: Recalculation | None
) -> TeamAppeal:
    return TeamAppeal(
        receipt=appeal.receipt,
        ground=appeal.ground,
        text=appeal.text,
        filed_at=appeal.filed_at,
        filed_by=filed_by or "",
        ruling=appeal.ruling,
        answer=appeal.answer,
        answered_at=appeal.answered_at,
        own=_moved(own_row(made, entry.code), {entry.code: entry.title}) if made else None,
        left_out=bool(made and not made.points),
    )


def _moved(row: Mapping[str, Any], titles: Mapping[str, str]) -> Moved:
    pairs = {
        name: (row[name][0], row[name][1])
        for name in ("mean", "mean_place", "score", "place", "ranked")
    }
    return Moved(code=row["entry"], title=titles.get(row["entry"], row["entry"]), **pairs)


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One appeal of the organisers' list."""

    public_id: str
    receipt: str
    code: str
    title: str
    round: str
    ground: Ground
    filed_at: datetime
    ruling: Ruling | None
    answered_at: datetime | None


def appeal_rows(
    session: Session,
    season_id: int,
    language: str,
    *,
    waiting: bool,
    own_entries: Collection[int] = (),
    page: int = 1,
    size: int = PAGE,
) -> tuple[list[AppealRow], bool]:
    """Return a page of appeals and whether more follow; one statement.

    Those that wait come oldest first, answered ones newest first. own_entries: those whose team the
    reader is on; they are not hers to read here.
    """
    order: Any = Appeal.filed_at if waiting else Appeal.answered_at.desc()
    rows = session.execute(
        select(
            Appeal.public_id, Appeal.receipt, Entry.code, Entry.title, Round.name, Appeal.ground,
            Appeal.filed_at, Appeal.ruling, Appeal.answered_at,
        )
        .join(Entry, Entry.id == Appeal.entry_id)
        .join(Round, Round.id == Appeal.round_id)
        .where(
            Entry.season_id == season_id,
            Entry.id.not_in(own_entries),
            Appeal.ruling.is_(None) if waiting else Appeal.ruling.is_not(None),
        )
        .order_by(order, Appeal.id)
        .offset((page - 1) * size)
        .limit(size + 1)
    ).all()  # fmt: skip
    found = [
        AppealRow(key, receipt, code, title, pick_text(name, language), ground, at, ruling, told)
        for key, receipt, code, title, name, ground, at, ruling, told in rows
    ]
    return found[:size], len(found) > size


def appeals_waiting(session: Session, season_id: int, own_entries: Collection[int] = ()) -> int:
    """Return how many appeals of a season have no answer, those of ``own_entries`` left out."""
    query = (
        select(func.count(Appeal.id))
        .join(Entry, Entry.id == Appeal.entry_id)
        .where(
            Entry.season_id == season_id,
            Entry.id.not_in(own_entries),
            Appeal.ruling.is_(None),
        )
    )
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class DisputedSheet:
    """A sheet that was tabulated for the entry. points: in the rubric's order, "" where open."""

    juror: str
    name: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recalculated:
    """A recalculation for the organisers. points: as in DisputedSheet, empty where the sheet is
    left out; rows: all that it moves, the appeal's own entry first, then the furthest.
    """

    public_id: str
    juror: str
    points: tuple[str, ...]
    rows: tuple[Moved, ...]
    digest: str
    engine: str
    attached: bool
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class StaffAppeal:
    """An appeal with what is needed to answer it. criteria: (key, title) in the rubric's order."""

    public_id: str
    receipt: str
    round: str
    round_public_id: str
    entry: str
    entry_public_id: str
    code: str
    ground: Ground
    text: str
    filed_at: datetime
    filed_by: str
    ruling: Ruling | None
    answer: str
    answered_at: datetime | None
    answered_by: str
    ranks_by: str
    criteria: tuple[tuple[str, str], ...]
    sheets: tuple[DisputedSheet, ...]
    recalculations: tuple[Recalculated, ...]

    def sheet(self, juror: str) -> DisputedSheet:
        """Return the tabulated sheet of a juror (public id); else NotFoundError."""
        for one in self.sheets:
            if one.juror == juror:
                return one
        raise NotFoundError


def staff_appeal(session: Session, appeal: Appeal, language: str) -> StaffAppeal:
    """Return an appeal as the organisers read it, in a constant number of statements.

    Raises RuleError as ``latest_tabulation`` and ``kept_input`` do.
    """
    tabulation = latest_tabulation(session, appeal.round_id)
    criteria = _criteria(session, appeal.round_id, language)
    keys = [key for key, _title in criteria]
    names = _people(session, appeal)
    entry = appeal.entry
    return StaffAppeal(
        public_id=appeal.public_id,
        receipt=appeal.receipt,
        round=pick_text(appeal.round.name, language),
        round_public_id=appeal.round.public_id,
        entry=entry.title,
        entry_public_id=entry.public_id,
        code=entry.code,
        ground=appeal.ground,
        text=appeal.text,
        filed_at=appeal.filed_at,
        filed_by=names.get(appeal.filed_by_id or 0, ""),
        ruling=appeal.ruling,
        answer=appeal.answer,
        answered_at=appeal.answered_at,
        answered_by=names.get(appeal.answered_by_id or 0, ""),
        ranks_by=tabulation.rules["rank_by"],
        criteria=criteria,
        sheets=_sheets(session, kept_input(session, tabulation)["scores"], entry.code, keys),
        recalculations=_recalculations(session, appeal, entry.code, keys),
    )


def _criteria(session: Session, round_id: int, language: str) -> tuple[tuple[str, str], ...]:
    """Return key and title of a round's criteria, in their order."""
    rows = session.execute(
        select(Criterion.key, Criterion.title)
        .where(Criterion.round_id == round_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return tuple((key, pick_text(title, language)) for key, title in rows)


def _people(session: Session, appeal: Appeal) -> dict[int, str]:
    """Return the names of who filed an appeal and who answered it, by id."""
    known = User.id.in_([appeal.filed_by_id, appeal.answered_by_id])
    return dict(session.execute(select(User.id, User.name).where(known)).all())


def _sheets(
    session: Session, scores: Mapping[str, Any], code: str, keys: list[str]
) -> tuple[DisputedSheet, ...]:
    given: dict[str, dict[str, str]] = {}
    for row in scores_from(scores).rows:
        if row.entry == code and row.points is not None:
            given.setdefault(row.juror, {})[row.criterion] = plain_points(row.points)
    names = session.execute(
        select(Juror.public_id, Juror.name)
        .where(Juror.public_id.in_(given))
        .order_by(Juror.name, Juror.id)
    )
    return tuple(
        DisputedSheet(juror, name, tuple(given[juror].get(key, "") for key in keys))
        for juror, name in names
    )


def _recalculations(
    session: Session, appeal: Appeal, code: str, keys: list[str]
) -> tuple[Recalculated, ...]:
    found = session.execute(
        select(Recalculation, Juror.name)
        .outerjoin(Juror, Juror.id == Recalculation.juror_id)
        .where(Recalculation.appeal_id == appeal.id)
        .order_by(Recalculation.id)
    ).all()
    codes = {row["entry"] for made, _name in found for row in made.rows}
    titles = dict(
        session.execute(
            select(Entry.code, Entry.title).where(
                Entry.season_id == appeal.entry.season_id, Entry.code.in_(codes)
            )
        ).all()
    )
    return tuple(
        Recalculated(
            public_id=made.public_id,
            juror=name or "—",
            points=tuple(made.points.get(key, "") for key in keys) if made.points else (),
            rows=tuple(_moved(row, titles) for row in sorted(made.rows, key=_order(code))),
            digest=made.digest,
            engine=made.engine,
            attached=made.attached,
            computed_at=made.computed_at,
        )
        for made, name in found
    )


def _order(code: str) -> Callable[[Mapping[str, Any]], tuple[bool, int, int]]:
    """Put the entry itself first, then who moves by most places, then who stands higher."""

    def key(row: Mapping[str, Any]) -> tuple[bool, int, int]:
        before, after = row["ranked"]
        known = before is not None and after is not None
        return row["entry"] != code, -abs(after - before) if known else -1, before or 0

    return key

"""The latest tabulation of a round with the names of what it is about, read once for a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.entries import Entry
from award.models.jury import Juror
from award.models.results import Tabulation
from award.models.seasons import Criterion, Round


@dataclass(frozen=True, slots=True)
class Latest:
    """A tabulation and its keys as people know them.

    entries: code -> (title, public id); jurors: public id -> name; criteria: key -> title in the
    reader's language.
    """

    tabulation: Tabulation
    entries: Mapping[str, tuple[str, str]]
    jurors: Mapping[str, str]
    criteria: Mapping[str, str]

    def entry(self, code: str) -> str:
        """Return an entry's title, its code where it is gone."""
        return self.entries.get(code, (code, ""))[0]

    def entries_of(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return titles in the order of the codes."""
        return tuple(self.entry(code) for code in codes)

    def juror(self, public_id: str) -> str:
        """Return a juror's name, a dash where the person is gone."""
        return self.jurors.get(public_id, "—")

    def criterion(self, key: str) -> str:
        """Return a criterion's title, its key where it has none."""
        return self.criteria.get(key) or key


def of_round(round_id: int, codes: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for the entries that a round's tabulation calls by these codes.

    A code is a name within its season: entries of another one may be called the same.
    """
    season_id = select(Round.season_id).where(Round.id == round_id).scalar_subquery()
    return and_(Entry.season_id == season_id, Entry.code.in_(codes))


def latest(session: Session, round_id: int, language: str) -> Latest | None:
    """Return the tabulation that counts, None before the first; four statements."""
    found = session.scalars(
        select(Tabulation)
        .where(Tabulation.round_id == round_id)
        .order_by(Tabulation.number.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    codes = [row["entry"] for row in found.result["entries"]]
    entries = session.execute(
        select(Entry.code, Entry.title, Entry.public_id).where(of_round(round_id, codes))
    )
    jurors = session.execute(
        select(Juror.public_id, Juror.name).where(
            Juror.public_id.in_([row["juror"] for row in found.result["jurors"]])
        )
    )
    criteria = session.execute(
        select(Criterion.key, Criterion.title).where(Criterion.round_id == round_id)
    )
    return Latest(
        found,
        {code: (title, public_id) for code, title, public_id in entries},
        dict(jurors.all()),
        {key: pick_text(title, language) for key, title in criteria},
    )

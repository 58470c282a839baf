"""Jurors from a table whose columns were named: all put on the jury, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.errors import InputError, RuleError
from award.jury.people.invitations import JurorOffer, add_juror, send_invitation
from award.jury.people.spreadsheet import HEADERS, jurors_of
from award.models.jury import Juror, Panel
from award.models.seasons import Season, SeasonState
from exports.errors import TableError, TableErrors
from exports.tables.fields import Field
from exports.tables.reading import Table

OVER = (SeasonState.DECIDED, SeasonState.ANNOUNCED, SeasonState.ARCHIVED)


def juror_fields() -> tuple[Field, ...]:
    """Return the fields of a juror, each with the headers under which people know it."""
    return tuple(Field(key, titles, key in ("name", "email")) for key, titles in HEADERS.items())


def plan_jurors(session: Session, season_id: int, table: Table) -> tuple[JurorOffer, ...]:
    """Check a table whose columns are called as ``juror_fields`` calls them; in file order.

    Raises TableErrors with everything that is wrong, TableError ``table_empty``.
    """
    panels = session.scalars(select(Panel.key).where(Panel.season_id == season_id))
    known = session.scalars(select(Juror.email_key).where(Juror.season_id == season_id))
    try:
        rows = jurors_of(table, panels=frozenset(panels), known=frozenset(known))
    except InputError as error:
        raise TableError(error.code, file=table.name) from error
    source = {row.number: row for row in table.rows}
    wrong = [
        table.error(one.error, source[one.number], one.field, **(one.params or {}))
        for one in rows
        if one.offer is None
    ]
    if wrong:
        raise TableErrors(wrong)
    return tuple(one.offer for one in rows if one.offer is not None)


def import_jurors(
    session: Session,
    season_id: int,
    offers: Sequence[JurorOffer],
    *,
    invite: bool = False,
    base_url: str = "",
    actor_id: int | None,
    now: datetime,
) -> list[Juror]:
    """Put people on a season's jury as invited, in the order given; invite: mail them now.

    Without it the organiser sends each invitation later. Raises RuleError("import.season_over")
    once the season is decided, and what ``add_juror`` raises.
    """
    season = session.get_one(Season, season_id)
    if season.state in OVER:
        raise RuleError("import.season_over")
    language = season.programme.languages[0]
    made = []
    for offer in offers:
        juror = add_juror(session, season_id, offer, actor_id=actor_id, now=now)
        if invite:
            send_invitation(
                session, juror.id, base_url=base_url, language=language, actor_id=actor_id, now=now
            )
        made.append(juror)
    return made

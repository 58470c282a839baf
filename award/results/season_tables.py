"""Tables of a whole season beside its entries: jurors, certificates, mails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.db import pick_text
from award.models.entries import Entry
from award.models.jury import Juror, Panel
from award.models.operations import Mail
from award.models.results import Certificate
from award.results.tables import Say, Table
from exports.spreadsheets import Column


def jurors_table(session: Session, season_id: int, language: str, _: Say) -> Table:
    """Every juror of the season, whatever the answer to the invitation; by name."""
    columns = (
        Column("juror", _("Juror")),
        Column("email", _("Mail address")),
        Column("organisation", _("Organisation")),
        Column("region", _("Region")),
        Column("panel", _("Panel")),
        Column("chair", _("Chair")),
        Column("state", _("State")),
        Column("topics", _("Topics")),
        Column("languages", _("Languages")),
        Column("minimum", _("At least"), "number"),
        Column("maximum", _("At most"), "number"),
        Column("invited_at", _("Invited (UTC)"), "moment"),
        Column("answered_at", _("Answered (UTC)"), "moment"),
    )
    rows = session.execute(
        select(Juror, Panel.name)
        .outerjoin(Panel, Panel.id == Juror.panel_id)
        .where(Juror.season_id == season_id)
        .order_by(Juror.name, Juror.id)
    )
    same = ("email", "organisation", "region", "topics", "languages", "minimum", "maximum")
    return Table(
        columns,
        (
            {name: getattr(juror, name) for name in (*same, "invited_at", "answered_at")}
            | {"juror": juror.name, "chair": juror.is_chair, "state": juror.state.value}
            | {"panel": pick_text(panel, language)}
            for juror, panel in rows
        ),
    )


def certificates_table(session: Session, season_id: int, language: str, _: Say) -> Table:
    """Every certificate, pending and revoked ones included; by kind and name."""
    columns = (
        Column("number", _("Number")),
        Column("kind", _("Kind")),
        Column("name", _("Name")),
        Column("entry", _("Code")),
        Column("project", _("Project")),
        Column("place", _("Place"), "number"),
        Column("prize", _("Prize")),
        Column("language", _("Language")),
        Column("state", _("State")),
        Column("issued_on", _("Issued on"), "date"),
        Column("revoked_reason", _("Reason")),
    )
    return Table(columns, _certificates(session, season_id))


def _certificates(session: Session, season_id: int) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(Certificate, Entry.code)
        .outerjoin(Entry, Entry.id == Certificate.entry_id)
        .where(Certificate.season_id == season_id)
        .order_by(Certificate.kind, Certificate.name, Certificate.id)
        .execution_options(yield_per=500)
    )
    same = ("number", "name", "project", "place", "prize", "language", "issued_on")
    for row, code in rows:
        yield {name: getattr(row, name) for name in (*same, "revoked_reason")} | {
            "kind": row.kind.value,
            "state": row.state.value,
            "entry": code,
        }


def mails_table(session: Session, season_id: int, language: str, _: Say) -> Table:
    """Every mail of the season without its text: to whom, about what, when, whether it left."""
    columns = (
        Column("created_at", _("Written (UTC)"), "moment"),
        Column("sent_at", _("Sent (UTC)"), "moment"),
        Column("to_email", _("Mail address")),
        Column("to_name", _("Name")),
        Column("subject", _("Subject")),
        Column("template", _("Kind")),
        Column("state", _("State")),
    )
    rows = session.execute(
        select(
            Mail.created_at,
            Mail.sent_at,
            Mail.to_email,
            Mail.to_name,
            Mail.subject,
            Mail.template,
            Mail.state,
        )
        .where(Mail.season_id == season_id)
        .order_by(Mail.id)
        .execution_options(yield_per=500)
    )
    return Table(columns, (row._asdict() | {"state": row.state.value} for row in rows))


SEASON_TABLES: Mapping[str, Callable[[Session, int, str, Say], Table]] = {
    "jurors": jurors_table,
    "certificates": certificates_table,
    "mails": mails_table,
}

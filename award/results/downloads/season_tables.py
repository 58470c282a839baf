"""Tables of a whole season beside its entries: jurors, certificates, mails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from award import mail
from award.education.queries import asked_of, participants_that_match
from award.entries.screening.queries import like_couples
from award.jury.people.juror_list import JurorFilters, listed
from award.jury.people.queries import juror_rows
from award.models.jury import Juror
from award.models.operations import Mail
from award.results.appeals.queries import appeal_rows
from award.results.certificates.listing import CertificateFilters, every_certificate
from award.results.downloads.office_tables import extensions_table, inbox_table, threads_table
from award.results.downloads.set_up_tables import SET_UP_TABLES
from award.tables import EVERYTHING, Filters, Say, Table
from exports.tables.spreadsheets import Column

ALL = 1_000_000


def jurors_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Every juror of the season, whatever the answer to the invitation; in the page's order.

    filters: q, state, panel and sort, as JurorFilters reads them.
    """
    yes = {True: _("yes"), False: None}
    words = {"state": _juror_states(_), "chair": yes, "standby": yes}
    answered = dict(
        session.execute(
            select(Juror.public_id, Juror.answered_at).where(Juror.season_id == season_id)
        ).all()
    )
    rows = (
        asdict(row)
        | {"juror": row.name, "chair": row.is_chair, "state": row.state.value}
        | {"answered_at": answered.get(row.public_id)}
        for row in listed(juror_rows(session, season_id, language), JurorFilters.read(filters))
    )
    return Table(_juror_columns(_), rows, words)


def _juror_columns(_: Say) -> tuple[Column, ...]:
    return (
        Column("juror", _("Juror")),
        Column("email", _("E-mail address")),
        Column("organisation", _("Organisation")),
        Column("region", _("Region")),
        Column("panel", _("Panel")),
        Column("chair", _("Chair")),
        Column("standby", _("Stands by")),
        Column("state", _("State")),
        Column("topics", _("Topics")),
        Column("languages", _("Languages")),
        Column("minimum", _("At least"), "number"),
        Column("maximum", _("At most"), "number"),
        Column("assigned", _("Assigned"), "number"),
        Column("done", _("Handed in"), "number"),
        Column("invited_at", _("Invited (UTC)"), "moment"),
        Column("answered_at", _("Answered (UTC)"), "moment"),
    )


def _juror_states(_: Say) -> dict[Any, Any]:
    return {
        "invited": _("invited"),
        "active": _("on the jury"),
        "declined": _("declined"),
        "removed": _("left"),
    }


def certificates_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Every certificate, waiting, failed and revoked ones included, the newest first.

    filters: find, whose, state, language and sort, as CertificateFilters reads them.
    """
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
    found = every_certificate(session, season_id, CertificateFilters.read(filters))
    rows = (asdict(row) | {"entry": row.code} for row in found)
    return Table(columns, rows, _certificate_words(_))


def _certificate_words(_: Say) -> dict[str, dict[str, str]]:
    return {
        "kind": {
            "participant": _("Participant"),
            "team_member": _("Team member"),
            "finalist": _("Finalist"),
            "winner": _("Winner"),
            "community_award": _("Community award"),
            "juror": _("Juror"),
            "mentor": _("Mentor"),
        },
        "state": {
            "pending": _("waiting"),
            "failed": _("could not be made"),
            "issued": _("valid"),
            "revoked": _("revoked"),
        },
    }


def mails_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Every mail of the season without its text: to whom, about what, when, whether it left.

    The newest first. filters: text, a part of the address or the subject; state.
    """
    text, state = (filters.get(name, "").strip()[:100] for name in ("text", "state"))
    return mail_list(session, mail.that_match(season_id, text, state), _)


def mail_list(
    session: Session, where: Collection[ColumnElement[bool]], _: Say, *, newest_first: bool = True
) -> Table:
    """The mails that meet all of some conditions, without their text, in the order of writing."""
    columns = (
        Column("created_at", _("Written (UTC)"), "moment"),
        Column("sent_at", _("Sent (UTC)"), "moment"),
        Column("to_email", _("E-mail address")),
        Column("to_name", _("Name")),
        Column("subject", _("Subject")),
        Column("template", _("Kind")),
        Column("state", _("State")),
        Column("error", _("Error")),
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
            Mail.error,
        )
        .where(*where)
        .order_by(Mail.id.desc() if newest_first else Mail.id)
        .execution_options(yield_per=500)
    )
    made = (row._asdict() | {"state": row.state.value} for row in rows)
    return Table(columns, made, {"state": _mail_states(_)})


def _mail_states(_: Say) -> dict[str, str]:
    return {
        "queued": _("waiting"),
        "held": _("held back"),
        "sent": _("sent"),
        "dead": _("failed"),
        "cancelled": _("cancelled"),
    }


def alike_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Pairs of entries that resemble one another; likeness from 0 to 1, as the page orders them."""
    columns = (
        Column("first", _("Code")),
        Column("first_title", _("Project")),
        Column("second", _("Code of the other")),
        Column("second_title", _("The other")),
        Column("titles", _("Likeness of titles"), "number"),
        Column("summaries", _("Likeness of summaries"), "number"),
    )
    rows = [
        {
            "first": one.first.code,
            "first_title": one.first.title,
            "second": one.second.code,
            "second_title": one.second.title,
            "titles": round(one.first.likeness_title, 4),
            "summaries": round(one.first.likeness_summary, 4),
        }
        for one in like_couples(session, season_id)
    ]
    return Table(columns, rows)


def appeals_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Every appeal with its answer: those that wait first, then the answered ones."""
    columns = (
        Column("receipt", _("Receipt")),
        Column("code", _("Code")),
        Column("title", _("Project")),
        Column("round", _("Round")),
        Column("ground", _("Ground")),
        Column("filed_at", _("Filed (UTC)"), "moment"),
        Column("ruling", _("The answer")),
        Column("answered_at", _("Answered (UTC)"), "moment"),
    )
    words = {
        "ground": {
            "procedure": _("the procedure was not kept"),
            "conflict": _("conflict of interest"),
            "wrong_sheet": _("sheet of another entry"),
            "computation": _("computation"),
        },
        "ruling": {
            "upheld": _("upheld"),
            "partly": _("partly upheld"),
            "dismissed": _("dismissed"),
        },
    }
    rows = [
        asdict(one) | {"ground": one.ground.value, "ruling": one.ruling and one.ruling.value}
        for waiting in (True, False)
        for one in appeal_rows(session, season_id, language, waiting=waiting, size=ALL)[0]
    ]
    return Table(columns, rows, words)


def participants_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """The participants of the education phase, as the page filters and orders them."""
    columns = (
        Column("name", _("Name")),
        Column("email", _("E-mail address")),
        Column("organisation", _("Organisation")),
        Column("city", _("City")),
        Column("language", _("Language")),
        Column("signed_up", _("Workshops"), "number"),
        Column("attended", _("Attended"), "number"),
    )
    same = ("name", "email", "organisation", "city", "language")
    rows = session.execute(
        participants_that_match(season_id, asked_of(filters)).execution_options(yield_per=500)
    )
    made = (
        {name: getattr(one, name) for name in same}
        | {"signed_up": signed_up, "attended": int(attended)}
        for one, signed_up, attended in rows
    )
    return Table(columns, made)


SEASON_TABLES: Mapping[str, Callable[[Session, int, str, Say, Filters], Table]] = {
    "jurors": jurors_table,
    "certificates": certificates_table,
    "mails": mails_table,
    "alike": alike_table,
    "extensions": extensions_table,
    "threads": threads_table,
    "inbox": inbox_table,
    "appeals": appeals_table,
    "participants": participants_table,
    **SET_UP_TABLES,
}
REPORTS = frozenset({"inbox"})
"""Those that hold what jurors reported about entries."""

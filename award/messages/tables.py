"""The tables of the pages about mails and people, each as its page is filtered and ordered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from award.messages.broadcasts.queries import broadcast_rows
from award.messages.people.person_queries import Person, that_went_to
from award.messages.people.queries import Part, PeopleFilters, PersonRow, listed, people_rows
from award.messages.wordings.queries import worded_kinds
from award.models.operations import Mail
from award.results.downloads.season_tables import mail_list
from award.tables import EVERYTHING, Filters, Say, Table
from award.texts import say
from exports.tables.spreadsheets import Column


def people_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Everybody of a season, each person once, in the order of the page.

    filters: q, part and sort, as PeopleFilters reads them. parts: what the person is; about: her
    entries and organisations.
    """
    columns = (
        Column("name", _("Name")),
        Column("email", _("E-mail address")),
        Column("language", _("Language")),
        Column("parts", _("Who")),
        Column("about", _("About")),
    )
    words = {
        Part.LEAD.value: _("team lead"),
        Part.MEMBER.value: _("team member"),
        Part.JUROR.value: _("juror"),
        Part.PARTICIPANT.value: _("workshop participant"),
    }
    found = listed(people_rows(session, season_id), PeopleFilters.read(filters))
    return Table(columns, [_person(row) for row in found], {"parts": words})


def _person(row: PersonRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "email": row.email or None,
        "language": row.language or None,
        "parts": [part.value for part, _about in row.parts],
        "about": [about for _part, about in row.parts if about],
    }


def broadcasts_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """The drafts and what was sent to many, the newest first; at is when it was sent or begun."""
    columns = (
        Column("subject", _("Subject")),
        Column("audience", _("To whom")),
        Column("state", _("State")),
        Column("at", _("When (UTC)"), "moment"),
        Column("by", _("By")),
    )
    rows = [
        {
            "subject": row.subject,
            "audience": row.audience.value,
            "state": row.state.value,
            "at": row.moment,
            "by": row.by,
        }
        for row in broadcast_rows(session, season_id, language)
    ]
    return Table(columns, rows, _broadcast_words(_))


def _broadcast_words(_: Say) -> dict[str, dict[str, str]]:
    return {
        "audience": {
            "leads": _("team leads"),
            "teams": _("teams"),
            "jurors": _("jurors"),
            "people": _("people"),
        },
        "state": {
            "draft": _("draft"),
            "sending": _("being sent"),
            "sent": _("sent"),
            "stopped": _("stopped"),
        },
    }


def wordings_table(
    session: Session, season_id: int, language: str, _: Say, filters: Filters = EVERYTHING
) -> Table:
    """Every kind of mail that may be reworded; languages: those with words of the season's own."""
    columns = (
        Column("mail", _("Mail")),
        Column("to", _("To whom")),
        Column("languages", _("Own words in")),
    )
    found = worded_kinds(session, season_id)
    words = {
        "mail": {one.key: say(f"mail.{one.key}", language) for one in found},
        "to": {"teams": _("teams"), "jurors": _("jurors")},
    }
    rows = [
        {
            "mail": one.key,
            "to": "jurors" if one.to_jurors else "teams",
            "languages": list(one.languages),
        }
        for one in found
    ]
    return Table(columns, rows, words)


def mails_to(session: Session, season_id: int, person: Person, _: Say) -> Table:
    """Every mail of a season to one person, the newest first, and what became of it."""
    return mail_list(session, that_went_to(season_id, person), _)


def mails_of_occasion(session: Session, begins: str, _: Say) -> Table:
    """The mails whose key so begins, such as a broadcast's, in the order of writing."""
    own = [Mail.key.startswith(begins, autoescape=True)]
    return mail_list(session, own, _, newest_first=False)


MESSAGE_TABLES: Mapping[str, Callable[[Session, int, str, Say, Filters], Table]] = {
    "people": people_table,
    "broadcasts": broadcasts_table,
    "wordings": wordings_table,
}

"""What the receipt of a submit says, for the page of the team and for the PDF to keep."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.entries.reading.queries import SentVersion, TeamEntry, sent_version, shown_answers
from award.errors import NotFoundError
from award.i18n import format_moment
from award.models.entries import EntryVersion
from award.models.seasons import Programme
from exports.documents.receipts import Receipt, ReceiptFile


def receipt_of(
    session: Session,
    entry: TeamEntry,
    number: str,
    language: str,
    *,
    size: Callable[[int], str],
) -> Receipt:
    """Return the receipt of one of an entry's submits, the last or an earlier one.

    size: a number of bytes in words. NotFoundError for a number that is not this entry's.
    """
    version = session.scalar(
        select(EntryVersion.id).where(
            EntryVersion.entry_id == entry.id, EntryVersion.receipt == number
        )
    )
    sent = sent_version(session, version, entry.form, language) if version else None
    if sent is None:
        raise NotFoundError
    programme = session.get_one(Programme, entry.form.programme_id)
    return Receipt(
        programme=entry.form.programme_name,
        season=entry.form.season_name,
        title=str(sent.answers.get("title") or entry.title),
        code=entry.code,
        number=sent.receipt,
        version=sent.number,
        received=format_moment(sent.submitted_at, language, entry.zone),
        handed_in_by=sent.submitted_by,
        digest=sent.digest,
        team=tuple(str(one["name"]) for one in sent.team),
        answers=_answers(entry, sent, language),
        files=tuple(
            ReceiptFile(one["name"], size(one["size"]), one["sha256"]) for one in sent.files
        ),
        language=language,
        colour=programme.colour,
    )


def _answers(entry: TeamEntry, sent: SentVersion, language: str) -> tuple[tuple[str, str], ...]:
    shown = shown_answers(sent.questions, sent.answers, language)
    return tuple((one.label, one.text or ", ".join(one.items)) for one in shown)

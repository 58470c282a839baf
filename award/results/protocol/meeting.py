"""The part of a round's protocol that tells of the jury's meeting."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.models.deliberation import Deliberation, Minute
from award.results.deliberation.deliberating import digest_of
from award.results.deliberation.minutes_queries import MinuteLine, minute_lines, minutes_signatures
from exports.documents import protocol as paper


def meeting(
    session: Session,
    round_id: int,
    season_id: int,
    words: Mapping[str, str],
    withheld: Collection[int] = frozenset(),
) -> paper.ProtocolMeeting | None:
    """Return what the minutes of a round's meeting tell, None where the jury did not meet.

    words: how an outcome is said. withheld: ids of entries whose lines the reader may not see; they
    are counted. The digest and the signatures are those of all lines.
    """
    found = session.scalar(select(Deliberation).where(Deliberation.round_id == round_id))
    if found is None:
        return None
    rows = session.scalars(
        select(Minute).where(Minute.deliberation_id == found.id).order_by(Minute.id)
    ).all()
    kept = [row for row in rows if row.entry_id not in withheld]
    lines = minute_lines(session, kept)
    signatures = minutes_signatures(session, season_id, found, rows)
    return paper.ProtocolMeeting(
        lines=tuple(_line(line, words) for line in lines),
        present=tuple(dict.fromkeys(name for line in lines for name in line.present)),
        signatures=tuple(
            paper.ProtocolSignature(one.name, one.chair, one.at)
            for _juror, one in signatures
            if one.at is not None
        ),
        digest=digest_of(rows),
        open=found.closed_at is None,
        withheld=len(rows) - len(kept),
    )


def _line(line: MinuteLine, words: Mapping[str, str]) -> paper.ProtocolMinute:
    return paper.ProtocolMinute(
        at=line.at,
        kind=line.kind,
        entry=f"{line.code} · {line.title}" if line.code else "",
        decided=words.get(line.outcome, line.outcome),
        place=line.place,
        text=line.text,
        absent=line.absent,
        present=line.present,
    )

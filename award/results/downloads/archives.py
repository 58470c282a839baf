"""All feedback letters or all paper score sheets of a round in one ZIP, made by the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from award import audit, jobs
from award.db import locked, unit_of_work
from award.errors import NotFoundError, RuleError
from award.i18n import translator
from award.judging.paper import paper_list, paper_sheets
from award.models.accounts import User
from award.models.entries import Entry, EntryState, StoredFile, TeamMembership, TeamRole
from award.models.jury import LIVE_ASSIGNMENTS, Assignment, RoundEntry
from award.models.operations import Job, JobState
from award.models.seasons import Round
from award.results.public.letters import letter_of
from award.results.reading import reading
from award.results.rounds import is_public
from award.storage import Storage, Stored
from exports.archive import Member, write_archive
from exports.documents.letters import render_letter
from exports.documents.score_sheets import render_score_sheets

JOB = "results.archive"
BUSY = frozenset({JobState.QUEUED, JobState.RUNNING})
TOLD_EVERY = 5


class Contents(StrEnum):
    """What an archive holds: a letter a team, or the score sheets of each juror."""

    LETTERS = "letters"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """The last order of an archive. ready: there is a file to fetch; size in bytes."""

    busy: bool
    failed: bool
    ready: bool
    done: int
    total: int
    made_at: datetime | None
    size: int


@dataclass(frozen=True, slots=True)
class Work:
    """One file of the archive: what it is about (an entry's id, a juror's public id), its name."""

    key: str
    name: str
    language: str


def order_archive(
    session: Session,
    round_id: int,
    contents: Contents,
    *,
    language: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Leave it to the worker to make the archive anew; what it was before stays until then.

    language: of the score sheets; a letter speaks the language of its team's lead. Raises
    RuleError letters_embargo before the announcement, archive_in_work while one is being made.
    """
    round_ = locked(session, Round, round_id)
    if contents is Contents.LETTERS and not is_public(round_, now):
        raise RuleError("letters_embargo")
    if any(job.state in BUSY for job in _orders(session, round_, contents)):
        raise RuleError("archive_in_work")
    jobs.enqueue(
        session,
        JOB,
        {"round": round_.public_id, "contents": contents.value, "language": language},
        key=f"archive:{contents.value}:{round_.public_id}:{now.isoformat()}",
        now=now,
        season_id=round_.season_id,
        created_by_id=actor_id,
    )
    audit.record(
        session,
        "round.archive_ordered",
        round_,
        actor_id=actor_id,
        now=now,
        after={"contents": contents.value},
        programme_id=round_.season.programme_id,
        season_id=round_.season_id,
    )


def archive_states(
    session: Session, rounds: Sequence[Round]
) -> Mapping[tuple[int, Contents], ArchiveState]:
    """Return the last order of each archive by round id and contents; absent: never ordered."""
    if not rounds:
        return {}
    ids = {one.public_id: one.id for one in rounds}
    jobs_found = session.scalars(
        select(Job).where(Job.season_id == rounds[0].season_id, Job.kind == JOB).order_by(Job.id)
    )
    last = {
        (ids[job.arguments["round"]], Contents(job.arguments["contents"])): job
        for job in jobs_found
        if job.arguments["round"] in ids
    }
    places = {_place(key, contents): (ids[key], contents) for key in ids for contents in Contents}
    files = {
        places[file.question_key]: file
        for file in session.scalars(_files().where(StoredFile.question_key.in_(places)))
    }
    return {key: _state(job, files.get(key)) for key, job in last.items()}


def _state(job: Job, file: StoredFile | None) -> ArchiveState:
    return ArchiveState(
        busy=job.state in BUSY,
        failed=job.state is JobState.DEAD,
        ready=file is not None,
        done=job.done_count,
        total=job.total_count,
        made_at=file.uploaded_at if file else None,
        size=file.size if file else 0,
    )


def _files() -> Select[StoredFile]:
    return (
        select(StoredFile)
        .where(StoredFile.entry_id.is_(None), StoredFile.removed_at.is_(None))
        .order_by(StoredFile.id)
    )


def rounds_with_pairs(session: Session, season_id: int) -> set[int]:
    """Return the ids of a season's rounds in which a juror has an entry: there is what to print."""
    rows = session.scalars(
        select(Assignment.round_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(Round.season_id == season_id, Assignment.state.in_(LIVE_ASSIGNMENTS))
        .distinct()
    )
    return set(rows)


def archive_file(session: Session, round_: Round, contents: Contents) -> StoredFile:
    """Return the archive that was made last; NotFoundError where there is none."""
    place = _place(round_.public_id, contents)
    file = session.scalars(_files().where(StoredFile.question_key == place)).first()
    if file is None:
        raise NotFoundError
    return file


def carry_out(run: jobs.JobRun, storage: Storage, base_url: str) -> None:
    """Make the archive, a file at a time, and put it in the place of the one before."""
    contents, language = Contents(run.arguments["contents"]), str(run.arguments["language"])
    with reading() as session:
        round_ = session.scalars(
            select(Round).where(Round.public_id == run.arguments["round"])
        ).one()
        round_id, public_id, programme_id = round_.id, round_.public_id, round_.season.programme_id
        of = _letters if contents is Contents.LETTERS else _papers
        work = of(session, round_id, language)
    render = _letter if contents is Contents.LETTERS else _paper
    members = _members(run, work, lambda one: render(round_id, one, base_url))
    with write_archive(members) as archive:
        stored = storage.write_from(archive)
    gone = _put_in_place(run, _place(public_id, contents), contents, programme_id, stored)
    for name in gone:
        storage.remove(name)


def _put_in_place(
    run: jobs.JobRun, place: str, contents: Contents, programme_id: int, stored: Stored
) -> list[str]:
    """Make a stored file the archive; return the stored names of those that it replaces."""
    with unit_of_work() as session:
        now = datetime.now(UTC)
        old = session.scalars(_files().where(StoredFile.question_key == place)).all()
        for one in old:
            one.removed_at = now
        file = StoredFile(
            programme_id=programme_id,
            question_key=place,
            name=f"{contents.value}.zip",
            media_type="application/zip",
            size=stored.size,
            sha256=stored.sha256,
            storage_name=stored.storage_name,
            uploaded_at=now,
        )
        session.add(file)
        run.finish(session, now=now)
        return [one.storage_name for one in old]


def _place(round_public_id: str, contents: Contents) -> str:
    return f"archive:{contents.value}:{round_public_id}"


def _orders(session: Session, round_: Round, contents: Contents) -> list[Job]:
    found = session.scalars(select(Job).where(Job.season_id == round_.season_id, Job.kind == JOB))
    asked = (round_.public_id, contents.value)
    return [job for job in found if (job.arguments["round"], job.arguments["contents"]) == asked]


def _members(
    run: jobs.JobRun, work: Sequence[Work], render: Callable[[Work], bytes]
) -> Iterator[Member]:
    for count, one in enumerate(work, start=1):
        yield Member((one.name,), render(one))
        if count % TOLD_EVERY == 0 or count == len(work):
            with unit_of_work() as session:
                run.progress(session, count, len(work), now=datetime.now(UTC))


def _letters(session: Session, round_id: int, language: str) -> list[Work]:
    rows = session.execute(
        select(Entry.id, Entry.code, Entry.title, User.language)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .outerjoin(
            TeamMembership,
            (TeamMembership.entry_id == Entry.id)
            & (TeamMembership.role == TeamRole.LEAD)
            & TeamMembership.left_at.is_(None),
        )
        .outerjoin(User, User.id == TeamMembership.user_id)
        .where(RoundEntry.round_id == round_id, Entry.state != EntryState.WITHDRAWN)
        .order_by(Entry.code)
    )
    return [
        Work(str(row.id), f"{row.code} {row.title}.pdf", row.language or language) for row in rows
    ]


def _papers(session: Session, round_id: int, language: str) -> list[Work]:
    jurors = paper_list(session, round_id)
    return [Work(one.public_id, f"{one.name}.pdf", language) for one in jurors]


def _letter(round_id: int, one: Work, base_url: str) -> bytes:
    with reading() as session:
        letter = letter_of(session, int(one.key), one.language, now=datetime.now(UTC))
    return render_letter(letter, translator(one.language).gettext)


def _paper(round_id: int, one: Work, base_url: str) -> bytes:
    with reading() as session:
        sheets = paper_sheets(session, round_id, one.key, one.language, base_url)
    return render_score_sheets(sheets, translator(one.language).gettext)

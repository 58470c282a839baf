"""A new season from last year's: everything that was set up, nothing that happened."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from award import audit
from award.db import locked
from award.errors import NotFoundError
from award.models.results import CertificateLook, Signatory
from award.models.seasons import Criterion, Level, Question, Round, RoundState, Season
from award.models.wordings import Wording
from award.seasons.beginning.starters import check_untouched

SEASON_COLUMNS = (
    "about",
    "min_age",
    "max_age",
    "min_student_share",
    "min_team",
    "max_team",
    "guardian_below_age",
    "publishes_bundle",
    "shows_jury",
)
ROUND_COLUMNS = (
    "position",
    "name",
    "jurors_per_entry",
    "blind",
    "ranks",
    "live",
    "rank_by",
    "juror_weights",
    "robust",
    "cut",
    "ties",
)
OWN = frozenset(
    {
        "id", "public_id", "season_id", "round_id", "criterion_id", "withdrawn_at",
        "required_since",
    }
)  # fmt: skip


def copy_set_up(
    session: Session,
    season_id: int,
    source_id: int,
    *,
    actor_id: int | None,
    now: datetime,
) -> Season:
    """Give a season that is still empty another one's form, consents, rounds, rubrics, prizes, FAQ.

    Certificates come along too: their looks and signatories, whose pictures both seasons then
    share; and of mails their wordings. States are not copied, nor are dates: they belong to the
    year. RuleError("set_up_not_empty") where something is there already, NotFoundError for a
    season of another programme.
    """
    season, source = locked(session, Season, season_id), session.get_one(Season, source_id)
    if source.programme_id != season.programme_id:
        raise NotFoundError
    check_untouched(session, season_id)
    for column in SEASON_COLUMNS:
        if not (column == "about" and season.about):
            setattr(season, column, getattr(source, column))
    lists = (source.categories, source.questions, source.consents, source.prizes, source.faq)
    for item in chain.from_iterable(lists):
        if getattr(item, "withdrawn_at", None) is None:
            session.add(_copy(item, season_id=season.id, **_offered(item)))
    for row in (*_of_certificates(session, source), *_wordings(session, source)):
        session.add(_copy(row, season_id=season.id))
    for round_ in source.rounds:
        _copy_round(session, round_, season)
    session.flush()
    audit.record(
        session,
        "season.copied",
        season,
        actor_id=actor_id,
        now=now,
        after={"from": source.public_id},
        programme_id=season.programme_id,
        season_id=season.id,
    )
    return season


def _of_certificates(session: Session, season: Season) -> list[CertificateLook | Signatory]:
    looks = select(CertificateLook).where(CertificateLook.season_id == season.id)
    signing = select(Signatory).where(Signatory.season_id == season.id).order_by(Signatory.id)
    return [*session.scalars(looks), *session.scalars(signing)]


def _wordings(session: Session, season: Season) -> list[Wording]:
    return list(session.scalars(select(Wording).where(Wording.season_id == season.id)))


def _offered(item: Any) -> dict[str, Any]:
    if not isinstance(item, Question):
        return {}
    return {"options": [one for one in item.options if not one.get("withdrawn")]}


def _copy(row: Any, **over: Any) -> Any:
    columns = [column.key for column in inspect(type(row)).column_attrs if column.key not in OWN]
    return type(row)(**{name: getattr(row, name) for name in columns} | over)


def _copy_round(session: Session, round_: Round, season: Season) -> None:
    values = {name: getattr(round_, name) for name in ROUND_COLUMNS}
    copied = Round(season_id=season.id, state=RoundState.SET_UP, **values)
    session.add(copied)
    for criterion in round_.criteria:
        twin: Criterion = _copy(criterion)
        twin.levels = [
            Level(points=level.points, text=dict(level.text)) for level in criterion.levels
        ]
        copied.criteria.append(twin)

"""``award import scores``: which round the scores go to, and what is made for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from award import audit
from award.commands.lookup import find_programme, find_season, round_of, season_of_name
from award.commands.score_input import Rubric, read_rubric
from award.judging.importing.cells import Line, ScorePlan, name_columns, plan_scores
from award.judging.importing.names import Names, check_names, known_names, rubric_lines
from award.judging.importing.rounds import create_round
from award.judging.importing.service import ImportedScores, Progress, import_scores
from award.models.seasons import Programme, SeasonState
from award.seasons.service import create_season
from exports.tables.mapping import ColumnMapping
from exports.tables.reading import Table


@dataclass(frozen=True, slots=True)
class ScoresJob:
    """What the command was asked for."""

    season_name: str
    round_name: str | None
    create: bool
    rubric: Path | None
    cut: int | None

    def plan(self, session: Session, table: Table, mapping: ColumnMapping | None) -> ScorePlan:
        """Check the whole table against rubric, entries and jurors, before anything is written."""
        lines, season_id, round_id = self._target(session)
        plan = plan_scores(name_columns(table, mapping, lines), lines)
        names = known_names(session, season_id, round_id) if season_id else Names()
        check_names(names, plan, create=self.create)
        return plan

    def write(
        self, session: Session, plan: ScorePlan, *, now: datetime, progress: Progress
    ) -> ImportedScores:
        """Import the plan, making season and round where asked; the caller's unit of work."""
        season_id = self._season_id(session, now)
        if self.create and not self.round_name:
            round_id = create_round(
                session,
                season_id,
                plan,
                ties=_ties(self._file_rubric()),
                cut=self.cut,
                actor_id=None,
                now=now,
            ).id
        else:
            season = find_season(session, self.season_name)
            round_id = round_of(session, season, self.round_name).id
        return import_scores(
            session, round_id, plan, create=self.create, actor_id=None, now=now, progress=progress
        )

    def _target(self, session: Session) -> tuple[tuple[Line, ...], int | None, int | None]:
        """Return the rubric's lines (none: to be made), the season and round where they are."""
        if not self.create or self.round_name:
            season = find_season(session, self.season_name)
            round_ = round_of(session, season, self.round_name)
            return rubric_lines(session, round_.id), season.id, round_.id
        found = season_of_name(session, self.season_name)
        if found is None:
            self._programme(session)
        return _lines(self._file_rubric()), found.id if found else None, None

    def _programme(self, session: Session) -> Programme:
        """Return the programme that gets a new season; the season's name must say both."""
        programme, _, slug = self.season_name.partition("/")
        if not slug or "/" in slug:
            find_season(session, self.season_name)
        return find_programme(session, programme)

    def _season_id(self, session: Session, now: datetime) -> int:
        found = season_of_name(session, self.season_name)
        if found is not None or not self.create:
            return find_season(session, self.season_name).id
        programme = self._programme(session)
        slug = self.season_name.partition("/")[2]
        name = dict.fromkeys(programme.languages, slug)
        season = create_season(session, programme.id, name=name, slug=slug, actor_id=None, now=now)
        before, season.state = season.state, SeasonState.JUDGING
        audit.record(
            session,
            "season.judging",
            season,
            actor_id=None,
            now=now,
            before=before,
            after=season.state,
            programme_id=programme.id,
            season_id=season.id,
        )
        return season.id

    def _file_rubric(self) -> Rubric | None:
        return read_rubric(self.rubric) if self.rubric else None


def _lines(rubric: Rubric | None) -> tuple[Line, ...]:
    return tuple(
        Line(
            key=one.key,
            titles=(one.title or one.key,),
            minimum=one.minimum,
            maximum=one.maximum,
            required=one.required,
            weight=one.weight,
        )
        for one in (rubric.criteria if rubric else ())
    )


def _ties(rubric: Rubric | None) -> tuple[dict[str, Any], ...]:
    """Return the cascade as a round keeps it: the criterion only where the rule has one."""
    return tuple(
        {"rule": tie.rule, **({"criterion": tie.criterion} if tie.criterion else {})}
        for tie in (rubric.ties if rubric else ())
    )

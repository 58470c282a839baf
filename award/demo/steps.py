"""The steps of a demo season: entering, screening, judging, deciding."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.demo.entering import enter
from award.demo.honours import give_prizes, say_words
from award.demo.jury import merits, score
from award.demo.library import DemoJuror, Project
from award.demo.set_up import Dates
from award.demo.site import judging_home, site
from award.entries.screening.service import screen_entry
from award.errors import RuleError
from award.jury.service import (
    admit_entries,
    apply_run,
    assign_by_hand,
    draft_proposal,
    propose_assignment,
)
from award.models.entries import Entry
from award.models.jury import Juror, Panel, RoundEntry
from award.models.seasons import (
    Round,
    RoundState,
    Season,
    SeasonState,
)
from award.results.rounds import is_final
from award.results.service import close_decisions, tabulate_round, take_the_cut
from award.seasons.transitions import set_round_state, set_season_state
from award.storage import Stored

Progress = Callable[[str], None]
ZONE = ZoneInfo("Europe/Moscow")


def evening(now: datetime, days: int, hour: int = 23, minute: int = 59) -> datetime:
    """Return a Moscow clock time some days before (negative) or after now."""
    day = (now.astimezone(ZONE) + timedelta(days=days)).date()
    return datetime.combine(day, time(hour, minute), ZONE)


def decide(session: Session, round_: Round, organiser_id: int, *, now: datetime) -> None:
    """Close, tabulate, follow the computed order, break what is tied across the cut, and close."""
    set_round_state(session, round_.id, RoundState.CLOSED, actor_id=organiser_id, now=now)
    tabulate_round(session, round_.id, reason="", actor_id=organiser_id, now=now)
    take_the_cut(session, round_.id, actor_id=organiser_id, now=now)
    if is_final(session, round_):
        give_prizes(session, round_, organiser_id, now=now)
        say_words(session, round_, organiser_id, now=now)
    close_decisions(session, round_.id, actor_id=organiser_id, now=now)


def enter_all(
    session: Session,
    season: Season,
    chosen: Sequence[Project],
    dates: Dates,
    drawn: Mapping[str, Stored] | None = None,
    *,
    say: Progress,
) -> list[Entry]:
    """Hand projects in, most of them in the last days, as it is in life."""
    chance = random.Random(season.slug)
    span = dates.closes_at - dates.opens_at
    moments = sorted(dates.opens_at + span * (1 - chance.random() ** 2 * 0.98) for _ in chosen)
    entries = []
    for number, (project, moment) in enumerate(zip(chosen, moments, strict=True)):
        emails = [
            f"{season.slug}.{number + 1}.{member + 1}@students.example"
            for member in range(len(project.members))
        ]
        picture = (drawn or {}).get(project.title)
        entries.append(enter(session, season, project, emails, now=moment, picture=picture))
        if number % 50 == 49:
            say(f"{number + 1} entries")
    return entries


def screen(
    session: Session, season: Season, entries: Sequence[Entry], organiser_id: int, *, now: datetime
) -> None:
    set_season_state(session, season.id, SeasonState.CLOSED, actor_id=organiser_id, now=now)
    for entry in entries:
        screen_entry(
            session,
            entry.id,
            eligible=True,
            reason="",
            actor_id=organiser_id,
            now=now,
            base_url=site(),
        )
    set_season_state(session, season.id, SeasonState.JUDGING, actor_id=organiser_id, now=now)


def judge(
    session: Session,
    round_: Round,
    organiser_id: int,
    people: Mapping[int, DemoJuror],
    quality: Mapping[int, float],
    panels: Mapping[str, Panel] | None,
    *,
    now: datetime,
    share: float = 1.0,
) -> None:
    """Admit, divide between the panels, assign by the optimiser, link the panels, and score."""
    admitted = admit_entries(session, round_.id, actor_id=organiser_id, now=now)
    if panels:
        _divide(session, admitted, panels)
    _assign(session, round_, organiser_id, now=now)
    if panels:
        _link(session, round_, admitted, organiser_id, now=now)
    score(
        session, round_, people, quality, now=now + timedelta(days=5), share=share, seed=round_.seed
    )


def _divide(session: Session, admitted: Sequence[RoundEntry], panels: Mapping[str, Panel]) -> None:
    """Give half of the entries to each panel."""
    for number, row in enumerate(admitted):
        row.panel_id = panels["moscow" if number % 2 else "petersburg"].id


def _link(
    session: Session,
    round_: Round,
    admitted: Sequence[RoundEntry],
    organiser_id: int,
    *,
    now: datetime,
) -> None:
    """Let a few jurors read entries of the other panel: else nobody could compare the two."""
    jurors = session.scalars(
        select(Juror).where(Juror.season_id == round_.season_id).order_by(Juror.id)
    ).all()
    for number, juror in enumerate(jurors[::2]):
        foreign = [row for row in admitted if row.panel_id != juror.panel_id]
        for row in foreign[number::20][:2]:
            # A conflict of interest is no reason to build no demo: one link less.
            with suppress(RuleError):
                assign_by_hand(
                    session,
                    round_.id,
                    row.entry_id,
                    juror.id,
                    home_url=judging_home(),
                    actor_id=organiser_id,
                    now=now,
                )


def assign_all(
    session: Session, round_: Round, organiser_id: int, *, admitted: datetime, assigned: datetime
) -> None:
    """Admit the season's entries, and let the optimiser assign them."""
    admit_entries(session, round_.id, actor_id=organiser_id, now=admitted)
    _assign(session, round_, organiser_id, now=assigned)


def _assign(session: Session, round_: Round, organiser_id: int, *, now: datetime) -> None:
    session.flush()
    proposal = draft_proposal(session, round_.id, "assign", seed=round_.seed)
    run = propose_assignment(session, round_.id, proposal, actor_id=organiser_id, now=now)
    apply_run(session, run.id, home_url=judging_home(), actor_id=organiser_id, now=now)


def merits_of(entries: Sequence[Entry], chosen: Sequence[Project]) -> dict[int, float]:
    """Return entry id -> how good the project is, spread as in a real season."""
    return merits({one.id: project.quality for one, project in zip(entries, chosen, strict=True)})

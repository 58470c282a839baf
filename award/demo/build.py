"""Four seasons: one announced and of real size, one in judging, one on stage, one open."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.demo.appeals import add_appeals
from award.demo.covers import covers_of_the_best
from award.demo.education import teach
from award.demo.entering import enter
from award.demo.final import NAME, play_final
from award.demo.form import text
from award.demo.honours import give_prizes, say_words
from award.demo.jury import add_jurors, add_panels, leave_work, merits, score, two_panels
from award.demo.library import DemoJuror, Project, jurors, projects
from award.demo.people import add_staff
from award.demo.set_up import Dates, add_programme, add_round, add_season
from award.entries.screening import screen_entry
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
    Programme,
    Round,
    RoundState,
    Season,
    SeasonState,
)
from award.results.rounds import is_final
from award.results.service import close_decisions, tabulate_round, take_the_cut
from award.seasons.transitions import set_round_state, set_season_state
from award.storage import Storage, Stored

ANNOUNCED, IN_JUDGING, ON_STAGE = 193, 12, 6
Progress = Callable[[str], None]
ZONE = ZoneInfo("Europe/Moscow")


def evening(now: datetime, days: int, hour: int = 23, minute: int = 59) -> datetime:
    """Return a Moscow clock time some days before (negative) or after now."""
    day = (now.astimezone(ZONE) + timedelta(days=days)).date()
    return datetime.combine(day, time(hour, minute), ZONE)


def build_announced(
    session: Session,
    programme: Programme,
    organiser_id: int,
    *,
    storage: Storage,
    now: datetime,
    say: Progress,
) -> Season:
    """Build the season that is over: 193 entries, two panels, 24 jurors, 20 finalists, 3 winners.

    Those that may become finalists have a picture.
    """
    year = evening(now, -80).year
    dates = Dates(evening(now, -270, 11, 0), evening(now, -200), evening(now, -200).date())
    season = add_season(
        session,
        programme,
        str(year),
        text(f"Сезон {year}", f"Season {year}", f"Saison {year}"),
        dates,
        now=evening(now, -300),
    )
    chosen = projects()[:ANNOUNCED]
    drawn = covers_of_the_best(chosen, storage)
    entries = _enter_all(session, season, chosen, dates, drawn, say=say)
    say("screening")
    _screen(session, season, entries, organiser_id, now=evening(now, -198, 12, 0))
    panels = add_panels(session, season)
    people = add_jurors(
        session, season, two_panels(24), panels=panels, maximum=28, now=evening(now, -197), shown=0
    )
    quality = merits(
        {entry.id: project.quality for entry, project in zip(entries, chosen, strict=True)}
    )
    first = add_round(
        session,
        season,
        1,
        text("Заочный тур", "Written round", "Schriftliche Runde"),
        opens_at=evening(now, -196, 10, 0),
        closes_at=evening(now, -170),
        announces_at=evening(now, -160, 12, 0),
        jurors_per_entry=3,
        blind=True,
        cut=20,
    )
    say("first round")
    _judge(session, first, organiser_id, people, quality, panels, now=evening(now, -195, 12, 0))
    final = add_round(
        session,
        season,
        2,
        text("Финал", "Final", "Finale"),
        opens_at=evening(now, -110, 10, 0),
        closes_at=evening(now, -90),
        announces_at=evening(now, -80, 12, 0),
        jurors_per_entry=8,
        blind=False,
        cut=3,
    )
    _decide(session, first, organiser_id, now=evening(now, -168, 15, 0))
    say("final")
    spread = {entry_id: _on_stage(value) for entry_id, value in quality.items()}
    _judge(session, final, organiser_id, people, spread, None, now=evening(now, -109, 12, 0))
    _decide(session, final, organiser_id, now=evening(now, -88, 15, 0))
    first.appeals_until, final.appeals_until = evening(now, -150), evening(now, 10)
    add_appeals(session, first, final, organiser_id, now=now)
    teach(session, season, chosen, organiser_id, first=evening(now, -265, 18, 0), now=now)
    return season


def _on_stage(quality: float) -> float:
    """Return how good a project was on stage: a live final tells finalists further apart."""
    return min(9.4, 6.2 + (quality * 100 % 37) / 11)


def _decide(session: Session, round_: Round, organiser_id: int, *, now: datetime) -> None:
    """Close, tabulate, follow the computed order, break what is tied across the cut, and close."""
    set_round_state(session, round_.id, RoundState.CLOSED, actor_id=organiser_id, now=now)
    tabulate_round(session, round_.id, reason="", actor_id=organiser_id, now=now)
    take_the_cut(session, round_.id, actor_id=organiser_id, now=now)
    if is_final(session, round_):
        give_prizes(session, round_, organiser_id, now=now)
        say_words(session, round_, organiser_id, now=now)
    close_decisions(session, round_.id, actor_id=organiser_id, now=now)


def _enter_all(
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


def _screen(
    session: Session, season: Season, entries: Sequence[Entry], organiser_id: int, *, now: datetime
) -> None:
    set_season_state(session, season.id, SeasonState.CLOSED, actor_id=organiser_id, now=now)
    for entry in entries:
        screen_entry(session, entry.id, eligible=True, reason="", actor_id=organiser_id, now=now)
    set_season_state(session, season.id, SeasonState.JUDGING, actor_id=organiser_id, now=now)


def _judge(
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
    session.flush()
    proposal = draft_proposal(session, round_.id, "assign", seed=round_.seed)
    run = propose_assignment(session, round_.id, proposal, actor_id=organiser_id, now=now)
    apply_run(session, run.id, home_url="", actor_id=organiser_id, now=now)
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
                    home_url="",
                    actor_id=organiser_id,
                    now=now,
                )


def build_judging(
    session: Session, programme: Programme, organiser_id: int, *, now: datetime, say: Progress
) -> Season:
    """Build the season that the jury is busy with."""
    dates = Dates(evening(now, -60, 11, 0), evening(now, -15), now.date())
    season = add_season(
        session,
        programme,
        f"{now.year}-2",
        text(
            f"Второй набор {now.year}",
            f"Second call {now.year}",
            f"Zweite Ausschreibung {now.year}",
        ),
        dates,
        now=evening(now, -80),
    )
    chosen = projects()[ANNOUNCED : ANNOUNCED + IN_JUDGING]
    entries = _enter_all(session, season, chosen, dates, say=say)
    _screen(session, season, entries, organiser_id, now=evening(now, -13, 12, 0))
    people = add_jurors(
        session,
        season,
        jurors()[12:15] + jurors()[27:30],
        maximum=8,
        now=evening(now, -12),
        shown=2,
    )
    quality = merits(
        {entry.id: project.quality for entry, project in zip(entries, chosen, strict=True)}
    )
    round_ = add_round(
        session,
        season,
        1,
        text("Заочный тур", "Written round", "Schriftliche Runde"),
        opens_at=evening(now, -12, 10, 0),
        closes_at=evening(now, 9),
        announces_at=evening(now, 20, 12, 0),
        jurors_per_entry=3,
        blind=True,
        cut=5,
    )
    _judge(
        session,
        round_,
        organiser_id,
        people,
        quality,
        None,
        now=evening(now, -11, 12, 0),
        share=0.5,
    )
    leave_work(session, season, round_, now=evening(now, -2, 12, 0))
    return season


def build_final(
    session: Session, programme: Programme, organiser_id: int, *, now: datetime, say: Progress
) -> Season:
    """Build the season whose final is on stage right now."""
    say("live final")
    dates = Dates(evening(now, -70, 11, 0), evening(now, -30), evening(now, -30).date())
    season = add_season(
        session,
        programme,
        f"{now.year}-3",
        text(
            f"Региональный финал {now.year}",
            f"Regional final {now.year}",
            f"Regionales Finale {now.year}",
        ),
        dates,
        now=evening(now, -90),
    )
    entries = _enter_all(session, season, projects()[2 : 2 + ON_STAGE], dates, say=say)
    _screen(session, season, entries, organiser_id, now=evening(now, -28, 12, 0))
    people = add_jurors(
        session, season, jurors()[3:8], maximum=ON_STAGE, now=evening(now, -27), shown=2
    )
    round_ = add_round(
        session,
        season,
        1,
        NAME,
        opens_at=now - timedelta(hours=2),
        closes_at=evening(now, 2),
        announces_at=evening(now, 3, 12, 0),
        jurors_per_entry=len(people),
        blind=False,
        cut=3,
    )
    round_.live = True
    admit_entries(session, round_.id, actor_id=organiser_id, now=evening(now, -2))
    session.flush()
    proposal = draft_proposal(session, round_.id, "assign", seed=round_.seed)
    run = propose_assignment(session, round_.id, proposal, actor_id=organiser_id, now=now)
    apply_run(session, run.id, home_url="", actor_id=organiser_id, now=now)
    play_final(session, round_, people, entries, organiser_id, now=now)
    return season


def build_open(session: Session, programme: Programme, *, now: datetime, say: Progress) -> Season:
    """Build the season that takes entries: some are in, one is a draft to go on with."""
    dates = Dates(evening(now, -30, 11, 0), evening(now, 12), (now + timedelta(days=90)).date())
    name = f"{now.year + 1}"
    season = add_season(
        session,
        programme,
        name,
        text(f"Сезон {name}", f"Season {name}", f"Saison {name}"),
        dates,
        now=evening(now, -40),
    )
    add_round(
        session,
        season,
        1,
        text("Заочный тур", "Written round", "Schriftliche Runde"),
        opens_at=evening(now, 20, 10, 0),
        closes_at=evening(now, 40),
        announces_at=evening(now, 50, 12, 0),
        jurors_per_entry=3,
        blind=True,
        cut=20,
    ).state = RoundState.SET_UP
    for number, project in enumerate(projects()[ANNOUNCED + IN_JUDGING :]):
        emails = [
            f"{season.slug}.{number + 1}.{member + 1}@students.example"
            for member in range(len(project.members))
        ]
        enter(
            session,
            season,
            project,
            emails,
            now=now - timedelta(days=10 - number, hours=number),
            submit=number > 1,
            shown=number in {0, 3},
        )
    return season


def programme_and_staff(session: Session, *, now: datetime) -> tuple[Programme, int]:
    """Add the programme with its staff; returns it and the organiser's id."""
    programme = add_programme(session)
    organiser = add_staff(session, programme, now=now)
    return programme, organiser.id

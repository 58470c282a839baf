"""Four seasons: one announced and of real size, one in judging, one on stage, one open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from award.demo.appeals import add_appeals
from award.demo.covers import covers_of_the_best
from award.demo.education import teach
from award.demo.entering import enter
from award.demo.final import NAME, play_final
from award.demo.form import text
from award.demo.jury import add_jurors, add_panels, leave_work, two_panels
from award.demo.library import jurors, projects
from award.demo.people import add_staff
from award.demo.set_up import Dates, add_programme, add_round, add_season
from award.demo.steps import (
    Progress,
    assign_all,
    decide,
    enter_all,
    evening,
    judge,
    merits_of,
    screen,
)
from award.models.seasons import (
    Programme,
    Round,
    RoundState,
    Season,
)
from award.storage import Storage

ANNOUNCED, IN_JUDGING, ON_STAGE = 193, 12, 6


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
    season, dates = _announced_season(session, programme, now)
    chosen = projects()[:ANNOUNCED]
    drawn = covers_of_the_best(chosen, storage)
    entries = enter_all(session, season, chosen, dates, drawn, say=say)
    say("screening")
    screen(session, season, entries, organiser_id, now=evening(now, -198, 12, 0))
    panels = add_panels(session, season)
    people = add_jurors(
        session, season, two_panels(24), panels=panels, maximum=28, now=evening(now, -197), shown=0
    )
    quality = merits_of(entries, chosen)
    first = _written_round(session, season, now)
    say("first round")
    judge(session, first, organiser_id, people, quality, panels, now=evening(now, -195, 12, 0))
    final = _final_round(session, season, now)
    decide(session, first, organiser_id, now=evening(now, -168, 15, 0))
    say("final")
    spread = {entry_id: _on_stage(value) for entry_id, value in quality.items()}
    judge(session, final, organiser_id, people, spread, None, now=evening(now, -109, 12, 0))
    decide(session, final, organiser_id, now=evening(now, -88, 15, 0))
    first.appeals_until, final.appeals_until = evening(now, -150), evening(now, 10)
    add_appeals(session, first, final, organiser_id, now=now)
    teach(session, season, chosen, organiser_id, first=evening(now, -265, 18, 0), now=now)
    return season


def _announced_season(
    session: Session, programme: Programme, now: datetime
) -> tuple[Season, Dates]:
    """Add the season that was announced eighty days ago."""
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
    return season, dates


def _written_round(session: Session, season: Season, now: datetime) -> Round:
    """Add the round that chose the finalists."""
    return add_round(
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


def _final_round(session: Session, season: Season, now: datetime) -> Round:
    """Add the round that chose the winners."""
    return add_round(
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


def _on_stage(quality: float) -> float:
    """Return how good a project was on stage: a live final tells finalists further apart."""
    return min(9.4, 6.2 + (quality * 100 % 37) / 11)


def build_judging(
    session: Session, programme: Programme, organiser_id: int, *, now: datetime, say: Progress
) -> Season:
    """Build the season that the jury is busy with."""
    season, dates = _second_call(session, programme, now)
    chosen = projects()[ANNOUNCED : ANNOUNCED + IN_JUDGING]
    entries = enter_all(session, season, chosen, dates, say=say)
    screen(session, season, entries, organiser_id, now=evening(now, -13, 12, 0))
    people = add_jurors(
        session,
        season,
        jurors()[12:15] + jurors()[27:30],
        maximum=8,
        now=evening(now, -12),
        shown=2,
    )
    quality = merits_of(entries, chosen)
    round_ = _round_under_way(session, season, now)
    judge(
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


def _second_call(session: Session, programme: Programme, now: datetime) -> tuple[Season, Dates]:
    """Add the season that closed a fortnight ago."""
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
    return season, dates


def _round_under_way(session: Session, season: Season, now: datetime) -> Round:
    """Add the round that the jury is in the middle of."""
    return add_round(
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


def build_final(
    session: Session, programme: Programme, organiser_id: int, *, now: datetime, say: Progress
) -> Season:
    """Build the season whose final is on stage right now."""
    say("live final")
    season, dates = _regional_final(session, programme, now)
    entries = enter_all(session, season, projects()[2 : 2 + ON_STAGE], dates, say=say)
    screen(session, season, entries, organiser_id, now=evening(now, -28, 12, 0))
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
    assign_all(session, round_, organiser_id, admitted=evening(now, -2), assigned=now)
    play_final(session, round_, people, entries, organiser_id, now=now)
    return season


def _regional_final(session: Session, programme: Programme, now: datetime) -> tuple[Season, Dates]:
    """Add the season of the live final."""
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
    return season, dates


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
    _round_to_come(session, season, now)
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


def _round_to_come(session: Session, season: Season, now: datetime) -> Round:
    """Add a round that opens when the entries are in."""
    round_ = add_round(
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
    )
    round_.state = RoundState.SET_UP
    return round_


def programme_and_staff(session: Session, *, now: datetime) -> tuple[Programme, int]:
    """Add the programme with its staff; returns it and the organiser's id."""
    programme = add_programme(session)
    organiser = add_staff(session, programme, now=now)
    return programme, organiser.id

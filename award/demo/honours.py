"""What the demo's jury says about those that it honours, by place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.demo.form import Text, text
from award.models.results import Standing, Tabulation
from award.models.seasons import Prize, PrizeKind, Round
from award.results.decisions.citing import cite
from award.results.decisions.citing_queries import honoured
from award.results.decisions.deciding import award_special

GIVEN = {PrizeKind.SPECIAL: 4, PrizeKind.COMMUNITY: 6}
"""At which position of the standings stands who gets a prize outside the ranking."""
WORDS: dict[int, Text] = {
    1: text(
        "Команда испытала идею на тех, для кого она придумана, и честно рассказала, что пришлось "
        "переделать.",
        "The team tried its idea on those it was made for, and said openly what had to be redone.",
        "Das Team hat seine Idee an denen erprobt, für die sie gemacht ist, und offen gesagt, was "
        "neu gebaut werden musste.",
    ),
    2: text(
        "Просто, недорого и повторимо: такое завтра соберут и в соседнем городе.",
        "Simple, cheap and repeatable: the next town can build it tomorrow.",
        "Einfach, günstig und wiederholbar: Das kann morgen auch die Nachbarstadt bauen.",
    ),
    3: text(
        "Здесь видно, кто и за что отвечает, и потому веришь, что через год это будет работать.",
        "One sees who answers for what, and so believes that it will still run in a year.",
        "Man sieht, wer wofür einsteht, und glaubt deshalb, dass es in einem Jahr noch läuft.",
    ),
}
"""By place: which project wins depends on what the demo's jury gives."""


def give_prizes(session: Session, round_: Round, organiser_id: int, *, now: datetime) -> None:
    """Give the prizes outside the ranking of a tabulated final."""
    places = session.scalars(
        select(Standing.entry_id)
        .join(Tabulation)
        .where(Tabulation.round_id == round_.id)
        .order_by(Standing.position)
    ).all()
    for kind, position in GIVEN.items():
        prize = session.scalars(
            select(Prize).where(Prize.season_id == round_.season_id, Prize.kind == kind)
        ).first()
        if prize is not None and position < len(places):
            award_special(
                session, round_.id, places[position], prize.id, actor_id=organiser_id, now=now
            )


def say_words(session: Session, round_: Round, organiser_id: int, *, now: datetime) -> None:
    """Write what the jury says about the winners."""
    for item in honoured(session, round_.id, "ru"):
        words = WORDS.get(item.place or 0)
        if words:
            cite(session, round_.id, item.entry_id, words, actor_id=organiser_id, now=now)

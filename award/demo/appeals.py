"""The demo's appeals: one answered with a recalculation, one that waits, one that can be filed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.demo.people import SHOWN
from award.demo.site import site
from award.models.accounts import User
from award.models.appeals import Appeal, Ruling
from award.models.entries import TeamMembership, TeamRole
from award.models.jury import Assignment, Juror
from award.models.results import Standing, Tabulation
from award.models.seasons import Round
from award.results.appeals.appealing import answer_appeal, file_appeal, keep_recalculation
from award.results.appeals.recalculating import read_disputed, recalculate

ANSWERED = (
    "В отзыве одного члена жюри речь идёт о теплице и рассаде, а наш проект о сурдопереводе в "
    "поликлинике. Похоже, этот лист написан о другой заявке."
)
ANSWER = (
    "Мы поговорили с членом жюри: отзыв действительно относится к соседней заявке, лист перепутан. "
    "Мы пересчитали результат без этого листа: что изменилось, видно ниже. До границы тура всё ещё "
    "далеко, поэтому решение остаётся прежним. Просим прощения и спасибо, что написали."
)
WAITING = (
    "Один из членов жюри в прошлом году был наставником другой команды финала и выступал вместе с "
    "ней. Об этом написано на сайте университета. На объявлении регламента нам говорили, что "
    "наставники не оценивают."
)


def add_appeals(
    session: Session, first: Round, final: Round, organiser_id: int, *, now: datetime
) -> None:
    """File an appeal after each round and answer the first one; two leads are shown to sign in as."""
    began = (first.announces_at or now) + timedelta(days=2)
    lost = _at(session, first, 60)
    filed = _file(session, first, lost, "wrong_sheet", ANSWERED, now=began)
    _answer(session, filed, organiser_id, now=began + timedelta(days=3))
    fifth = _at(session, final, 5)
    _file(session, final, fifth, "conflict", WAITING, now=now - timedelta(days=1))
    for entry_id in (fifth, _at(session, final, 6)):
        _lead(session, entry_id).password_hash = SHOWN
    session.flush()


def _at(session: Session, round_: Round, position: int) -> int:
    """Return the entry at a position; the last one where there are fewer."""
    return session.scalars(
        select(Standing.entry_id)
        .join(Tabulation, Tabulation.id == Standing.tabulation_id)
        .where(Tabulation.round_id == round_.id, Standing.position <= position)
        .order_by(Standing.position.desc())
        .limit(1)
    ).one()


def _lead(session: Session, entry_id: int) -> User:
    return session.scalars(
        select(User)
        .join(TeamMembership, TeamMembership.user_id == User.id)
        .where(TeamMembership.entry_id == entry_id, TeamMembership.role == TeamRole.LEAD)
    ).one()


def _file(
    session: Session, round_: Round, entry_id: int, ground: str, text: str, *, now: datetime
) -> Appeal:
    return file_appeal(
        session,
        round_.id,
        entry_id,
        ground=ground,
        text=text,
        actor_id=_lead(session, entry_id).id,
        now=now,
        base_url=site(),
    )


def _answer(session: Session, appeal: Appeal, organiser_id: int, *, now: datetime) -> None:
    juror = session.scalars(
        select(Juror.public_id)
        .join(Assignment, Assignment.juror_id == Juror.id)
        .where(
            Assignment.round_id == appeal.round_id,
            Assignment.entry_id == appeal.entry_id,
        )
        .order_by(Juror.id)
        .limit(1)
    ).one()
    disputed = read_disputed(session, appeal.id, juror)
    made = keep_recalculation(
        session, disputed, recalculate(disputed), actor_id=organiser_id, now=now
    )
    answer_appeal(
        session,
        appeal.id,
        ruling=Ruling.PARTLY,
        answer=ANSWER,
        recalculation=made.public_id,
        actor_id=organiser_id,
        now=now,
        base_url=site(),
    )

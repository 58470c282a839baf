"""The step of the guided set-up that gathers colleagues and jurors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from award.accounts.forms import InviteStaffForm
from award.accounts.queries import staff_rows
from award.accounts.service import invite_staff
from award.addresses import base_url
from award.db import db
from award.errors import NotFoundError
from award.home.forms import FirstJurorForm
from award.home.steps.page import StepPage
from award.jury.people.invitations import JurorOffer, invite_juror
from award.jury.people.queries import juror_rows
from award.languages import current_language
from award.models.accounts import StaffRole
from award.models.seasons import Season
from award.permissions import Permission, can, current_actor


def people(season: Season) -> StepPage:
    """Who works for the programme and who judges; both invited here, one by one."""
    session = db.session()
    may_invite = can(Permission.STAFF_MANAGE, season.programme)
    may_fill_jury = can(Permission.JURY_EDIT, season)
    asked = request.form.get("action", "")
    colleague = InviteStaffForm(**_sent(asked == "colleague"), prefix="colleague-")
    juror = FirstJurorForm(**_sent(asked == "juror"), prefix="juror-")
    more = {
        "colleague": colleague,
        "juror": juror,
        "staff": staff_rows(session, season.programme_id),
        "jurors": juror_rows(session, season.id, current_language()),
        "may_invite": may_invite,
        "may_fill_jury": may_fill_jury,
    }
    if asked not in ("colleague", "juror"):
        return StepPage(FlaskForm(), more)
    if not (may_invite if asked == "colleague" else may_fill_jury):
        raise NotFoundError
    form: Any = colleague if asked == "colleague" else juror
    save = _invite_colleague(season, form) if asked == "colleague" else _invite_juror(season, form)
    return StepPage(form, more, save, stays=True)


def _sent(is_sent: bool) -> dict[str, Any]:
    return {} if is_sent else {"formdata": None}


def _invite_colleague(season: Season, form: Any) -> Callable[[Session], None]:
    def save(unit: Session) -> None:
        invite_staff(
            unit,
            season.programme_id,
            email=form.email.data,
            role=StaffRole(form.role.data),
            language=current_language(),
            base_url=base_url(),
            actor_id=current_actor().person_id,
            now=g.now,
        )
        flash(_("The invitation is on its way to %(name)s.", name=form.email.data), "success")

    return save


def _invite_juror(season: Season, form: Any) -> Callable[[Session], None]:
    def save(unit: Session) -> None:
        invite_juror(
            unit,
            season.id,
            JurorOffer(
                name=form.name.data,
                email=form.email.data,
                organisation=form.organisation.data or "",
                is_chair=bool(form.is_chair.data),
            ),
            base_url=base_url(),
            language=season.programme.languages[0],
            actor_id=current_actor().person_id,
            now=g.now,
        )
        flash(_("The invitation is on its way to %(name)s.", name=form.name.data), "success")

    return save

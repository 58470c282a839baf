"""Pages of the team itself: members, invitations, consents, and the guardian's page."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from award.addresses import base_url
from award.db import db, unit_of_work
from award.entries.blueprint import bp, load, refuse
from award.entries.forms import GuardianAnswerForm, GuardianForm, InviteForm, MemberForm
from award.entries.requirements.eligibility import ConsentNeed
from award.entries.team import consents
from award.entries.team import service as team
from award.errors import AwardError, InputError
from award.languages import current_language
from award.models.accounts import OneTimeToken, TokenPurpose, User
from award.models.entries import Entry, TeamMembership, TeamRole
from award.models.seasons import Season
from award.permissions import Permission, can, current_actor, public, requires


def _own_place(row: Entry) -> TeamMembership:
    return db.session.scalars(
        select(TeamMembership).where(
            TeamMembership.entry_id == row.id,
            TeamMembership.user_id == current_actor().person_id,
        )
    ).one()


def _team_page(row: Entry, status: int = 200, *, invite: Any = None) -> Any:
    places = db.session.execute(
        select(TeamMembership.public_id, TeamMembership.user_id, TeamMembership.role, User.name)
        .join(User, User.id == TeamMembership.user_id)
        .where(TeamMembership.entry_id == row.id, TeamMembership.left_at.is_(None))
        .order_by(TeamMembership.role != TeamRole.LEAD, TeamMembership.id)
    ).all()
    waiting = db.session.scalars(
        select(OneTimeToken.email).where(
            OneTimeToken.entry_id == row.id,
            OneTimeToken.purpose == TokenPurpose.TEAM_INVITATION,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > g.now,
        )
    ).all()
    page = render_template(
        "entries/team.html",
        entry=load(row),
        places=places,
        waiting=waiting,
        own_id=current_actor().person_id,
        lead=can(Permission.ENTRY_LEAD, row),
        invite=invite or InviteForm(formdata=None),
    )
    return page, status


def _me_page(row: Entry, status: int = 200, *, member: Any = None, guardian: Any = None) -> Any:
    own = _own_place(row)
    asked = db.session.scalar(
        select(OneTimeToken.email).where(
            OneTimeToken.entry_id == row.id,
            OneTimeToken.user_id == own.user_id,
            OneTimeToken.purpose == TokenPurpose.GUARDIAN_CONSENT,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > g.now,
        )
    )
    filled = {"name": own.guardian_name, "email": own.guardian_email}
    page = render_template(
        "entries/me.html",
        entry=load(row),
        own=own,
        asked=asked,
        ticked=request.form.getlist("agreed") if member else None,
        member=member or MemberForm(formdata=None, obj=own),
        guardian=guardian or GuardianForm(formdata=None, data=filled),
    )
    return page, status


def _back(row: Entry, said: str, page: str = ".team") -> Any:
    flash(said, "success")
    return redirect(url_for(page, public_id=row.public_id), code=303)


@bp.get("/entries/<public_id>/team", endpoint="team")
@requires(Permission.ENTRY_EDIT, Entry)
def team_page(row: Entry) -> ResponseReturnValue:
    """Who is on the team, and who is invited."""
    return _team_page(row)


@bp.get("/entries/<public_id>/me")
@requires(Permission.ENTRY_EDIT, Entry)
def me(row: Entry) -> ResponseReturnValue:
    """What a member says about herself, and what she or her guardian agrees to."""
    return _me_page(row)


@bp.post("/entries/<public_id>/team/invite")
@requires(Permission.ENTRY_EDIT, Entry)
def invite(row: Entry) -> ResponseReturnValue:
    """Mail an invitation."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _team_page(row, 422, invite=form)
    try:
        with unit_of_work() as unit:
            team.invite_member(
                unit,
                row.id,
                form.email.data,
                language=current_language(),
                base_url=base_url(),
                actor_id=current_actor().person_id,
                now=g.now,
            )
    except AwardError as error:
        return _team_page(row, refuse(form, error), invite=form)
    return _back(row, _("The invitation to %(email)s is on its way.", email=form.email.data))


@bp.post("/entries/<public_id>/team/cancel")
@requires(Permission.ENTRY_EDIT, Entry)
def cancel_invitation(row: Entry) -> ResponseReturnValue:
    """End an open invitation."""
    with unit_of_work() as unit:
        team.cancel_invitation(
            unit,
            row.id,
            request.form.get("email", ""),
            actor_id=current_actor().person_id,
            now=g.now,
        )
    return _back(row, _("The invitation was cancelled; its link no longer works."))


@bp.post("/entries/<public_id>/team/me")
@requires(Permission.ENTRY_EDIT, Entry)
def save_me(row: Entry) -> ResponseReturnValue:
    """Keep what a member says about herself, and with it her own consents where they were asked."""
    form = MemberForm()
    if not form.validate_on_submit():
        return _me_page(row, 422, member=form)
    try:
        with unit_of_work() as unit:
            team.save_member(
                unit,
                row.id,
                current_actor().person_id,
                birth_date=form.birth_date.data,
                is_student=form.is_student.data,
                now=g.now,
            )
            if "consents" in request.form:
                _keep_consents(unit, row)
    except AwardError as error:
        return _me_page(row, refuse(form, error), member=form)
    return _back(row, _("Saved."), ".me")


@bp.post("/entries/<public_id>/team/<member_id>/remove")
@requires(Permission.ENTRY_LEAD, Entry)
def remove_member(row: Entry, member_id: str) -> ResponseReturnValue:
    """Take somebody off the team."""
    with unit_of_work() as unit:
        team.remove_member(unit, row.id, member_id, actor_id=current_actor().person_id, now=g.now)
    return _back(row, _("The member was removed and can no longer open the entry."))


@bp.post("/entries/<public_id>/team/leave")
@requires(Permission.ENTRY_EDIT, Entry)
def leave(row: Entry) -> ResponseReturnValue:
    """Leave the team oneself."""
    member_id = _own_place(row).public_id
    with unit_of_work() as unit:
        team.remove_member(unit, row.id, member_id, actor_id=current_actor().person_id, now=g.now)
    flash(_("You have left the team."), "success")
    return redirect(url_for("home.index"), code=303)


@bp.post("/entries/<public_id>/team/<member_id>/lead")
@requires(Permission.ENTRY_LEAD, Entry)
def hand_over(row: Entry, member_id: str) -> ResponseReturnValue:
    """Make another member the lead."""
    with unit_of_work() as unit:
        team.hand_over_lead(
            unit,
            row.id,
            member_id,
            actor_id=current_actor().person_id,
            now=g.now,
            base_url=base_url(),
        )
    return _back(row, _("The lead was handed over."))


@bp.post("/entries/<public_id>/consents")
@requires(Permission.ENTRY_EDIT, Entry)
def save_consents(row: Entry) -> ResponseReturnValue:
    """Give or withdraw one's own consents."""
    with unit_of_work() as unit:
        _keep_consents(unit, row)
    return _back(row, _("Your consents were recorded."), ".me")


def _keep_consents(unit: Any, row: Entry) -> None:
    consents.save_consents(
        unit,
        row.id,
        current_actor().person_id,
        request.form.getlist("agreed"),
        language=current_language(),
        now=g.now,
    )


@bp.post("/entries/<public_id>/guardian")
@requires(Permission.ENTRY_EDIT, Entry)
def ask_guardian(row: Entry) -> ResponseReturnValue:
    """Mail one's guardian a link of her own."""
    form = GuardianForm()
    if not form.validate_on_submit():
        return _me_page(row, 422, guardian=form)
    try:
        with unit_of_work() as unit:
            consents.ask_guardian(
                unit,
                row.id,
                current_actor().person_id,
                name=form.name.data,
                email=form.email.data,
                language=current_language(),
                base_url=base_url(),
                now=g.now,
            )
    except AwardError as error:
        return _me_page(row, refuse(form, error), guardian=form)
    return _back(row, _("The link is on its way to %(email)s.", email=form.email.data), ".me")


@bp.route("/guardian/<token>", methods=["GET", "POST"])
@public
def guardian(token: str) -> ResponseReturnValue:
    """What a parent or guardian is asked to agree to; the link is the key."""
    link, needs = consents.guardian_needs(
        db.session(), token, language=current_language(), now=g.now
    )
    member = db.session.get_one(User, link.user_id)
    entry = db.session.get_one(Entry, link.entry_id)
    season = db.session.get_one(Season, entry.season_id)
    form = GuardianAnswerForm()
    status = 200
    if form.validate_on_submit():
        try:
            _answer_guardian(token, form)
        except AwardError as error:
            status = refuse(form, error)
        else:
            return render_template(
                "entries/guardian_done.html", member=member.name, programme=season.programme.name
            )
    elif form.is_submitted():
        status = _say_what_lacks(needs, form)
    page = render_template(
        "entries/guardian.html",
        form=form,
        needs=needs,
        member=member.name,
        title=entry.title or entry.code,
        season_name=season.name,
        programme=season.programme.name,
        answered=form.is_submitted(),
        agreed=request.form.getlist("agreed"),
    )
    return page, status


def _say_what_lacks(needs: list[ConsentNeed], form: Any) -> int:
    """Name the missing consents beside what is wrong with the form: everything at once."""
    try:
        consents.check_agreed(needs, request.form.getlist("agreed"))
    except InputError as error:
        refuse(form, error)
    return 422


def _answer_guardian(token: str, form: Any) -> None:
    with unit_of_work() as unit:
        consents.guardian_answers(
            unit,
            token,
            request.form.getlist("agreed"),
            name=form.name.data,
            language=current_language(),
            now=g.now,
        )

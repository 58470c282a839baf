"""Sign-up, sign-in, reset, profile and staff."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from award import texts
from award.accounts import queries, service
from award.accounts.emails import check_email
from award.accounts.forms import (
    ChangePasswordForm,
    EmailForm,
    InviteStaffForm,
    NewPasswordForm,
    ProfileForm,
    SignInForm,
    SignUpForm,
)
from award.accounts.passwords import check_allowed, hash_password, verify_password
from award.accounts.session import cookie_name, drop_cookie, set_cookie, start_session
from award.accounts.tokens import find_token
from award.addresses import safe_next
from award.db import db, unit_of_work
from award.errors import AwardError, NotFoundError, RuleError
from award.languages import current_language
from award.models.accounts import StaffRole, TokenPurpose, User
from award.models.seasons import Programme
from award.permissions import Permission, current_actor, find, public, requires
from award.throttle import by_email, by_email_and_place, limiter

bp = Blueprint("accounts", __name__)
ASKED = "mail_asked"
"""The address that the last mail was asked for, in the form session."""


def refuse(form: Any, error: AwardError) -> int:
    """Put an error's sentence to its field, or to the form; return its status."""
    sentence = texts.sentence(error, current_language())
    field = getattr(error, "field", None)
    target = form[field].errors if field and field in form else form.form_errors
    form_errors = [*target, sentence]
    if field and field in form:
        form[field].errors = form_errors
    else:
        form.form_errors.append(sentence)
    return error.status


def enter(user: User, following: str | None = None) -> Any:
    """Sign a person in on this browser and go on; the old form session is left behind."""
    with unit_of_work() as unit:
        secret = start_session(unit, user.id, browser=request.user_agent.string or "", now=g.now)
    said = session.get("_flashes")
    session.clear()
    if said:
        session["_flashes"] = said
    target = safe_next(following) or url_for("home.index", lang=user.language)
    response = make_response(redirect(target, code=303))
    set_cookie(response, secret)
    return response


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("40 per minute", methods=["POST"])
@limiter.limit("10 per 15 minutes", key_func=by_email_and_place, methods=["POST"])
@limiter.limit("60 per hour", key_func=by_email, methods=["POST"])
def sign_in():
    """Sign in; development offers the demo's people."""
    form = SignInForm()
    status = 200
    following = safe_next(request.values.get("next"))
    if form.validate_on_submit():
        try:
            user = queries.authenticate(db.session(), form.email.data, form.password.data)
            return enter(user, following)
        except AwardError as error:
            status = refuse(form, error)
    elif form.is_submitted():
        status = 422
    development = current_app.extensions["settings"].development
    people = queries.demo_people(db.session()) if development else []
    roles = {person.role: texts.say(f"demo.{person.role}", current_language()) for person in people}
    return render_template(
        "accounts/sign_in.html", form=form, people=people, roles=roles, following=following
    ), status


@bp.post("/sign-in/demo/<user_id>")
@public
def sign_in_demo(user_id: str):
    """Sign in as one of the demo's people, in the language of this page: development only."""
    user = find(db.session(), User, user_id)
    if not current_app.extensions["settings"].development or not user.is_demo:
        raise NotFoundError
    return enter(user, request.form.get("next") or url_for("home.index"))


@bp.post("/sign-out")
@public
def sign_out():
    """End this session on the server too."""
    secret = request.cookies.get(cookie_name(), "")
    with unit_of_work() as unit:
        service.end_session_of(unit, secret, now=g.now)
    response = make_response(redirect(url_for("home.index"), code=303))
    drop_cookie(response)
    session.clear()
    return response


@bp.route("/sign-up", methods=["GET", "POST"])
@public
@limiter.limit("120 per hour", methods=["POST"])
@limiter.limit("5 per hour", key_func=by_email, methods=["POST"])
def sign_up():
    """Make an account; what comes next is always the same page."""
    form = SignUpForm()
    following = safe_next(request.values.get("next"))
    status = 200
    if form.validate_on_submit():
        try:
            check_email(form.email.data)
            check_allowed(form.password.data, email=form.email.data, name=form.name.data)
            hashed = hash_password(form.password.data)
            with unit_of_work() as unit:
                service.sign_up(
                    unit,
                    email=form.email.data,
                    name=form.name.data.strip(),
                    password_hash=hashed,
                    language=current_language(),
                    base_url=current_app.extensions["settings"].base_url,
                    now=g.now,
                    following=following or "",
                )
            session[ASKED] = form.email.data
            return redirect(url_for(".look_for_mail"), code=303)
        except AwardError as error:
            status = refuse(form, error)
    elif form.is_submitted():
        status = 422
    page = render_template("accounts/sign_up.html", form=form, following=following)
    return page, status


@bp.get("/look-for-mail")
@public
def look_for_mail():
    """Say that a mail is on its way, whatever the address; it is shown as it was typed, once."""
    return render_template("accounts/look_for_mail.html", asked=session.pop(ASKED, ""))


@bp.route("/confirm/<secret>", methods=["GET", "POST"])
@public
def confirm(secret: str):
    """Show a button; only pressing it confirms, for mail scanners follow links too."""
    if request.method == "POST":
        with unit_of_work() as unit:
            user = service.confirm_email(unit, secret, now=g.now)
        flash(_("Your address is confirmed. Welcome!"), "success")
        return enter(user, request.args.get("next"))
    find_token(db.session(), secret, TokenPurpose.CONFIRM_EMAIL, now=g.now)
    return render_template("accounts/confirm.html")


@bp.route("/forgot", methods=["GET", "POST"])
@public
@limiter.limit("60 per hour", methods=["POST"])
@limiter.limit("4 per hour", key_func=by_email, methods=["POST"])
def forgot():
    """Ask for a link to a new password; the answer is the same for every address."""
    form = EmailForm()
    if form.validate_on_submit():
        with unit_of_work() as unit:
            service.request_reset(
                unit,
                email=form.email.data,
                base_url=current_app.extensions["settings"].base_url,
                now=g.now,
            )
        session[ASKED] = form.email.data
        return redirect(url_for(".look_for_mail"), code=303)
    return render_template("accounts/forgot.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/reset/<secret>", methods=["GET", "POST"])
@public
def reset(secret: str):
    """Choose a new password by a mailed link."""
    token = find_token(db.session(), secret, TokenPurpose.RESET_PASSWORD, now=g.now)
    person = db.session.get_one(User, token.user_id)
    form = NewPasswordForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            check_allowed(form.password.data, email=person.email, name=person.name)
            hashed = hash_password(form.password.data)
            with unit_of_work() as unit:
                user = service.reset_password(unit, secret, password_hash=hashed, now=g.now)
            flash(_("Your new password holds. All other devices are signed out."), "success")
            return enter(user)
        except RuleError:
            raise
        except AwardError as error:
            status = refuse(form, error)
    return render_template("accounts/reset.html", form=form), status


@bp.route("/profile", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def profile():
    """Name, language, password and signed-in devices."""
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        with unit_of_work() as unit:
            service.update_profile(
                unit,
                current_user.id,
                name=form.name.data.strip(),
                language=form.language.data,
                now=g.now,
            )
        flash(_("Your profile is saved."), "success")
        return redirect(url_for(".profile", lang=form.language.data), code=303)
    return _profile_page(form, ChangePasswordForm(formdata=None), 422 if form.errors else 200)


def _profile_page(form: Any, password_form: Any, status: int) -> Any:
    sessions = queries.open_sessions(
        db.session(), current_user.id, secret=request.cookies.get(cookie_name(), ""), now=g.now
    )
    return render_template(
        "accounts/profile.html", form=form, password_form=password_form, sessions=sessions
    ), status


@bp.post("/profile/password")
@requires(Permission.ACCOUNT_USE)
@limiter.limit("10 per 15 minutes")
def change_password():
    """Change the password, knowing the old one."""
    form = ChangePasswordForm()
    try:
        if not form.validate():
            return _profile_page(ProfileForm(formdata=None, obj=current_user), form, 422)
        if not verify_password(current_user.password_hash, form.current.data):
            raise service.wrong_password()
        check_allowed(form.password.data, email=current_user.email, name=current_user.name)
        hashed = hash_password(form.password.data)
        with unit_of_work() as unit:
            service.change_password(
                unit,
                current_user.id,
                password_hash=hashed,
                keep_token=request.cookies.get(cookie_name(), ""),
                now=g.now,
            )
    except AwardError as error:
        status = refuse(form, error)
        return _profile_page(ProfileForm(formdata=None, obj=current_user), form, status)
    flash(_("Your new password holds. All other devices are signed out."), "success")
    return redirect(url_for(".profile"), code=303)


@bp.post("/profile/sessions/<session_id>/end")
@requires(Permission.ACCOUNT_USE)
def end_session(session_id: str):
    """Sign one device out."""
    with unit_of_work() as unit:
        service.end_session(unit, current_user.id, session_id, now=g.now)
    flash(_("That device is signed out."), "success")
    return redirect(url_for(".profile"), code=303)


@bp.route("/programmes/<public_id>/staff", methods=["GET", "POST"])
@requires(Permission.STAFF_MANAGE, Programme)
def staff(programme: Programme):
    """Who works for the programme; POST invites somebody."""
    form = InviteStaffForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                service.invite_staff(
                    unit,
                    programme.id,
                    email=form.email.data,
                    role=StaffRole(form.role.data),
                    language=current_language(),
                    base_url=current_app.extensions["settings"].base_url,
                    actor_id=current_actor().person_id,
                    now=g.now,
                )
            flash(_("The invitation is on its way."), "success")
            return redirect(url_for(".staff", public_id=programme.public_id), code=303)
        except AwardError as error:
            status = refuse(form, error)
    rows = queries.staff_rows(db.session(), programme.id)
    return render_template("accounts/staff.html", programme=programme, rows=rows, form=form), status


@bp.post("/programmes/<public_id>/staff/<user_id>/remove")
@requires(Permission.STAFF_MANAGE, Programme)
def remove_staff(programme: Programme, user_id: str):
    """Take somebody's role away."""
    person = find(db.session(), User, user_id)
    with unit_of_work() as unit:
        service.remove_staff(
            unit, programme.id, person.id, actor_id=current_actor().person_id, now=g.now
        )
    flash(_("That person no longer works for the programme."), "success")
    return redirect(url_for(".staff", public_id=programme.public_id), code=303)

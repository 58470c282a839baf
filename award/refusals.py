"""What a person sees when something is refused: one page, or a sentence as JSON."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from award import texts, throttle, typed
from award.errors import AwardError, RuleError, SignInRequiredError, StoreBusyError
from award.languages import current_language
from exports.errors import ExportError

DRAINED_PIECE = 64 * 1024
MOST_DRAINED = 20
"""Beyond so many times the limit nobody waits for the answer; the connection is cut instead."""
SECONDS_UNTIL = 90
CODES = {404: "not_found", 405: "method_not_allowed"}


def install(app: Flask) -> None:
    """Let every refusal and failure be answered in the reader's language."""
    app.register_error_handler(SignInRequiredError, ask_to_sign_in)
    app.register_error_handler(AwardError, show_refusal)
    app.register_error_handler(ExportError, show_unprintable)
    app.register_error_handler(CSRFError, show_expired)
    app.register_error_handler(RequestEntityTooLarge, show_too_large)
    app.register_error_handler(SecurityError, refuse_host)
    app.register_error_handler(HTTPException, show_http_error)


def wants_json() -> bool:
    """Whether a script asked: autosave and its like."""
    return request.is_json or request.method == "PUT"


def answer(status: int, sentence: str, **page: Any) -> tuple[Any, int]:
    """Return the sentence as a page, or as JSON to a script.

    page: heading, and action as (label, address), where the page has its own; again: the fields
    of a form that is sent once more. Else the texts that were typed are shown, to be copied.
    """
    if wants_json():
        return jsonify(message=sentence), status
    if status == 404:
        sentence = ""  # the page says more than a script needs
    page.setdefault("typed", [] if status == 413 else typed.typed_texts())
    return render_template("errors/error.html", status=status, message=sentence, **page), status


def ask_to_sign_in(error: SignInRequiredError) -> ResponseReturnValue:
    """Send a person to the sign-in page and back afterwards; what she typed waits on a page."""
    if wants_json():
        return jsonify(message=texts.sentence(error, current_language())), 401
    if fields := typed.typed_fields():
        return _let_send_again(401, "signed_out_typed", fields, _("You are signed out"))
    came = request.full_path.rstrip("?") if request.method == "GET" else _came_from()
    return redirect(url_for("accounts.sign_in", next=came or None), code=303)


def _let_send_again(
    status: int, code: str, fields: list[tuple[str, str]], heading: str
) -> ResponseReturnValue:
    """Show a page that holds what was typed, and sends it once more."""
    said = texts.say(code, current_language())
    return answer(status, said, heading=heading, again=fields)


def show_refusal(error: AwardError) -> ResponseReturnValue:
    """Show one of our refusals."""
    sentence = texts.sentence(error, current_language())
    response = answer(error.status, sentence, **_own_words(error))
    if isinstance(error, StoreBusyError):
        return *response, {"Retry-After": "10"}
    return response


def _own_words(error: AwardError) -> dict[str, Any]:
    """Return heading and way out of a rule's refusal; a stale version has the page's own."""
    if error.code in {"link_dead", "guardian_link_dead"}:
        ways = {
            "accounts.confirm": (_("Sign in"), url_for("accounts.sign_in")),
            "accounts.reset": (_("Ask for a new password"), url_for("accounts.forgot")),
        }
        return {
            "heading": _("This link no longer works"),
            "action": ways.get(request.endpoint or ""),
        }
    own: dict[str, Any] = {"action": _where_from()} if request.method == "POST" else {}
    return own | {"heading": _("This cannot be done now")} if isinstance(error, RuleError) else own


def show_unprintable(error: ExportError) -> ResponseReturnValue:
    """Show why a file could not be made."""
    return answer(422, texts.say(error.code, current_language(), error.params))


def refuse_host(_error: SecurityError) -> ResponseReturnValue:
    """Answer a request for a host that is not ours; a page would need addresses of one that is."""
    sentence = texts.say("bad_request", current_language())
    return f"{sentence}\n", 400, {"Content-Type": "text/plain; charset=utf-8"}


def show_expired(_error: CSRFError) -> ResponseReturnValue:
    """Show that a form's token no longer holds.

    A script is told to sign in, or gets a fresh token: what somebody typed on is sent with it.
    """
    if wants_json():
        if not current_user.is_authenticated:
            return ask_to_sign_in(SignInRequiredError())
        said = texts.say("form_expired", current_language())
        return jsonify(message=said, csrf_token=generate_csrf()), 400
    if request.method == "POST" and not current_user.is_authenticated and not _is_open_to_all():
        return ask_to_sign_in(SignInRequiredError())
    if fields := typed.typed_fields():
        return _let_send_again(400, "form_expired", fields, _("Please send it once more"))
    return answer(400, texts.say("form_too_old", current_language()))


def _is_open_to_all() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__declared__", "") == "public"


def show_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Show how large a file may be."""
    _take_the_rest()
    limit = current_app.extensions["settings"].upload_limit
    megabytes = min(limit, request.max_content_length or limit) // (1024 * 1024)
    said = texts.say("file_too_large", current_language(), {"megabytes": megabytes})
    return answer(413, said, action=_where_from())


def _where_from() -> tuple[str, str] | None:
    """Return the way back to our own page that sent a form, None where no browser names one."""
    came = _came_from()
    return (_("Back"), came) if came else None


def _came_from() -> str:
    """Return the address of our own page that sent a form, "" where no browser names one."""
    came = request.referrer or ""
    return (
        came.removeprefix(request.host_url.rstrip("/")) if came.startswith(request.host_url) else ""
    )


def _take_the_rest() -> None:
    """Read what is still being sent, and forget it.

    A browser reads no answer before it has sent everything: where the server closes earlier, a
    person sees a broken connection in place of the sentence.
    """
    length, most = request.content_length or 0, request.max_content_length or 0
    if not most < length <= MOST_DRAINED * most:
        return
    source = request.environ["wsgi.input"]
    while length > 0 and (piece := source.read(min(length, DRAINED_PIECE))):
        length -= len(piece)


def _how_long(seconds: int) -> str:
    """Return for how long nothing more is taken: in minutes, rounded up, from two of them on."""
    if seconds > SECONDS_UNTIL:
        minutes = {"minutes": -(-seconds // 60)}
        return texts.say("too_many_requests_minutes", current_language(), minutes)
    return texts.say("too_many_requests", current_language(), {"seconds": seconds})


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Show what Flask itself refused, and our own failures."""
    status = error.code or 400
    if status < 400:
        return error
    if status == 429:
        return answer(429, _how_long(throttle.seconds_left()), action=_where_from())
    if status >= 500 and not wants_json():
        return render_template("errors/500.html", language=current_language()), 500
    code = "server_error" if status >= 500 else CODES.get(status, "bad_request")
    return answer(status, texts.say(code, current_language()))

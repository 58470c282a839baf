"""A broadcast as one of its recipients reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from award import mail
from award.db import pick_text
from award.i18n import format_moment
from award.messages.broadcasts.recipients import Recipient
from award.models.broadcasts import Broadcast
from award.wording import merge

TEMPLATE = "broadcast"
BREAKS = re.compile(r"[\r\n\t]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail to read on a page, as it goes out to somebody; language is that of its text."""

    name: str
    email: str
    language: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One recipient's mail.

    language: that of the text, which is not wanted where the person reads another. context: what
    the template prints. subject and body: the mail as it goes out.
    """

    name: str
    email: str
    language: str
    wanted: str
    context: dict[str, Any]
    subject: str
    body: str


def letter_for(one: Recipient, broadcast: Broadcast, base_url: str) -> Letter:
    """Return the mail of one recipient, in her language, else the programme's first, else any."""
    season = broadcast.season
    language = language_for(one, broadcast)
    fallback = season.programme.languages[0]
    values = _values(one, broadcast, language, base_url)
    context = {
        "subject": merge(broadcast.subject.get(language, ""), values),
        "text": merge(broadcast.text.get(language, ""), values),
        "season": pick_text(season.name, language, fallback),
        "contact": season.programme.contact_email,
    }
    subject, body = mail.compose(TEMPLATE, language, context)
    return Letter(one.name, one.email, language, one.language, context, subject, body)


def language_for(one: Recipient, broadcast: Broadcast) -> str:
    """Return the language of a recipient's mail: her own where it is written, else the next best.

    "" of a language is not written. A broadcast without any text gives her own.
    """
    written = [key for key in broadcast.text if broadcast.text[key] and broadcast.subject.get(key)]
    wanted = (one.language, broadcast.season.programme.languages[0], *written)
    return next((key for key in wanted if key in written), one.language)


def _values(one: Recipient, broadcast: Broadcast, language: str, base_url: str) -> dict[str, str]:
    season = broadcast.season
    moment = datetime.fromisoformat(one.deadline) if one.deadline else None
    values = {
        "name": one.name or one.email,
        "season": pick_text(season.name, language, season.programme.languages[0]),
        "title": one.title or one.code,
        "code": one.code,
        "deadline": format_moment(moment, language, season.programme.time_zone),
        "link": f"{base_url}/{language}/{one.path}" if one.path else "",
    }
    return {key: BREAKS.sub(" ", value) for key, value in values.items()}

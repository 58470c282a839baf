"""Fields that several areas use: a text per language, a moment in the programme's zone, numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, request
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import DateTimeLocalField, DecimalField, Field, IntegerField
from wtforms.validators import ValidationError
from wtforms.widgets import html_params

from award.errors import InputError
from award.i18n import LANGUAGE_NAMES, local_to_utc, zone_name
from award.models.seasons import Programme

LONGEST_LINE, LONGEST_TEXT = 300, 20_000
YEARS = range(2000, 2100)
DIGITS = 12


def text_languages() -> tuple[str, ...]:
    """Return the languages that the request's programme writes."""
    return tuple(g.get("text_languages", ("ru",)))


def localized_widget(field: LocalizedField, **attributes: Any) -> Markup:
    """Print one control per language; the first carries the field's own id for its label."""
    parts = []
    for number, language in enumerate(field.languages):
        control_id = field.id if number == 0 else f"{field.id}-{language}"
        shared = {**attributes, "name": f"{field.name}-{language}", "lang": language}
        text = (field.data or {}).get(language, "")
        label = Markup('<label class="language" for="{}">{}</label>').format(
            control_id, LANGUAGE_NAMES[language]
        )
        if field.rows:
            params = Markup(html_params(id=control_id, rows=field.rows, **shared))  # noqa: S704 - WTForms escapes the values
            control = Markup("<textarea {}>{}</textarea>").format(params, text)
        else:
            params = Markup(html_params(id=control_id, type="text", value=text, **shared))  # noqa: S704 - as above
            control = Markup("<input {}>").format(params)
        shown = label + control if len(field.languages) > 1 else control
        parts.append(Markup('<span class="localized">{}</span>').format(shown))
    return Markup("").join(parts)


class LocalizedField(Field):
    """A text per language; its data is {language: text} without empty versions.

    rows > 0 makes text areas.
    """

    widget = staticmethod(localized_widget)
    data: dict[str, str] | None

    def __init__(
        self, label: Any = None, validators: Any = None, rows: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.rows = rows

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the request's programme writes."""
        return text_languages()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read each language's control; what is not sent keeps the stored text."""
        super().process(None, data if isinstance(data, dict) else {}, extra_filters)
        if formdata:
            prefix = f"{self.name}-"
            sent = {
                key[len(prefix) :]: formdata.get(key, "").strip()
                for key in formdata
                if key.startswith(prefix) and key[len(prefix) :] in LANGUAGE_NAMES
            }
            self.data = {**(self.data or {}), **sent}
        self.data = {key: text for key, text in (self.data or {}).items() if text}

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is far too long for its place."""
        most = LONGEST_TEXT if self.rows else LONGEST_LINE
        if any(len(text) > most for text in (self.data or {}).values()):
            raise ValidationError(_("Please keep it below %(most)s characters.", most=most))


class TextInSomeLanguage:
    """Refuses a localized text without any version."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the validator

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, _form: Any, field: LocalizedField) -> None:
        if not field.data:
            raise ValidationError(self.message or _("Write it in at least one language."))


class MomentField(DateTimeLocalField):
    """A moment typed in the programme's zone; its data is aware UTC.

    A time that the clock skips is refused; one that comes twice is asked about.
    """

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, validators, format=formats, **kwargs)

    @property
    def zone(self) -> str:
        """The zone that the request's programme counts in."""
        return str(g.get("zone", "Europe/Moscow"))

    @property
    def zone_words(self) -> str:
        """What the zone is called in the reader's language."""
        return zone_name(self.zone, get_locale().language)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        if self.data is None:
            return ""
        return self.data.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Move the typed local time to UTC."""
        super().process_formdata(valuelist)
        typed: datetime | None = getattr(self, "data", None)
        if typed is None:
            return
        if typed.year not in YEARS:
            self.data = None
            raise ValueError(_("Choose a year between 2000 and 2099."))
        try:
            self.data = local_to_utc(typed, self.zone).astimezone(UTC)
        except ValueError as error:
            self.data = None
            raise ValueError(
                _("The clock skips this time that night. Choose another one.")
                if str(error) == "gap"
                else _("This time comes twice that night. Choose one an hour earlier or later.")
            ) from error


class WholeNumberField(IntegerField):
    """A whole number of at most twelve digits: a longer one overflows where rules compare it."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Refuse a longer one as no number."""
        super().process_formdata(valuelist)
        typed: int | None = self.data if valuelist else None
        if typed is not None and abs(typed) >= 10**DIGITS:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))


class FiniteDecimalField(DecimalField):
    """A decimal number; NaN and Infinity are none, for nothing can be compared with them."""

    data: Decimal | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format(Decimal(self.data).normalize(), "f")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a decimal comma as well; refuse what is not finite or cannot be kept."""
        super().process_formdata([value.replace(",", ".").strip() for value in valuelist])
        typed: Decimal | None = self.data if valuelist else None
        if typed is not None and not (typed.is_finite() and abs(typed.adjusted()) <= DIGITS):
            self.data = None
            raise ValueError(self.gettext("Not a valid decimal value."))


def version_of(text: str) -> int:
    """Return the version that a page names, -1 for none and for what is no version."""
    return int(text) if text.isdecimal() and len(text) < DIGITS else -1


def sent_json() -> dict[str, Any]:
    """Return the object that a script sent; InputError for anything else, however deep."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError as error:
        raise InputError("bad_request") from error
    if not isinstance(sent, dict):
        raise InputError("bad_request")
    return _whole(sent)


def _whole(sent: dict[str, Any]) -> dict[str, Any]:
    """Mend half letters: a text cut inside an emoji holds a surrogate that no store takes."""
    text = json.dumps(sent, ensure_ascii=False)
    mended = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    whole: dict[str, Any] = sent if mended == text else json.loads(mended)
    return whole


def use_programme(programme: Programme) -> None:
    """Let this request's forms speak the programme's languages and mean its zone."""
    use_zone(programme.time_zone)
    g.text_languages = tuple(programme.languages) or ("ru",)


def use_zone(zone: str) -> None:
    """Let this request's moment fields mean a zone."""
    g.zone = zone

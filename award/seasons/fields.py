"""Fields of the set-up that hold several lines: choices, levels, the steps that break ties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import html_params

from award.forms import LONGEST_LINE, text_languages
from award.i18n import LANGUAGE_NAMES

SPARE = 3
MOST_LINES = 60
TIE_STEPS = 4
OFF_SCALE = Decimal(1_000_000)


class LinesField(Field):
    """Lines of one text a language each, with a first cell of the kind's own.

    A line whose texts are all empty is no line. What was typed is kept, wrong or not.
    """

    grouped = True
    first = ""
    first_label: Any = ""

    def widget(self, field: LinesField, **attributes: Any) -> Markup:
        """Print a table: one line for each that is there, and a few empty ones."""
        heads = [self.first_label] if self.first_label else []
        names = [LANGUAGE_NAMES[language] for language in text_languages()]
        lines = [*self._typed(), *({} for _ in range(SPARE))]
        head = Markup("").join(
            Markup('<th scope="col">{}</th>').format(one) for one in [*heads, *names]
        )
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(self._cells(number, line))
            for number, line in enumerate(lines)
        )
        params = Markup(html_params(id=field.id, tabindex="-1", data_lines=True, **attributes))  # noqa: S704 - WTForms escapes the values
        return Markup(
            '<table class="lines" {}><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        ).format(params, head, body)

    def _cells(self, number: int, line: Mapping[str, str]) -> Markup:
        shown = self.first_label
        kind = "text" if shown else "hidden"
        cell = self._input(number, self.first, line.get(self.first, ""), shown, kind)
        cells = [Markup("<td>{}</td>").format(cell)] if shown else []
        for language in text_languages():
            control = self._input(
                number, language, line.get(language, ""), LANGUAGE_NAMES[language], "text"
            )
            hidden = cell if not shown and not cells else Markup("")
            cells.append(Markup("<td>{}{}</td>").format(hidden, control))
        return Markup("").join(cells)

    def _input(self, number: int, part: str, value: str, label: Any, kind: str) -> Markup:
        params = {"type": kind, "name": f"{self.name}-{number}-{part}", "value": value}
        if kind != "hidden":
            params |= {"aria_label": f"{label}, {number + 1}", "placeholder": str(label)}
        if part in LANGUAGE_NAMES:
            params["lang"] = part
        return Markup("<input {}>").format(Markup(html_params(**params)))  # noqa: S704 - as above

    def _typed(self) -> list[dict[str, str]]:
        return self.typed if self.typed is not None else list(self._written(self.data or ()))

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the lines that were sent; without a form the stored ones are shown."""
        super().process(None, data, extra_filters)
        self.typed: list[dict[str, str]] | None = None
        if formdata:
            lines = list(self._sent(formdata))
            self.typed = [line for line in lines if any(line.values())]
            self.data = self._read([line for line in lines if any(map(line.get, LANGUAGE_NAMES))])

    def _sent(self, formdata: Any) -> Iterator[dict[str, str]]:
        parts = (self.first, *LANGUAGE_NAMES)
        for number in range(MOST_LINES):
            line = {part: formdata.get(f"{self.name}-{number}-{part}") for part in parts}
            if any(value is not None for value in line.values()):
                yield {part: (value or "").strip() for part, value in line.items()}

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is far too long for its place."""
        for line in self.typed or ():
            if any(len(value) > LONGEST_LINE for value in line.values()):
                raise ValidationError(
                    _("Please keep it below %(most)s characters.", most=LONGEST_LINE)
                )

    def _written(self, stored: Any) -> Iterator[dict[str, str]]:
        raise NotImplementedError

    def _read(self, lines: list[dict[str, str]]) -> Any:
        raise NotImplementedError


def _texts(line: Mapping[str, str]) -> dict[str, str]:
    return {language: line[language] for language in LANGUAGE_NAMES if line.get(language)}


class OptionsField(LinesField):
    """The choices of a question; data: [{"key": "" for a new one, "label": {language: text}}]."""

    first = "key"

    def _written(self, stored: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
        for option in stored:
            yield {"key": option["key"], **option["label"]}

    def _read(self, lines: list[dict[str, str]]) -> list[dict[str, Any]]:
        return [{"key": line["key"], "label": _texts(line)} for line in lines]


class LevelsField(LinesField):
    """The anchored levels of a criterion; data: [(points, {language: text})].

    Points that are no number are None.
    """

    first = "points"

    @property
    def first_label(self) -> str:
        """What stands over the first column."""
        return str(_("Score"))

    def _written(self, stored: Any) -> Iterator[dict[str, str]]:
        for points, text in stored:
            shown = format(points.normalize(), "f") if points is not None else ""
            yield {"points": shown, **text}

    def _read(self, lines: list[dict[str, str]]) -> list[tuple[Decimal | None, dict[str, str]]]:
        return [(_decimal(line["points"]), _texts(line)) for line in lines]


def _decimal(text: str) -> Decimal | None:
    if not re.fullmatch(r"-?[0-9]{1,6}([.,][0-9]{1,3})?", text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


class TiesField(Field):
    """The cascade that breaks ties, a choice a step; data: [{"rule": …, "criterion": key}].

    ``criteria`` is (key, title) of what the rubric has; the view sets it before the form is shown.
    """

    grouped = True
    criteria: Sequence[tuple[str, str]] = ()
    data: list[dict[str, str]] | None

    def widget(self, field: TiesField, **attributes: Any) -> Markup:
        """Print one list a step, the first with the field's own id."""
        steps = [_step(one) for one in self.data or ()]
        parts = []
        for number in range(max(TIE_STEPS, len(steps))):
            given = steps[number] if number < len(steps) else ""
            control = {"name": f"{field.name}-{number}", "aria_label": f"{number + 1}"}
            params = Markup(html_params(**control, **(attributes if number == 0 else {})))  # noqa: S704 - WTForms escapes the values
            parts.append(
                Markup("<li><select {}>{}</select></li>").format(params, self._options(given))
            )
        return Markup('<ol class="cascade" id="{}" tabindex="-1">{}</ol>').format(
            field.id, Markup("").join(parts)
        )

    def _options(self, given: str) -> Markup:
        known = {
            "": _("— no further step —"),
            **{f"criterion:{key}": title for key, title in self.criteria},
            "median": _("the higher median of the jurors' totals"),
            "head_to_head": _("who was preferred by the jurors that scored both"),
            "lot": _("a lot that anybody can redraw"),
        }
        known.setdefault(given, given)
        return Markup("").join(
            Markup('<option value="{}"{}>{}</option>').format(
                value, Markup(" selected") if value == given else "", label
            )
            for value, label in known.items()
        )

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the steps in order; empty ones between others are closed up."""
        super().process(None, data, extra_filters)
        if formdata:
            sent = (formdata.get(f"{self.name}-{number}", "") for number in range(10))
            self.data = [_read_step(one.strip()[:100]) for one in sent if one.strip()]
        self.data = [dict(one) for one in self.data or ()]


def _step(step: Mapping[str, str]) -> str:
    return f"{step['rule']}:{step['criterion']}" if step.get("criterion") else step["rule"]


def _read_step(text: str) -> dict[str, str]:
    rule, _colon, criterion = text.partition(":")
    return {"rule": rule} | ({"criterion": criterion} if criterion else {})

"""Reading pages as a browser does: the forms that stand on them, with what they would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """One form of a page: where it goes, how, and its controls with their present values."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.inside = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or one of its controls."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = True
            self.forms.append(PageForm(given.get("action", ""), given.get("method", "get")))
        elif self.inside:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        values, name = self.forms[-1].values, given.get("name", "")
        if tag == "select":
            self.select = name
            values.setdefault(name, "")
        elif tag == "option" and self.select:
            if "selected" in given or not values[self.select]:
                values[self.select] = given.get("value", "")
        elif tag == "textarea":
            self.area = name
            values[name] = ""
        elif tag == "input" and name and given.get("type") not in {"checkbox", "radio"}:
            values[name] = given.get("value", "")
        elif name and ("checked" in given or tag == "button"):
            values[name] = given.get("value", "on")
        elif name and given.get("type") == "radio":
            values.setdefault(name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        """Take the text of a text area."""
        if self.area:
            self.forms[-1].values[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a form, a list or a text area."""
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


def forms_of(page: str) -> list[PageForm]:
    """Return the forms of a page in their order; a radio nobody chose gives its first value."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms

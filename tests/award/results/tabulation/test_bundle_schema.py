"""docs/result-bundle.schema.json says of a bundle what is so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from award.results.tabulation.bundles import bundle_content
from exports.records.bundles import PARTS, write_bundle
from exports.signing.keys import installation_seal_key

SCHEMA = json.loads(
    (Path(__file__).parents[4] / "docs" / "result-bundle.schema.json").read_text("utf-8")
)
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def breaches(value: Any, rule: Any, at: str = "$") -> Iterator[str]:
    """Where a value does not follow the few words of JSON Schema that the file uses."""
    if rule is False:
        yield f"{at}: nothing more is allowed"
        return
    rule = {**SCHEMA["$defs"][rule["$ref"].split("/")[-1]], **rule} if "$ref" in rule else rule
    kinds = [rule["type"]] if isinstance(rule.get("type"), str) else rule.get("type", [])
    if kinds and not any(
        isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
        for kind in kinds
    ):
        yield f"{at}: {value!r} is not {kinds}"
    if "const" in rule and value != rule["const"]:
        yield f"{at}: {value!r}"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r}"
    if isinstance(value, str) and not re.search(rule.get("pattern", ""), value):
        yield f"{at}: {value!r} is not like {rule['pattern']}"
    if isinstance(value, dict):
        named = rule.get("properties", {})
        yield from (f"{at}: lacks {name}" for name in rule.get("required", []) if name not in value)
        for name, item in value.items():
            inner = named.get(name, rule.get("additionalProperties", {}))
            yield from breaches(item, inner, f"{at}.{name}")
    if isinstance(value, list):
        first = rule.get("prefixItems", [])
        for number, item in enumerate(value):
            inner = first[number] if number < len(first) else rule.get("items", {})
            yield from breaches(item, inner, f"{at}[{number}]")


def test_a_bundle_follows_its_schema(session, app, decided):
    key = installation_seal_key(app.extensions["settings"].keys)
    whole = json.loads(write_bundle(bundle_content(session, decided.round.id), key))
    assert list(breaches(whole, SCHEMA)) == []
    assert set(SCHEMA["properties"]["bundle"]["properties"]) == set(PARTS)


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole["bundle"].pop("rules"),
        lambda whole: whole["bundle"].update(extra=1),
        lambda whole: whole["bundle"]["scores"]["rows"][0].append("more"),
        lambda whole: whole["bundle"]["assignment"][0].__setitem__(2, "asleep"),
        lambda whole: whole["seal"].update(key="short"),
        lambda whole: whole["bundle"]["result"]["entries"][0].update(mean=0.5),
    ],
)
def test_the_schema_refuses_what_is_no_bundle(session, app, decided, change):
    key = installation_seal_key(app.extensions["settings"].keys)
    whole = json.loads(write_bundle(bundle_content(session, decided.round.id), key))
    change(whole)
    assert list(breaches(whole, SCHEMA))

"""Where a sign-in may send a browser: paths of this site, nothing else; pages of a long list."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from award.addresses import safe_next, stretch


@pytest.mark.parametrize(
    "target",
    ["/", "/en/", "/en/entries/abc?tab=1", "/en/x?next=https://evil.example/", "/en/%2F%2Fevil"],
)
def test_a_path_of_this_site_is_kept(target):
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "en/",
        "https://evil.example/",
        "http:evil.example",
        "//evil.example/",
        "///evil.example/",
        "////evil.example",
        "/\\evil.example",
        "/\\/evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        " //evil.example",
        " https://evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "/%5c\\evil.example",
        "/\x00/evil.example",
        "https:/evil.example",
        "@evil.example",
        "/ /evil.example",
        "mailto:x@evil.example",
    ],
)
def test_everything_else_is_dropped(target):
    assert safe_next(target) is None


@pytest.mark.parametrize(
    ("asked", "rows", "previous", "following"),
    [
        ("", [0, 1, 2], None, 3),
        ("?from=3", [3, 4, 5], 0, 6),
        ("?from=4", [3, 4, 5], 0, 6),
        ("?from=6", [6], 3, None),
        ("?from=99", [6], 3, None),
        ("?from=-5", [0, 1, 2], None, 3),
        ("?from=x", [0, 1, 2], None, 3),
    ],
)
def test_a_long_list_is_shown_in_stretches(app, asked, rows, previous, following):
    with app.test_request_context(f"/en/rounds/abc/decisions{asked}"):
        shown = stretch(range(7), "results.decisions", 3)
    assert list(shown.rows) == rows
    assert (shown.first, shown.last, shown.total) == (rows[0], rows[-1] + 1, 7)
    assert [query(shown.previous), query(shown.next)] == [
        None if at is None else f"from={at}" if at else "" for at in (previous, following)
    ]


def query(address):
    return None if address is None else urlsplit(address).query


def test_an_empty_list_has_one_empty_stretch(app):
    with app.test_request_context("/en/rounds/abc/decisions?from=3"):
        shown = stretch([], "results.decisions", 3)
    assert (list(shown.rows), shown.last, shown.previous, shown.next) == ([], 0, None, None)

"""Where a sign-in may send a browser: paths of this site, nothing else."""

from __future__ import annotations

import pytest

from award.addresses import safe_next


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

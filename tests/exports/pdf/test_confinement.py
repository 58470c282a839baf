"""A page that eats time or memory ends with its child process; the next one is printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.errors import ExportError
from exports.pdf.confinement import Confined
from tests.exports.printing import text_of

REQUEST = {"sheet": "", "identifier": "", "media_types": {}}
ENDLESS = "<table>" * 60 + "<tr><td>x</td></tr>" * 40000
HUGE = "<p>" + "x" * 150_000_000


@pytest.fixture
def child() -> Iterator[Confined]:
    made = Confined(megabytes=420)
    yield made
    made.close()


def printed(child: Confined, html: str) -> str:
    return text_of(child.print_page({**REQUEST, "html": html}, {}))


def test_a_page_that_eats_time_or_memory_or_kills_ends_alone(
    child: Confined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWARD_SECRET_KEY", "secret")
    assert printed(child, "<p>before</p>") == "before"
    child._seconds = 1
    with pytest.raises(ExportError, match="rendering_too_long"):
        printed(child, ENDLESS)
    child._seconds = 60
    with pytest.raises(ExportError, match="rendering_"):
        printed(child, HUGE)
    assert printed(child, "<p>after</p>") == "after"
    process = child._child
    assert process is not None
    known = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"PATH=" in known
    assert b"AWARD" not in known
    process.kill()
    process.wait()
    assert printed(child, "<p>again</p>") == "again"

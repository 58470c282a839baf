"""Finds links in the documents that lead nowhere: missing files and missing headings.

Addresses outside the repository are left alone: a check must not need the network.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)<>\s]+)>?(?:\s+\"[^\"]*\")?\)")
SOURCE = re.compile(r"<(?:img|a)\b[^>]*?\b(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def anchors(text: str) -> set[str]:
    """The fragments that a rendered document answers to, as forges make them from headings."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def problem(document: Path, link: str) -> str | None:
    """What is wrong with one link, or None."""
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return None
    path, _, fragment = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.is_relative_to(ROOT):
        return "leads out of the repository"
    if not target.exists():
        return "no such file"
    if fragment and target.suffix == ".md" and fragment not in anchors(target.read_text("utf-8")):
        return "no such heading"
    return None


def main() -> int:
    failures = 0
    for document in documents():
        text = FENCE.sub("", document.read_text("utf-8"))
        for link in [*LINK.findall(text), *SOURCE.findall(text)]:
            if wrong := problem(document, link):
                failures += 1
                print(f"{document.relative_to(ROOT)}: {link}: {wrong}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

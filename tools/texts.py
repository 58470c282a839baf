"""Collect the texts that people see into the catalogues, and say what is not translated yet.

python tools/texts.py            update translations/*/LC_MESSAGES/messages.po and compile them
python tools/texts.py --check    change nothing; exit 1 where a text is missing, fuzzy or broken
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "translations"
BABEL = (sys.executable, "-m", "babel.messages.frontend", "-q")
LANGUAGES = ("ru", "de")
KEYWORDS = ("_", "gettext", "_l", "lazy_gettext", "N_", "ngettext:1,2", "translate")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")


def extracted() -> Catalog:
    """Return all texts of the sources."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as file:
        options = [option for keyword in KEYWORDS for option in ("-k", keyword)]
        command = [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "-q",
            "extract",
            "-F",
            "babel.cfg",
        ]
        subprocess.run(
            [*command, *options, "--no-location", "-o", file.name, "."], cwd=ROOT, check=True
        )
        with Path(file.name).open("rb") as template:
            return read_po(template)


def path_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def load(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def faults(message: Message) -> list[str]:
    """Return what is wrong with one translation: missing, fuzzy, or other placeholders."""
    texts = message.string if isinstance(message.string, list | tuple) else (message.string,)
    if not all(texts):
        return ["is not translated"]
    found = ["is fuzzy"] if message.fuzzy else []
    ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
    allowed = {name for one in ids for name in PLACEHOLDER.findall(one)}
    for text in texts:
        if set(PLACEHOLDER.findall(text)) - allowed:
            found.append("has a placeholder that the text does not have")
        if not isinstance(message.id, list | tuple) and set(PLACEHOLDER.findall(text)) != allowed:
            found.append("lacks a placeholder of the text")
    return found


def check(template: Catalog) -> int:
    """Print each fault of each language and return how many there are."""
    count = 0
    for language in LANGUAGES:
        catalogue = load(language)
        for wanted in template:
            if not wanted.id:
                continue
            message = catalogue.get(wanted.id, wanted.context)
            problems = ["is not in the catalogue"] if message is None else faults(message)
            for problem in problems:
                print(f"{language}: {wanted.id!r} {problem}", file=sys.stderr)
            count += len(problems)
    return count


def update(template: Catalog) -> None:
    """Bring the catalogues to the texts of the sources, without guessing translations."""
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, omit_header=False, sort_output=True)
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "compile",
        "-d",
        "translations",
    ]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    found = extracted()
    if "--check" in sys.argv[1:]:
        sys.exit(1 if check(found) else 0)
    update(found)
    sys.exit(0)

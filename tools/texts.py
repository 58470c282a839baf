"""Collect the texts that people see into the catalogues, and say what is not translated yet.

python tools/texts.py            update translations/*/LC_MESSAGES/messages.po and compile them
python tools/texts.py --check    change nothing; exit 1 where a text is missing, fuzzy, the English
                                 one (but for translations/same.toml), or typed as its language
                                 does not; where placeholders or the last sign differ; where a
                                 text or the handbook holds a word of translations/words.toml

A language is a folder of translations/, and a code in exports/languages.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "translations"
BABEL = (sys.executable, "-m", "babel.messages.frontend", "-q")
LANGUAGES = sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir())
SAME = tomllib.loads((CATALOGUES / "same.toml").read_text("utf-8"))
"""By language: texts that read as in English, each one looked at."""
WORDS = tomllib.loads((CATALOGUES / "words.toml").read_text("utf-8"))
"""By language: patterns of words that no text holds, and what stands there instead."""
HANDBOOK = ROOT / "docs" / "handbook"
KEYWORDS = ("_", "gettext", "_l", "lazy_gettext", "N_", "ngettext:1,2", "translate")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
CODE = re.compile(r"<[^>]*>|\(\"[^\"]*\"\)|, - \w+ _")
WORD = re.compile(r"[^\W\d_]{2}")
MISTYPED = {
    "": {"...": "…", " - ": "–", "  ": "one blank"},
    "en": {'"': "“ ”", "«": "“ ”", "„": "“ ”"},
    "ru": {'"': "«ёлочки»", "”": "«ёлочки»", " – ": " — "},
    "de": {'"': "„Gänsefüßchen“", "”": "„Gänsefüßchen“", "«": "„Gänsefüßchen“", " — ": " – "},
}
"""By language, "" for all: what no text holds, and what stands there instead."""
END = re.compile(r"([.?!:…]*)[”“»)]*$")
SHORT = re.compile(r"\b(Std|Min|Nr|г)\.$|%\(\w+\)[sd]$")
"""Where a sentence's full stop is left out or belongs to a shortened word."""
PAIRS = {"ru": ("«»",), "de": ("„“",), "en": ("“”",)}


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


def texts_of(texts: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return a message's id or translation as the tuple of its plural forms."""
    return tuple(texts) if isinstance(texts, list | tuple) else (texts,)


def faults(message: Message, language: str) -> list[str]:
    """Return what is wrong with one translation: its state, its placeholders, its typing."""
    ids, texts = texts_of(message.id), texts_of(message.string)
    if not all(texts):
        return ["is not translated"]
    found = ["is fuzzy"] if message.fuzzy else []
    counts = [Counter(PLACEHOLDER.findall(one)) for one in ids]
    needed = counts[-1] if len(texts) > len(ids) else counts[0] & counts[-1]
    for text in texts:
        own = Counter(PLACEHOLDER.findall(text))
        found += ["has a placeholder that the text does not have"] * bool(
            own - (counts[0] | counts[-1])
        )
        found += ["lacks a placeholder of the text"] * bool(set(needed) - set(own))
        found += mistyped(text, language) + misnamed(text, language) + misended(text, ids[-1])
    words = [one for one in ids if WORD.search(PLACEHOLDER.sub("", one))]
    if words and set(texts) & set(words) and ids[0] not in SAME.get(language, ()):
        found.append("reads as in English: translate it, or add it to translations/same.toml")
    return found


def mistyped(text: str, language: str) -> list[str]:
    """Return how a text is typed against the habits of its language; tags and code are left out."""
    bare = CODE.sub("", text)
    signs = MISTYPED[""] | MISTYPED.get(language, {})
    found = [f"holds {sign!r} in place of {right}" for sign, right in signs.items() if sign in bare]
    for opening, closing in PAIRS.get(language, ()):
        if bare.count(opening) != bare.count(closing):
            found.append(f"opens and closes {opening}{closing} unequally")
    return found


def misnamed(text: str, language: str) -> list[str]:
    """Return the words in a text that the glossary calls something else."""
    return [
        f"says {found[0]!r} in place of {right}"
        for pattern, right in WORDS.get(language, {}).items()
        if (found := re.search(pattern, text))
    ]


def misended(text: str, source: str) -> list[str]:
    """Return whether a translation ends with another sign than its source."""
    signs = [END.search(one)[1] for one in (source, text)]
    if signs[0] == signs[1] or source.endswith(",") or SHORT.search(text) or SHORT.search(source):
        return []
    return [f"ends with {signs[1]!r} where the text has {signs[0]!r}"]


def handbook() -> list[str]:
    """Return what is wrong with the words of the handbook."""
    return [
        f"{path.relative_to(ROOT)}: {problem}"
        for path in sorted(HANDBOOK.glob("*/*.md"))
        for paragraph in path.read_text("utf-8").split("\n\n")
        for problem in misnamed(" ".join(paragraph.split()), path.parent.name)
    ]


def check(template: Catalog) -> int:
    """Print each fault of each language and return how many there are."""
    wanted = [one for one in template if one.id]
    lines = [
        f"en: {one!r} {problem}"
        for message in wanted
        for one in texts_of(message.id)
        for problem in (*mistyped(one, "en"), *misnamed(one, "en"))
    ]
    lines += handbook()
    for language in LANGUAGES:
        catalogue = load(language)
        for message in wanted:
            own = catalogue.get(message.id, message.context)
            problems = ["is not in the catalogue"] if own is None else faults(own, language)
            lines += [f"{language}: {message.id!r} {problem}" for problem in problems]
    print(*lines, sep="\n", end="\n" if lines else "", file=sys.stderr)
    return len(lines)


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

"""Short names for exports, made from what a thing is called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

LONGEST = 40
LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ё": "e",
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss",
}  # fmt: skip


def key_from(texts: Mapping[str, str], taken: Collection[str]) -> str:
    """Return a short name of Latin letters, digits and underscores that is not ``taken``.

    texts: language -> what the thing is called; English is preferred, then any version. A text
    without letters gives "item"; what is taken already gets a number: "city_2".
    """
    text = texts.get("en") or next(iter(texts.values()), "")
    letters = "".join(LETTERS.get(letter, letter) for letter in text.casefold())
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    key = re.sub(r"^(?=[0-9])", "n", words)[: LONGEST - 4].strip("_") or "item"
    number = 2
    found = key
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    return found

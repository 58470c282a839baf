"""A fourth language made at run time: every text a third longer, with signs that few fonts like.

    python -m tests.pseudo FOLDER   serves a small season in it; the first line is a JSON object

It stands as a code in exports/languages.py and as a catalogue would, and nowhere else.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CODE = "pl"
"""Polish has four plural forms in Babel's count, more than any language of ours."""
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]*>|\{\}|&\w+;)")
ACCENTED = str.maketrans("aceilnosuzACEILNOSUZ", "ąćęįłńóśůžĄĆĘĮŁŃÓŚŮŽ")


def pseudo(text: str) -> str:
    """Return a text in accents, longer by a third, its placeholders and tags as they were."""
    parts = KEPT.split(text)
    parts[::2] = [part.translate(ACCENTED) for part in parts[::2]]
    letters = sum(map(str.isalpha, text))
    return "".join(parts) + " ẅőř" * (letters // 9)


def catalogue(source: Path) -> Catalog:
    """Return a whole catalogue in the pseudo-language, from the message ids of another one."""
    with source.open("rb") as file:
        known = read_po(file)
    made = Catalog(locale=CODE, domain="messages")
    for message in known:
        if isinstance(message.id, list | tuple):
            made.add(message.id, [pseudo(message.id[1])] * made.num_plurals)
        elif message.id:
            made.add(message.id, pseudo(message.id))
    return made


def install(folder: Path, translations: Path) -> None:
    """Write all catalogues and the further one below ``folder``."""
    shutil.copytree(translations, folder)
    target = folder / CODE / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, catalogue(translations / "ru" / "LC_MESSAGES" / "messages.po"))


def season(session: Any, now: Any) -> dict[str, Any]:
    """A season with a team, a juror and an organiser: their cookies, and what they look at."""
    from award.accounts.session import start_session
    from award.models.entries import EntryState
    from award.models.seasons import QuestionKind
    from tests import factories as make

    programme = make.make_programme(session, slug="sia", languages=["en"])
    made = make.make_season(session, programme, slug="2026")
    make.make_question(session, made, key="plan", kind=QuestionKind.FILE, required=False)
    lead = make.make_user(session)
    entry = make.make_submitted(session, made, lead=lead, state=EntryState.ELIGIBLE)
    draft = make.make_entry(session, made, lead)
    round_ = make.make_round(session, made)
    juror = make.make_juror(session, made)
    assignment = make.make_assignment(session, round_, entry, juror)
    people = {"team": lead, "juror": juror.user, "office": make.make_staff(session, programme)}
    return {
        "cookies": {
            who: start_session(session, user.id, browser="test", now=now)
            for who, user in people.items()
        },
        "pages": {
            "": ["", "/sign-in", "/sign-up", "/sia/2026", "/certificates/check", "/help/juror"],
            "team": [
                f"/entries/{draft.public_id}{page}" for page in ("", "/edit", "/files", "/team")
            ]
            + [f"/entries/{entry.public_id}"],
            "juror": ["/judging", f"/assignments/{assignment.public_id}"],
            "office": [
                f"/seasons/{made.public_id}{page}"
                for page in ("", "/set-up", "/entries", "/jury", "/messages", "/exports", "/audit")
            ]
            + [
                f"/rounds/{round_.public_id}/{page}"
                for page in ("progress", "assignment", "set-up")
            ],
        },
    }


def serve(folder: Path) -> None:
    """Serve the season until the process is ended."""
    import exports.languages

    exports.languages.LANGUAGES = (*exports.languages.LANGUAGES, CODE)

    from datetime import UTC, datetime

    from sqlalchemy.orm import Session
    from werkzeug.serving import make_server

    from award import i18n

    install(folder / "translations", i18n.CATALOGUES)
    i18n.CATALOGUES = folder / "translations"

    from award.app import create_app
    from award.db import Base, db
    from config import for_tests

    app = create_app(for_tests(folder))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with Session(db.engine, expire_on_commit=False) as session:
            told = season(session, datetime.now(UTC))
            session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    told["address"] = f"http://127.0.0.1:{server.server_port}"
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))

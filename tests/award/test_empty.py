"""A season without anything in it: every list says what belongs there and what to do."""

from __future__ import annotations

import re

from award.models.seasons import Season
from tests import factories as make

LISTS = (
    "/set-up/categories",
    "/set-up/questions",
    "/set-up/consents",
    "/set-up/prizes",
    "/set-up/rounds",
    "/entries",
    "/entries/alike",
    "/jury",
    "/certificates",
    "/messages",
    "/messages?text=nothing",
    "/inbox",
    "/broadcasts",
)
EMPTY = re.compile(r'<div class="empty">\s*<h2>(.+?)</h2>(.*?)</div>', re.DOTALL)


def test_every_empty_list_says_what_belongs_there(session, sign_in, now):
    programme = make.make_programme(session)
    season = Season(programme_id=programme.id, slug="2030", name={"en": "2030"}, created_at=now)
    session.add(season)
    staff = make.make_staff(session, programme)
    session.commit()
    office = sign_in(staff)
    told = {}
    for path in LISTS:
        page = office.get(f"/en/seasons/{season.public_id}{path}")
        assert page.status_code == 200, path
        found = EMPTY.search(page.text)
        assert found, path
        told[path] = found[2]
    silent = [path for path, rest in told.items() if "<p>" not in rest and "<a " not in rest]
    assert silent == []
    assert f"/en/seasons/{season.public_id}/set-up" in told["/entries"]

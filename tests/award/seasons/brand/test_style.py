"""A programme's own colour and logo on its public pages."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from award.i18n import zone_name
from award.models.operations import AuditRow
from award.seasons.brand.logos import drawn_logo, store_logo
from award.seasons.brand.style import style_sheet
from exports.pdf.drawing import contrast_with_white
from tests import factories as make


@given(st.integers(0, 0xFFFFFF))
def test_a_stage_carries_white_text_whatever_the_colour(number):
    sheet = style_sheet(f"{number:06x}")
    stage = re.search(r"--stage: (#[0-9a-f]{6});", sheet)
    assert stage
    assert contrast_with_white(stage[1]) >= 9


def test_public_pages_carry_the_colour_and_the_logo_of_their_programme(session, app, client):
    programme = make.make_programme(session, slug="route", colour="#7A2D8C")
    make.make_season(session, programme, slug="2026")
    picture = io.BytesIO()
    Image.new("RGB", (60, 20), "red").save(picture, "PNG")
    storage = app.extensions["storage"]
    user = make.make_user(session)
    values = {"actor_id": user.id, "now": datetime.now(UTC)}
    drawn = drawn_logo(picture.getvalue())
    first = store_logo(session, storage, programme.id, drawn, **values)
    session.commit()
    for address in ("/en/route/2026", "/en/"):
        page = client.get(address).text
        assert "/en/brand/7a2d8c.css" in page
        assert f"/en/logo/{first.public_id}.png" in page
    assert "--stage: #" in client.get("/en/brand/7a2d8c.css").text
    logo = client.get(f"/en/logo/{first.public_id}.png")
    assert Image.open(io.BytesIO(logo.data)).size == (60, 20)
    store_logo(session, storage, programme.id, drawn, **values)
    session.commit()
    changes = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
    assert changes == ["programme.logo_changed"] * 2
    assert client.get(f"/en/logo/{first.public_id}.png").status_code == 404


@pytest.mark.parametrize("colour", ["red", "12345", "12345g", "../../etc"])
def test_what_is_no_colour_is_not_there(client, colour):
    assert client.get(f"/en/brand/{colour}.css").status_code == 404


def test_a_zone_is_named_in_the_language_of_the_reader():
    names = [zone_name("Asia/Yekaterinburg", language) for language in ("ru", "en", "de")]
    assert names == ["Екатеринбург", "Yekaterinburg", "Jekaterinburg"]

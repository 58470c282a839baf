"""Jurors as spreadsheets write them."""

from __future__ import annotations

import pytest

from award.errors import InputError
from award.jury.people.spreadsheet import language_codes, read_jurors
from exports.errors import TableError

NOTHING = {"panels": frozenset({"moscow"}), "known": frozenset({"here@x.org"})}


def errors(text, **over):
    rows = read_jurors(text.encode(), "jury.csv", **(NOTHING | over))
    return [(row.number, row.error) for row in rows]


def test_a_full_row_is_understood_in_every_column():
    text = (
        "Juror,E-mail,Organisation,City,Panel,Topics,Languages,Min,Max,Chair,В запасе\n"
        'Anna,anna@hse.ru,HSE,Perm,Moscow,school;city,"русский, en",2,12,yes,да\n'
    )
    (row,) = read_jurors(text.encode(), "jury.csv", **NOTHING)
    offer = row.offer
    assert (offer.name, offer.email, offer.organisation, offer.region) == (
        "Anna",
        "anna@hse.ru",
        "HSE",
        "Perm",
    )
    assert (offer.panel, offer.topics, offer.languages) == (
        "moscow",
        ("school", "city"),
        ("ru", "en"),
    )
    assert (offer.minimum, offer.maximum, offer.is_chair, offer.standby) == (2, 12, True, True)


def test_every_row_says_what_is_wrong_with_it():
    text = (
        "name,email,panel,max\n"
        "Good,good@x.org,moscow,5\n"
        "Here,here@x.org,,5\n"
        "Twice,Good@x.org,,5\n"
        ",a@x.org,,5\n"
        "Panel,b@x.org,mars,5\n"
        "Count,c@x.org,,many\n"
        "Half,d@x.org,,2.5\n"
    )
    spoken = "name,email,languages\nTatar,e@x.org,Татарский; französisch\nTypo,f@x.org,russain\n"
    assert errors(spoken) == [(2, ""), (3, "juror_language_unknown")]
    assert language_codes("Татарский; französisch, Russian, kk") == ("tt", "fr", "ru", "kk")
    assert errors(text) == [
        (2, ""),
        (3, "juror_invited_already"),
        (4, "address_twice"),
        (5, "juror_name_missing"),
        (6, "panel_unknown"),
        (7, "count_not_a_number"),
        (8, "count_not_a_number"),
    ]


def test_a_table_without_an_address_column_or_rows_is_refused():
    with pytest.raises(TableError, match="column_missing"):
        errors("name\nAnna\n")
    with pytest.raises(InputError, match="table_empty"):
        errors("name,email\n")

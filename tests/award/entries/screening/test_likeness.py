"""Entries that resemble one another, held to comparing each with each."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from award.entries.screening import likeness
from award.entries.screening.likeness import LikeText, like_one, like_pairs

TITLE = st.text("абёе ", max_size=7)
SUMMARY = st.lists(st.sampled_from(["тепло", "дом", "лес"]), max_size=6).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TITLE, SUMMARY), max_size=9))
def test_the_pairs_are_those_of_comparing_each_with_each(drawn):
    texts = [LikeText(number, *one) for number, one in enumerate(drawn)]
    each = [pair for one, other in combinations(texts, 2) for pair in like_one(one, [other])]
    assert {(one.first, one.second): one for one in like_pairs(texts)} == {
        (one.first, one.second): one for one in each
    }


def test_the_share_is_of_the_pieces_that_either_has():
    # "дом" and "домик" between blanks: дом, " до" of the 3 and the 5 pieces, so 2 of 6.
    assert likeness._share(likeness._letters("дом"), likeness._letters("домик")) == 2 / 6


def test_the_most_alike_come_first_and_equal_ones_by_their_keys():
    texts = [LikeText(key, title, "") for key, title in ((4, "Лес"), (9, "Лес"), (2, "лес!"))]
    assert [(one.first, one.second) for one in like_pairs(texts)] == [(2, 4), (2, 9), (4, 9)]


def test_titles_that_differ_in_case_and_yo_are_equal():
    pairs = like_pairs([LikeText(1, "Тёплый дом", ""), LikeText(2, "ТЕПЛЫЙ ДОМ!", "")])
    assert [(one.first, one.second, one.title) for one in pairs] == [(1, 2, 1.0)]


def test_empty_texts_are_like_nothing():
    assert like_pairs([LikeText(1, "", ""), LikeText(2, "", "")]) == []
    assert like_pairs([]) == []


def test_a_season_of_one_title_is_told_a_bounded_number_of_pairs(monkeypatch):
    monkeypatch.setattr(likeness, "MOST", 5)
    monkeypatch.setattr(likeness, "BLOCK", 2)
    pairs = like_pairs([LikeText(key, "Проект", "") for key in range(6)])
    assert [(one.first, one.second) for one in pairs] == [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]

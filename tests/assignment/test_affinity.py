from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assignment import Affinity, EntryNeed, JurorOffer
from assignment.names import fold, same_topic


def one(entry: EntryNeed, juror: JurorOffer) -> tuple[int, list[str]]:
    affinity = Affinity([entry], [juror])
    return int(affinity.table[0, 0]), [why.code for why in affinity.why(entry.key, juror.key)]


def test_affinity_is_the_share_of_topics_times_language_times_region() -> None:
    entry = EntryNeed("e", 1, topics=("Экология", "Школа"), language="ru", region="Москва")
    same = JurorOffer("j", topics=("экология", "школа"), languages=("RU", "en"), region="москва")
    half = JurorOffer("j", topics=("экология",), languages=("de",), region="Казань")
    assert one(entry, same) == (1000, ["topics", "language", "region"])
    assert one(entry, half) == (158, ["topics", "language_other", "region_other"])


@pytest.mark.parametrize(
    ("written", "known"),
    [("Учёба", "учеба"), ("инклюзия ", "Инклюзия"), ("медиа-грамотность", "Медиа грамотность"),
     ("экология", "экологии"), ("Climate", "climate")],
)  # fmt: skip
def test_spellings_of_one_topic_are_one(written: str, known: str) -> None:
    assert one(EntryNeed("e", 1, topics=(written,)), JurorOffer("j", topics=(known,)))[0] == 1000


@pytest.mark.parametrize(
    ("one_topic", "other"), [("экология", "геология"), ("art", "arts"), ("", "")]
)
def test_other_topics_stay_other(one_topic: str, other: str) -> None:
    assert not same_topic(fold(one_topic), fold(other))


def test_what_nobody_states_is_a_guess_of_half_and_says_so() -> None:
    assert one(EntryNeed("e", 1), JurorOffer("j", topics=("a",))) == (500, ["topics_unknown"])
    assert one(EntryNeed("e", 1, topics=("a",)), JurorOffer("j")) == (500, ["topics_unknown"])


def test_no_shared_topic_is_no_affinity() -> None:
    entry = EntryNeed("e", 1, topics=("экология",))
    assert one(entry, JurorOffer("j", topics=("спорт",))) == (0, ["topics_none"])


def test_the_category_stands_in_where_an_entry_names_no_topics() -> None:
    entry = EntryNeed("e", 1, category="Городская среда")
    assert one(entry, JurorOffer("j", topics=("городская среда",)))[0] == 1000


def test_the_table_follows_the_order_of_entries_and_jurors() -> None:
    entries = [EntryNeed("a", 1, topics=("x",)), EntryNeed("b", 1, topics=("y",))]
    jurors = [JurorOffer("k", topics=("y",)), JurorOffer("l", topics=("x", "y"))]
    assert Affinity(entries, jurors).table.tolist() == [[0, 1000], [1000, 1000]]


def test_russian_letters_keep_their_marks_where_they_matter() -> None:
    assert fold("Йога и Ёлка") == "йога и елка"


@pytest.mark.parametrize(
    ("written", "known"),
    [("Экология", "Ecology"), ("Umweltschutz", "экологии"), ("Образование", "Bildung"),
     ("education", "Образование"), ("Городская среда", "urban development"),
     ("ДОБРОВОЛЬЧЕСТВО", "Ehrenamt"), ("Искусственный интеллект", "AI")],
)  # fmt: skip
def test_the_names_of_a_topic_in_three_languages_are_one(written: str, known: str) -> None:
    entry = EntryNeed("e", 1, topics=(written,))
    assert one(entry, JurorOffer("j", topics=(known,))) == (1000, ["topics"])
    assert one(entry, JurorOffer("j", topics=("Спорт",))) == (0, ["topics_none"])


def test_a_season_adds_the_names_of_its_own_topics() -> None:
    entries = [EntryNeed("e", 1, topics=("Нейротанцы",))]
    jurors = [JurorOffer("j", topics=("Neurotanz",))]
    assert Affinity(entries, jurors).table.tolist() == [[0]]
    assert Affinity(entries, jurors, [("Neurotanz", "нейротанцы")]).table.tolist() == [[1000]]


def test_expertise_after_a_colon_counts_in_proportion() -> None:
    entry = EntryNeed("e", 1, topics=("ecology", "school"))
    juror = JurorOffer("j", topics=("Экология:0,6", "school: 1.0", "ecology:0.2"))
    assert one(entry, juror)[0] == 800
    why = Affinity([entry], [juror]).why("e", "j")[0]
    assert why.params == {"shared": ("ecology", "school"), "of": 2, "value": 0.8}


def test_every_common_topic_belongs_to_one_group_only() -> None:
    groups = tomllib.loads(Path("assignment/topics.toml").read_text(encoding="utf-8"))["topics"]
    names = [name for group in groups for name in dict.fromkeys(map(fold, group))]
    assert sorted(names) == sorted(set(names))

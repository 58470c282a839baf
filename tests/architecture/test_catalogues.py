"""What tools/texts.py --check refuses: it has eyes for every kind of fault."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from babel.messages.catalog import Message

TOOL = Path(__file__).parents[2] / "tools" / "texts.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("texts_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GOOD = [
    ("ru", "Save", "Сохранить"),
    ("ru", "“%(title)s” is here", "«%(title)s» здесь"),
    ("de", "“%(title)s” is here", "„%(title)s“ ist hier"),
    ("de", "Code", "Code"),
    ("de", "%(num)s %%", "%(num)s %%"),
    ("ru", 'It shows slot("%(slot)s")', 'Показывает slot("%(slot)s")'),
    ("ru", ("one entry", "%(num)s entries"), ("%(num)s заявка", "%(num)s заявки", "%(num)s заявок")),
    ("de", ("one entry", "%(num)s entries"), ("eine Einreichung", "%(num)s Einreichungen")),
    ("ru", "Hello,", "Здравствуйте!"),
    ("ru", "Since %(day)s.", "С %(day)s"),
    ("de", "%(hours)d h", "%(hours)d Std."),
    ("ru", "She thanks you", "Спасибо вам. Вы здесь"),
]  # fmt: skip
BAD = [
    ("ru", "Save", "", "is not translated"),
    ("ru", ("one", "%(num)s"), ("один", "", ""), "is not translated"),
    ("ru", "Saved at %(time)s", "Сохранено", "lacks a placeholder"),
    ("ru", "Saved", "Сохранено в %(time)s", "has a placeholder"),
    ("ru", ("%(num)s of %(all)s", "%(num)s of %(all)s"), ("1 из %(all)s", "%(num)s", "%(num)s из %(all)s"), "lacks a placeholder"),
    ("de", "Save", "Save", "reads as in English"),
    ("ru", "“A”", '"А"', "holds '\"'"),
    ("ru", "“A”", "«А", "unequally"),
    ("de", "“A”", "“A”", "holds '”'"),
    ("de", "“A”", "«A»", "holds '«'"),
    ("de", "A – B", "A — B", "holds ' — '"),
    ("ru", "A – B", "А - Б", "holds ' - '"),
    ("ru", "Wait…", "Подождите...", "holds '...'"),
    ("ru", ("one entry", "%(num)s entries"), ("одна заявка", "%(num)s заявки", "%(num)s заявок"), "lacks a placeholder"),
    ("de", "%(day)s", "%(day)s%(day)s", "has a placeholder"),
    ("de", "Done.", "Fertig", "ends with '' where the text has '.'"),
    ("de", "What now?", "Was jetzt.", "ends with '.' where the text has '?'"),
    ("ru", "A juror", "Члену жюри сообщил(а) она", "in place of a form that needs no gender"),
    ("ru", "You", "Спасибо, Вы здесь", "says 'Вы' in place of вы"),
    ("ru", "One more", "еще один", "says 'еще' in place of ё"),
    ("de", "Write to us", "Schreib uns, was dich hindert", "in place of Sie, Ihnen, Ihr"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "translation"), GOOD)
def test_a_good_translation_passes(tool, language, text, translation):
    assert tool.faults(Message(text, translation), language) == []


@pytest.mark.parametrize(("language", "text", "translation", "fault"), BAD)
def test_a_fault_is_named(tool, language, text, translation, fault):
    assert fault in "; ".join(tool.faults(Message(text, translation), language))


def test_english_is_british_and_the_handbook_speaks_like_the_screen(tool):
    assert tool.misnamed("Color of the programme", "en") == [
        "says 'Color' in place of British spelling"
    ]
    assert tool.misnamed("Colour of the programme", "en") == []
    assert len(list(tool.HANDBOOK.glob("*/*.md"))) == 6
    assert tool.handbook() == []


def test_a_guess_of_a_tool_is_no_translation(tool):
    assert tool.faults(Message("Save", "Сохранить", flags={"fuzzy"}), "ru") == ["is fuzzy"]


def test_no_text_is_allowed_to_stay_english_that_is_gone_or_translated(tool):
    for language, allowed in tool.SAME.items():
        known = {tool.texts_of(one.id)[0]: one for one in tool.load(language) if one.id}
        idle = [
            one
            for one in allowed
            if one not in known or one not in tool.texts_of(known[one].string)
        ]
        assert idle == [], language

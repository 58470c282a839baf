from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from award.commands.score import score

SMALL = """entry,juror,score
a,x,9
a,y,2
b,x,6
b,y,1
c,x,8
c,y,4
"""
TWO_CRITERIA = """entry,juror,criterion,score,city
a,x,impact,8,Омск
a,x,team,4,Омск
b,x,impact,6,Тверь
b,x,team,8,Тверь
a,y,impact,7,Омск
a,y,team,5,Омск
b,y,impact,7,Тверь
b,y,team,9,Тверь
"""
RUBRIC = """
[[criterion]]
key = "impact"
title = "Impact"
weight = 3
minimum = 0
maximum = 10

[[criterion]]
key = "team"
title = "Team"
weight = 1
minimum = 0
maximum = 10

[[tie]]
rule = "criterion"
criterion = "team"
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@pytest.fixture
def file(tmp_path: Path):
    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def run(*arguments: str) -> Result:
    return CliRunner().invoke(score, arguments)


def computed(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def places(found: dict[str, Any]) -> list[tuple[str, int, float]]:
    return [(item["entry"], item["place"], item["mean"]) for item in found["entries"]]


def test_the_json_has_the_fields_of_the_contract(file):
    found = computed(file("scores.csv", SMALL))
    assert set(found["entries"][0]) == {
        *("entry", "place", "mean", "mean_place", "score", "low", "high", "place_low"),
        *("place_high", "p_cut", "jurors", "group"),
    }
    assert set(found["jurors"][0]) == {"juror", "sheets", "severity", "low", "high", "erratic"}
    assert set(found["variance"]) == {"merit", "severity", "residual"}
    assert set(found["reliability"]) == {"icc", "alpha", "w", "g", "phi"}
    assert set(found["reliability"]["icc"]) == {"icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"}
    assert set(found["reliability"]["alpha"]) == {"nominal", "ordinal", "interval", "ratio"}
    assert found["connected"] == {"connected": True, "parts": 1}
    assert (found["ties"], found["engine"]["seed"]) == ([], 0)


def test_p_cut_is_null_without_a_cut_and_adds_up_to_it_with_one(file):
    path = file("scores.csv", SMALL)
    assert [item["p_cut"] for item in computed(path)["entries"]] == [None] * 3
    with_cut = computed(path, "--cut", "2")["entries"]
    assert sum(item["p_cut"] for item in with_cut) == pytest.approx(2, abs=1e-5)


@pytest.mark.parametrize(
    "content",
    [
        SMALL,
        SMALL.replace(",", ";").replace("9", "9,0"),
        SMALL.replace(",", "\t"),
        b"\xef\xbb\xbf" + SMALL.encode(),
    ],
    ids=["comma", "semicolon and decimal comma", "tab", "byte order mark"],
)
def test_every_dialect_gives_the_same_numbers(file, content):
    assert places(computed(file("scores.csv", content))) == [
        ("c", 1, 6),
        ("a", 2, 5.5),
        ("b", 3, 3.5),
    ]


def test_a_table_from_russian_excel_is_read(file):
    content = SMALL.replace(",", ";").replace("a;", "Рюкзак;").encode("cp1251")
    found = computed(file("scores.csv", content))
    assert places(found)[1] == ("Рюкзак", 2, 5.5)


def test_a_workbook_is_read(tmp_path):
    book = openpyxl.Workbook()
    for line in SMALL.splitlines():
        cells = line.split(",")
        book.active.append([int(cell) if cell.isdigit() else cell for cell in cells])
    book.save(tmp_path / "scores.xlsx")
    assert places(computed(str(tmp_path / "scores.xlsx")))[0] == ("c", 1, 6)


def test_a_wide_table_is_made_long_by_a_mapping(file):
    wide = file("wide.csv", "Проект;Судья Анна;Судья Борис\nРюкзак;9;2\nСад;6;\nПарк;8;4\n")
    mapping = file(
        "map.toml",
        '[columns]\n"Проект" = "entry"\n[long]\nname = "juror"\nvalue = "score"\n'
        '[long.columns]\n"Судья *" = "*"\n',
    )
    found = computed(wide, "--map", mapping)
    assert {item["juror"] for item in found["jurors"]} == {"Анна", "Борис"}
    assert [item["jurors"] for item in found["entries"] if item["entry"] == "Сад"] == [1]


def test_the_rubric_weighs_and_its_cascade_is_printed(file):
    table = TWO_CRITERIA.replace("b,x,impact,6", "b,x,impact,5").replace(
        "b,y,impact,7", "b,y,impact,6"
    )
    path, rubric = file("scores.csv", table), file("rubric.toml", RUBRIC)
    found = computed(path, "--rubric", rubric, "--rank-by", "plain")
    assert places(found) == [("a", 1, 6.75), ("b", 2, 6.25)]
    level = file(
        "level.csv",
        table.replace("a,y,impact,7", "a,y,impact,6").replace("a,y,team,5", "a,y,team,4"),
    )
    tied = computed(level, "--rubric", rubric, "--rank-by", "plain")
    assert places(tied) == [("b", 1, 6.25), ("a", 2, 6.25)]
    assert tied["ties"] == [{"entries": ["a", "b"], "place": 1, "step": "criterion:team"}]


def test_without_a_rubric_criteria_count_alike(file):
    found = computed(file("scores.csv", TWO_CRITERIA), "--rank-by", "plain")
    assert places(found) == [("b", 1, 7.5), ("a", 2, 6)]


def test_a_group_column_is_shown_and_used(file):
    found = computed(file("scores.csv", TWO_CRITERIA), "--group", "city")
    assert {item["entry"]: item["group"] for item in found["entries"]} == {
        "a": "Омск",
        "b": "Тверь",
    }


def test_out_writes_three_files(file, tmp_path):
    path = file("scores.csv", SMALL)
    found = computed(path, "--out", str(tmp_path / "new" / "out"))
    folder = tmp_path / "new" / "out"
    assert json.loads((folder / "result.json").read_text()) == found
    lines = (folder / "entries.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("entry,place,mean,mean_place,score,low,high")
    assert [line.split(",")[0] for line in lines[1:]] == ["c", "a", "b"]
    jurors = (folder / "jurors.csv").read_text("utf-8-sig").splitlines()
    assert jurors[0] == "juror,sheets,severity,low,high,erratic"
    assert sorted(line.split(",")[0] for line in jurors[1:]) == ["x", "y"]


def test_the_readable_page_lines_up(file):
    result = run(file("scores.csv", SMALL), "--cut", "1")
    assert (result.exit_code, result.stderr) == (0, "")
    head, first = result.stdout.splitlines()[:2]
    assert re.split(r"\s{2,}", head) == [
        *("Place", "Entry", "Fair score", "90 % interval", "Places"),
        *("Mean", "By mean", "Jurors", "Above cut"),
    ]
    assert first.split()[:2] == ["1", "c"]
    assert len(first) == len(head)
    nasty = run(file("scores.csv", SMALL.replace("c,", '"c\n\x1b[31md",'))).stdout.splitlines()
    assert nasty[1].split()[:3] == ["1", "c", "[31md"]
    assert (len(nasty[1]), "\x1b" in "".join(nasty)) == (len(nasty[0]), False)


def test_every_bad_row_is_told_with_file_row_and_column(file):
    bad = f"entry,juror,score\na,x,{'9' * 5000}\na,y,5\n,z,4\na,y,6\n"
    result = run(file("scores.csv", bad))
    lines = result.stderr.splitlines()
    assert (result.exit_code, result.stdout, len(lines)) == (1, "", 3)
    assert max(map(len, lines)) < 200
    assert [line.split(":")[0] for line in lines] == [
        "scores.csv, row 2, column “score”",
        "scores.csv, row 4, column “entry”",
        "scores.csv, row 5, column “score”",
    ]


def test_points_outside_the_rubrics_scale_are_told(file):
    path = file("scores.csv", TWO_CRITERIA.replace("a,x,impact,8", "a,x,impact,80"))
    result = run(path, "--rubric", file("rubric.toml", RUBRIC))
    assert (result.exit_code, result.stderr) == (
        1,
        "scores.csv, row 2, column “score”: 80 points are outside the scale of impact, 0 to 10.\n",
    )


def test_an_unknown_criterion_is_told(file):
    path = file("scores.csv", TWO_CRITERIA.replace("a,x,team", "a,x,style"))
    result = run(path, "--rubric", file("rubric.toml", RUBRIC))
    assert (result.exit_code, result.stderr) == (
        1,
        "scores.csv, row 3, column “criterion”: The rubric has no criterion “style”.\n",
    )


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ('[[criterion]]\nkey = "a"\nwieght = 2\n', "rubric.toml, column “criterion 1, wieght”"),
        ("[[criterion]]\nweight = 2\n", "rubric.toml, column “criterion 1, key”"),
        ('[[criterion]]\nkey = "a"\nweight = "big"\n', "rubric.toml, column “criterion 1, weight”"),
        ("criterion = 5\n", "rubric.toml, column “criterion”"),
        ("[[criterion\n", "rubric.toml"),
        ("", "rubric.toml"),
        ('[[criterion]]\nkey = "a"\n[[tie]]\nrule = "fame"\n', "rubric.toml"),
    ],
)
def test_a_broken_rubric_is_told_in_one_line(file, broken, told):
    result = run(file("scores.csv", SMALL), "--rubric", file("rubric.toml", broken))
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert result.stderr.split(":")[0] == told


@pytest.mark.parametrize(
    "content", ["", "entry,juror,score\n", "entry,score\na,5\n", "entry,juror,score\na,x,\n"]
)
def test_a_table_that_cannot_be_ranked_is_told_in_one_line(file, content):
    result = run(file("scores.csv", content))
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)


def test_a_missing_file_is_the_inputs_fault(tmp_path):
    result = run(str(tmp_path / "nowhere.csv"))
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    "arguments", [(), ("--cut", "0"), ("--rank-by", "luck"), ("--seed", "-1"), ("--fast",)]
)
def test_wrong_usage_is_exit_two(file, arguments):
    path = () if not arguments else (file("scores.csv", SMALL),)
    assert run(*path, *arguments).exit_code == 2

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from award.commands.assign import assign

FIGURES = [
    *("total", "bound", "share", "worst_entry", "p5_entry", "weak_entries", "zero_pairs"),
    *("load_min", "load_max", "connected", "seconds", "seed"),
]

ENTRIES = "entry,topics,organisation\na,ecology;school,\nb,health,Fund\nc,school,\nd,ecology,\n"
JURORS = (
    "juror;min;max;topics;organisation\n"
    "x;1;3;ecology;\ny;1;3;health;fund\nz;1;3;school;\nw;0;3;health;\n"
)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "entries.csv").write_text(ENTRIES, encoding="utf-8")
    (tmp_path / "jurors.csv").write_text(JURORS, encoding="cp1251")
    return tmp_path


def run(folder: Path, *more: str, per_entry: int = 2) -> Result:
    tables = ["--entries", folder / "entries.csv", "--jurors", folder / "jurors.csv"]
    words = [*map(str, tables), "--per-entry", str(per_entry), *more]
    return CliRunner().invoke(assign, words)


def pairs(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["entry"], row["juror"]) for row in csv.DictReader(file)]


def test_it_prints_the_figures_as_one_object_and_writes_every_pair(folder: Path) -> None:
    result = run(folder, "--json", "--out", str(folder / "plan.csv"))
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert list(figures) == FIGURES
    assert figures["share"] >= 0.99
    made = pairs(folder / "plan.csv")
    assert Counter(entry for entry, _ in made) == dict.fromkeys("abcd", 2)
    loads = Counter(juror for _, juror in made)
    assert (figures["load_min"], figures["load_max"]) == (min(loads.values()), max(loads.values()))


def test_progress_goes_to_standard_error_and_figures_without_json_are_a_table(folder: Path) -> None:
    result = run(folder)
    assert "Checking every rule again" in result.stderr
    assert "Checking" not in result.stdout
    assert "Share of the optimum" in result.stdout


def test_each_row_says_why(folder: Path) -> None:
    assert run(folder, "--out", str(folder / "plan.csv")).exit_code == 0
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["entry"], row["juror"]): row for row in csv.DictReader(file)}
    assert rows["a", "x"]["why"] == "knows ecology (1 of 2 topics)"
    assert rows["a", "x"]["affinity"] == "0.500"


def test_a_juror_of_the_same_organisation_is_never_assigned(folder: Path) -> None:
    out = str(folder / "plan.csv")
    assert run(folder, "--out", out).exit_code == 0
    made = pairs(folder / "plan.csv")
    assert "y" in {juror for _, juror in made}
    assert ("b", "y") not in made


def test_a_given_table_beats_computed_affinity_and_conflicts_and_kept_pairs_hold(
    folder: Path,
) -> None:
    affinity = "entry\tjuror\taffinity\na\tx\t0,9\na\tz\t1\nb\tw\t0,5\nd\tx\t0,7\n"
    (folder / "affinity.csv").write_text(affinity, encoding="utf-8")
    (folder / "conflicts.csv").write_text("entry,juror\na,z\n", encoding="utf-8")
    (folder / "kept.csv").write_text("entry,juror\nc,y\n", encoding="utf-8")
    more = [f"--{name}={folder / name}.csv" for name in ("affinity", "conflicts", "kept")]
    result = run(
        folder, *more, "--json", "--mode", "optimum", "--out", str(folder / "p"), per_entry=1
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["total"] == 1.6
    assert pairs(folder / "p") == [("a", "x"), ("b", "z"), ("c", "y"), ("d", "x")]


def test_what_is_impossible_is_explained_with_exit_1_and_no_file(folder: Path) -> None:
    (folder / "conflicts.csv").write_text("entry,juror\na,x\na,y\na,z\n", encoding="utf-8")
    out = folder / "plan.csv"
    result = run(folder, "--conflicts", f"{folder}/conflicts.csv", "--json", "--out", str(out))
    assert result.exit_code == 1
    assert not out.exists()
    told = json.loads(result.stdout)["impossible"]
    assert list(told) == ["entries", "jurors", "missing", "sentence", "relaxation"]
    assert (told["entries"], told["jurors"], told["missing"]) == (["a"], ["w"], 1)
    assert told["relaxation"] == [
        {
            "code": "lower_per_entry",
            "entry": "a",
            "by": 1,
            "sentence": "ask for 1 fewer jurors for a",
        }
    ]
    assert told["sentence"] in result.stderr
    assert "at most 1 (w)" in told["sentence"]


def test_fewest_changes_replaces_who_is_gone_and_moves_nobody_else(folder: Path) -> None:
    assert run(folder, "--out", str(folder / "old.csv")).exit_code == 0
    old = pairs(folder / "old.csv")
    fewer = "".join(line for line in JURORS.splitlines(True) if not line.startswith("x;"))
    (folder / "jurors.csv").write_text(fewer, encoding="utf-8")
    more = ("--mode", "fewest-changes", "--kept", f"{folder}/old.csv")
    result = run(folder, *more, "--out", str(folder / "new.csv"))
    assert result.exit_code == 0
    stayed = [pair for pair in old if pair[1] != "x"]
    assert stayed
    assert set(stayed) <= set(pairs(folder / "new.csv"))


def test_a_lottery_draws_by_its_seed(folder: Path) -> None:
    files = []
    for seed in ("1", "1"):
        out = folder / f"plan{len(files)}.csv"
        more = ("--mode", "random", "--max-probability", "0.8", "--seed", seed, "--out", str(out))
        assert run(folder, *more).exit_code == 0
        files.append(out.read_text(encoding="utf-8"))
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("entries", "entry\na\na\n", "entries.csv, row 3, column entry: “a” is already listed"),
        ("entries", "title\na\n", "entries.csv, column entry: "),
        ("jurors", "juror,max\nx,many\n", "jurors.csv, row 2, column max: "),
        ("jurors", "juror,max\nx,1.5\n", "jurors.csv, row 2, column max: A whole number"),
        ("jurors", "juror,min,max\nx,2,1\n", "jurors.csv, row 2, column min: The minimum 2"),
        ("affinity", "entry,juror,affinity\na,x,1.2\n", "row 2, column affinity: "),
        ("affinity", "entry,juror,affinity\na,q,1\n", "row 2, column juror: “q” is not in"),
        ("affinity", "entry,juror,affinity\na,x,1\na,x,0\n", "row 3: a and x already"),
    ],
)
def test_a_wrong_cell_is_named_with_file_row_and_column(
    folder: Path, name: str, text: str, place: str
) -> None:
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    more = ("--affinity", f"{folder}/affinity.csv") if name == "affinity" else ()
    result = run(folder, *more)
    assert result.exit_code == 1
    assert place in result.stderr


def test_everything_that_is_wrong_with_a_table_is_said_at_once(folder: Path) -> None:
    text = "juror,min,max\nx,2,1\ny,no,3\nz,0,1.5\nz,0,2\nz,1,2\n"
    (folder / "jurors.csv").write_text(text, encoding="utf-8")
    lines = run(folder).stderr.splitlines()
    places = [line.split(":")[0] for line in lines]
    assert places == [
        "jurors.csv, row 2, column min",
        "jurors.csv, row 3, column min",
        "jurors.csv, row 4, column max",
        "jurors.csv, row 5, column juror",
        "jurors.csv, row 6, column juror",
    ]


def test_wrong_usage_is_exit_2(folder: Path) -> None:
    assert run(folder, per_entry=0).exit_code == 2
    assert run(folder, "--mode", "rotation").exit_code == 2
    assert run(folder, "--max-probability", "0.5").exit_code == 2
    assert run(folder, "--budget", "2").exit_code == 2


def test_a_large_plain_table_and_one_that_needs_care_give_the_same_plan(folder: Path) -> None:
    plain = "entry,juror,affinity\na,x,0.9\na,z,1\nb,w,0.5\n\nd,x,0.7\n"
    careful = 'juror;affinity;entry\n"x";"0,9";a\nz;1;a\nw;0,5;b\nx;0,7;d\n'
    told = []
    for text in (plain, careful):
        (folder / "affinity.csv").write_text(text, encoding="utf-8")
        out = folder / "plan.csv"
        more = ("--affinity", f"{folder}/affinity.csv", "--out", str(out))
        assert run(folder, *more, per_entry=1).exit_code == 0
        told.append(out.read_text(encoding="utf-8"))
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("a,x,1.5", "affinity.csv, row 3, column affinity: An affinity lies between 0 and 1"),
        ("a,nobody,0.5", "affinity.csv, row 3, column juror: “nobody” is not in the list"),
        ("a,z,0.5", "affinity.csv, row 3: a and z already have an affinity"),
        ("a,x,much", "affinity.csv, row 3, column affinity: "),
        ("a,x,0.5,more", "affinity.csv, row 3"),
    ],
)
def test_a_bad_row_of_a_plain_table_is_named(folder: Path, row: str, place: str) -> None:
    (folder / "affinity.csv").write_text(f"entry,juror,affinity\na,z,1\n{row}\n", encoding="utf-8")
    result = run(folder, "--affinity", f"{folder}/affinity.csv", per_entry=1)
    assert result.exit_code == 1
    assert place in result.stderr

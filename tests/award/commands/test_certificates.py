"""``award certificates`` and ``award verify`` as an organiser runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from award.commands.certificates import certificates
from award.commands.verify import verify
from tests.exports.printing import scanned

HEADER = "name;kind;project;place;season;language;prize\n"
ROWS = "Аглая Верхотурова;winner;Мост;1;Сезон 2026;ru;Книга\nJürgen Weiß;juror;;;Saison 2026;de;\n"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder, with an installation of its own, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWARD_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("LC_ALL", "C")

    def invoke(command: Any, *arguments: str) -> Result:
        return CliRunner().invoke(command, arguments, catch_exceptions=False)

    return invoke


def table(text: str) -> None:
    Path("people.csv").write_text(text, encoding="utf-8")


def test_a_table_becomes_certificates_that_verify(run: Run) -> None:
    table(HEADER + ROWS)
    made = run(certificates, "people.csv", "--out", "out", "--json")
    assert made.exit_code == 0
    listed = json.loads(made.stdout)["certificates"]
    assert [(one["row"], one["name"]) for one in listed] == [
        (2, "Аглая Верхотурова"),
        (3, "Jürgen Weiß"),
    ]
    files = [f"out/{one['file']}" for one in listed]
    assert sorted(map(str, Path("out").iterdir())) == sorted(files)
    checked = run(verify, *files)
    assert checked.exit_code == 0
    assert checked.stdout.count("genuine") == 2
    assert checked.stderr == ""


def test_badge_and_scanned_code_verify_without_the_file(run: Run) -> None:
    table(HEADER + ROWS)
    made = run(certificates, "people.csv", "--out", "out", "--url", "https://a.example", "--badges")
    assert made.exit_code == 0
    pdf = next(Path("out").glob("winner*.pdf"))
    badge = pdf.with_suffix(".badge.jwt")
    (code,) = scanned(pdf.read_bytes())
    assert code.startswith("https://a.example/c/")
    Path("code.txt").write_text(code + "\n")
    whole = run(verify, str(badge), "code.txt")
    assert (whole.exit_code, whole.stdout.count("Аглая Верхотурова")) == (0, 2)
    Path("code.txt").write_text(code[:-4] + "AAAA")
    badge.write_text(badge.read_text()[:-4] + "AAAA")
    altered = run(verify, str(badge), "code.txt")
    assert altered.exit_code == 1
    assert altered.stderr.count("the signature does not fit") == 1
    assert altered.stderr.count("signed by an unknown issuer") == 1


def test_a_changed_certificate_fails_and_the_others_are_still_checked(run: Run) -> None:
    table(HEADER + ROWS)
    run(certificates, "people.csv", "--out", "out")
    first, second = sorted(Path("out").iterdir())
    content = first.read_bytes()
    first.write_bytes(content[:5000] + b"!" + content[5001:])
    checked = run(verify, str(first), str(second))
    assert checked.exit_code == 1
    assert checked.stderr == f"{first}: The file was changed after it was signed.\n"
    assert "genuine" in checked.stdout


def test_another_installation_does_not_know_the_issuer(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table(HEADER + ROWS)
    run(certificates, "people.csv", "--out", "out")
    file = str(next(Path("out").iterdir()))
    keys = tmp_path / "instance" / "keys" / "certificates-pdf.pem"
    monkeypatch.setenv("AWARD_INSTANCE", str(tmp_path / "other"))
    stranger = run(verify, file)
    assert (stranger.exit_code, stranger.stderr) == (1, f"{file}: signed by an unknown issuer\n")
    assert run(verify, "--issuer", str(keys), file).exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "Аня;king;;;2026;ru;\n", "people.csv, row 2, column “kind”: “king” is no kind"),
        (HEADER + "Аня;juror;;;2026;fr;\n", "people.csv, row 2, column “language”: “fr” is no"),
        (HEADER + ";juror;;;2026;ru;\n", "people.csv, row 2, column “name”: This cell is empty"),
        (HEADER + "А;winner;;first;2026;ru;\n", "people.csv, row 2, column “place”: “first” is"),
        ("name;kind\nА;juror\n", "people.csv, column “project”: This column is missing."),
        (HEADER, "people.csv: The file has a header, but no rows below it."),
    ],
)
def test_a_wrong_table_is_refused_in_one_line_and_nothing_is_made(
    run: Run, text: str, message: str
) -> None:
    table(text)
    refused = run(certificates, "people.csv", "--out", "out")
    assert refused.exit_code == 1
    assert refused.stderr.startswith(message)
    assert refused.stderr.count("\n") == 1
    assert not Path("out").exists()


def test_wrong_usage_ends_with_two(run: Run) -> None:
    assert run(certificates, "people.csv").exit_code == 2
    assert run(verify).exit_code == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.zip", b"PK\x03\x04", "neither a certificate nor a badge nor a result bundle"),
        ("a.json", b"{\n}", "neither a certificate nor a badge nor a result bundle"),
        ("a.jwt", b"eyJhbGciOiJFZERTQSJ9.e!", "no Open Badge"),
        ("a.txt", b"hello", "nor an audit export"),
        ("a.pdf", b"%PDF-1.7", "damaged"),
    ],
)
def test_what_is_not_known_is_refused_by_name(
    run: Run, name: str, content: bytes, message: str
) -> None:
    Path(name).write_bytes(content)
    refused = run(verify, name)
    assert refused.exit_code == 1
    assert message in refused.stderr
    assert run(verify, "none.pdf").stderr.startswith("none.pdf: There is no such file.")

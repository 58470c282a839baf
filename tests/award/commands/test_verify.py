"""``award verify`` and ``award replay`` on bundles and audit exports, with sockets and store absent."""

from __future__ import annotations

import json
import runpy
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

import scoring
from award.audit import START, row_hash
from award.commands.replay import replay_
from award.commands.verify import verify
from award.results.tabulation.replaying import libraries, scores_json
from exports.records.audit_files import sealed_lines
from exports.records.bundles import KIND, write_bundle
from exports.records.sealing import canonical, seal, sha256
from exports.signing.keys import installation_seal_key

Run = Callable[..., Result]
ROOT = Path(__file__).parents[3]
RUBRIC = (
    scoring.Criterion("impact", weight=Decimal(2), minimum=Decimal(1)),
    scoring.Criterion("team", minimum=Decimal(1), required=False),
)
GAPS = {("e2", "j1"), ("e4", "j3")}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in English, in an empty folder, where a socket or a store is an error."""

    def refused(*_arguments: Any, **_named: Any) -> None:
        raise AssertionError("a command that works offline opened a socket")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWARD_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("AWARD_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(socket, "socket", refused)

    def invoke(command: Any, *arguments: str) -> Result:
        return CliRunner().invoke(command, arguments, catch_exceptions=False)

    return invoke


def own_key() -> ed25519.Ed25519PrivateKey:
    return installation_seal_key(Path("instance/keys").absolute())


def content(**over: Any) -> dict[str, Any]:
    """A round of six entries and three jurors, two of whom left an optional criterion open."""
    rows = [
        scoring.ScoreRow(f"e{e}", f"j{j}", key, None if left_open else Decimal(points))
        for e in range(6)
        for j in range(4)
        for key, points in (("impact", 1 + (e * 3 + j * j) % 9), ("team", 2 + (e + 2 * j) % 7))
        for left_open in [key == "team" and (f"e{e}", f"j{j}") in GAPS]
    ]
    rules = scoring.Rules(RUBRIC, cut=2, ties=(scoring.TieRule("median"),), seed=7, draws=400)
    scores = scoring.Scores(tuple(rows), entries=("unscored",))
    return {
        "programme": "sia",
        "season": "2026",
        "round": 1,
        "tabulation": {"number": 1, "at": "2026-06-01T09:00:00Z", "reason": ""},
        "libraries": libraries(),
        "rules": rules.to_dict(),
        "scores": scores_json(scores),
        "assignment": [["e0", "j0", "done"], ["e0", "j9", "recused"]],
        "result": json.loads(json.dumps(scoring.tabulate(scores, rules).to_dict())),
        "decisions": [],
    } | over


def unlike_scales_and_a_tie() -> dict[str, Any]:
    """Points from 1 to 10 and from -1.5 to 2.5, one left open; two entries of equal means."""
    rubric = (
        scoring.Criterion("impact", weight=Decimal("33.3"), minimum=Decimal(1)),
        scoring.Criterion("risk", minimum=Decimal("-1.5"), maximum=Decimal("2.5"), required=False),
    )
    given = {"a": ("4", "2"), "b": ("4", "2"), "c": ("9.25", None)}
    rows = [
        scoring.ScoreRow(entry, juror, key, points and Decimal(points))
        for entry, pair in given.items()
        for juror in ("j1", "j2")
        for key, points in zip(("impact", "risk"), pair, strict=True)
    ]
    rules = scoring.Rules(rubric, rank_by="plain", seed=7, draws=200)
    scores = scoring.Scores(tuple(rows))
    result = scoring.tabulate(scores, rules)
    assert sorted(row.mean_place or 0 for row in result.entries) == [1, 2, 2]
    plain = json.loads(json.dumps(result.to_dict()))
    return {"rules": rules.to_dict(), "scores": scores_json(scores), "result": plain}


def bundle(**over: Any) -> bytes:
    data = write_bundle(content(**over), own_key())
    Path("bundle.json").write_bytes(data)
    return data


def forged(change: Callable[[dict[str, Any]], None], key: Any = None) -> None:
    """Write a bundle of changed content with a digest and a seal that fit it."""
    body = content()
    change(body)
    Path("bundle.json").write_bytes(write_bundle(body, key or own_key()))


def test_a_bundle_holds_and_replays_identically(run: Run) -> None:
    bundle()
    checked = run(verify, "bundle.json")
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert checked.stdout.startswith(
        "bundle.json: result bundle of sia/2026, round 1: unchanged since the issuer sealed it"
    )
    replayed = run(replay_, "bundle.json")
    assert (replayed.exit_code, replayed.stderr) == (0, "")
    assert "come out identical" in replayed.stdout
    assert "The seal is this issuer's." in replayed.stdout
    told = json.loads(run(replay_, "bundle.json", "--json").stdout)
    assert (told["identical"], told["differences"]) == (True, [])
    assert told["compared"] > 300


def test_every_byte_of_a_bundle_counts(run: Run) -> None:
    data = bundle()
    broken = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(0, len(data), 211)]
    broken += [data[:-2], data + b"\n", data + b" ", b" " + data, data[:-1]]
    for number, changed in enumerate(broken):
        Path("bundle.json").write_bytes(changed)
        refused = run(verify, "bundle.json")
        assert refused.exit_code == 1, number
        assert refused.stderr.startswith("bundle.json: ")
        assert refused.stderr.count("\n") == 1


def test_a_bundle_says_what_does_not_hold(run: Run) -> None:
    data = bundle()
    whole = json.loads(data)
    cases = {
        b"": "The file is empty",
        data[: len(data) // 2]: "was cut off",
        data + b"{}\n": "or added to",
        json.dumps(whole).encode(): "not byte for byte what was sealed",
        data.replace(b'"e0"', b'"e9"', 1): "digest does not fit",
        canonical({**whole, "seal": {}}) + b"\n": "seal at the end of the file is damaged",
        canonical({**whole, "more": 1}) + b"\n": "parts of none",
        canonical({**whole, "bundle": {**whole["bundle"], "version": 2}}): "of version 2",
    }
    for changed, message in cases.items():
        Path("bundle.json").write_bytes(changed)
        refused = run(verify, "bundle.json")
        assert (refused.exit_code, message in refused.stderr) == (1, True), refused.stderr


def test_a_bundle_sealed_by_another_is_refused_unless_that_issuer_is_given(run: Run) -> None:
    stranger = ed25519.Ed25519PrivateKey.generate()
    own_key()
    forged(lambda body: None, stranger)
    refused = run(verify, "bundle.json")
    assert (refused.exit_code, refused.stderr) == (1, "bundle.json: signed by an unknown issuer\n")
    public = stranger.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    Path("issuer.pem").write_bytes(public)
    assert run(verify, "--issuer", "issuer.pem", "bundle.json").exit_code == 0
    assert "The seal was not checked" in run(replay_, "bundle.json").stdout


def test_a_seal_of_another_bundle_does_not_fit(run: Run) -> None:
    whole = json.loads(bundle())
    other = seal(KIND, sha256(b"another"), own_key())
    Path("bundle.json").write_bytes(canonical({**whole, "seal": other}) + b"\n")
    assert "belongs to other content" in run(verify, "bundle.json").stderr
    replayed = run(replay_, "bundle.json")
    assert (replayed.exit_code, "belongs to other content" in replayed.stderr) == (1, True)


def test_looking_at_files_makes_nothing_and_a_folder_is_no_file(run: Run) -> None:
    Path("instance").mkdir()
    for command in (verify, replay_):
        refused = run(command, "instance")
        assert (refused.exit_code, "This is a folder" in refused.stderr) == (1, True)
    assert list(Path("instance").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"), [("mean", "7/2"), ("p_cut", 0.123), ("place_high", 9), ("score", 3.5)]
)
def test_a_number_that_does_not_follow_is_named(run: Run, name: str, value: Any) -> None:
    def change(body: dict[str, Any]) -> None:
        assert body["result"]["entries"][1][name] != value
        body["result"]["entries"][1][name] = value

    forged(change)
    assert run(verify, "bundle.json").exit_code == 0
    replayed = run(replay_, "bundle.json")
    assert replayed.exit_code == 1
    entry = content()["result"]["entries"][1]["entry"]
    assert f"entries.{entry}.{name}: published {value}" in replayed.stderr
    assert replayed.stdout.count("identical") == 0


def test_scores_that_were_exchanged_are_noticed(run: Run) -> None:
    def change(body: dict[str, Any]) -> None:
        body["scores"]["rows"][0][3] = "9"

    forged(change)
    assert "not those that the result names" in run(replay_, "bundle.json").stderr
    forged(lambda body: body["scores"].update(rows=[["e0"]]))
    assert run(replay_, "bundle.json").exit_code == 1
    forged(lambda body: body.update(rules={"criteria": 3}))
    assert run(replay_, "bundle.json").exit_code == 1


def test_other_libraries_may_move_a_draw_within_its_error_and_no_plain_value(run: Run) -> None:
    def other(body: dict[str, Any]) -> None:
        body["libraries"] = {"numpy": "1.0"}
        row = body["result"]["entries"][2]
        row["p_cut"] = round(min(row["p_cut"] + 0.02, 1), 6)
        row["low"] = round(row["low"] + 0.01, 6)

    forged(other)
    replayed = run(replay_, "bundle.json")
    assert (replayed.exit_code, replayed.stderr) == (0, "")
    assert "plain values come out exactly" in replayed.stdout

    def too_far(body: dict[str, Any]) -> None:
        body["libraries"] = {"numpy": "1.0"}
        row = body["result"]["entries"][2]
        row["p_cut"] = (row["p_cut"] + 0.5) % 1

    forged(too_far)
    assert "p_cut" in run(replay_, "bundle.json").stderr

    def plain(body: dict[str, Any]) -> None:
        body["libraries"] = {"numpy": "1.0"}
        body["result"]["engine"]["version"] = "0.9"
        body["result"]["entries"][2]["mean_place"] += 1

    forged(plain)
    assert "mean_place" in run(replay_, "bundle.json").stderr


def test_the_independent_script_agrees_and_finds_a_changed_mean(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def independent() -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["replay_plain.py", "bundle.json"])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "docs" / "replay_plain.py"), run_name="__main__")
        return int(ended.value.code or 0), capsys.readouterr().out

    bundle()
    assert independent() == (0, "6 means and places by mean come out as published.\n")
    bundle(**unlike_scales_and_a_tie())
    assert independent() == (0, "3 means and places by mean come out as published.\n")
    forged(lambda body: body["result"]["entries"].pop(0))
    assert independent()[0] == 1
    forged(lambda body: body["result"]["entries"][0].update(mean="1/3"))
    code, said = independent()
    assert (code, "1/3" in said) == (1, True)
    forged(lambda body: body["result"]["entries"][0].update(mean_place=5))
    assert independent()[0] == 1


def audit_rows(count: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    previous = START
    for number in range(1, count + 1):
        values: dict[str, Any] = dict.fromkeys(
            ("actor", "action", "subject", "subject_id", "before", "after"), ""
        )
        values |= {"id": number, "at": datetime(2026, 5, number, tzinfo=UTC).isoformat()}
        values |= {"programme_id": 1, "season_id": None, "previous_hash": previous}
        previous = row_hash(values)
        rows.append(values | {"hash": previous})
    return rows


def audit_file(rows: list[dict[str, Any]], key: Any = None) -> bytes:
    data = b"".join(sealed_lines(rows, key or own_key()))
    Path("audit.jsonl").write_bytes(data)
    return data


def complaint(run: Run, data: bytes) -> str:
    Path("audit.jsonl").write_bytes(data)
    refused = run(verify, "audit.jsonl")
    assert refused.exit_code == 1
    return refused.stderr


def test_an_audit_export_holds_and_each_tampering_is_located(run: Run) -> None:
    rows = audit_rows(5)
    data = audit_file(rows)
    lines = data.splitlines(keepends=True)
    whole = run(verify, "audit.jsonl")
    assert (whole.exit_code, whole.stderr) == (0, "")
    assert rows[-1]["hash"] in whole.stdout
    changed = [*rows[:2], {**rows[2], "action": "changed"}, *rows[3:]]
    assert "altered at row 3" in complaint(run, b"".join(sealed_lines(changed, own_key())))
    assert "lacks row 3" in complaint(run, b"".join([*lines[:2], *lines[3:]]))
    assert complaint(run, b"".join([*lines[:2], b'{"id": 3}\n'])).startswith("audit.jsonl, row 3:")
    assert "has no seal" in complaint(run, b"".join(lines[:-1]))
    assert "changed, cut or extended" in complaint(run, b"".join([*lines[:4], lines[-1]]))
    assert "changed, cut or extended" in complaint(run, data.replace(b": ", b":", 1))
    assert complaint(run, data + lines[0]) != ""
    assert "changed, cut or extended" in complaint(run, data + b"\n")


def test_a_log_written_anew_by_another_is_refused(run: Run) -> None:
    own_key()
    rewritten = audit_rows(4)
    audit_file(rewritten, ed25519.Ed25519PrivateKey.generate())
    refused = run(verify, "audit.jsonl")
    assert (refused.exit_code, refused.stderr) == (1, "audit.jsonl: signed by an unknown issuer\n")


def test_every_byte_of_an_audit_export_counts(run: Run) -> None:
    data = audit_file(audit_rows(2))
    for at in range(0, len(data), 61):
        assert complaint(run, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])

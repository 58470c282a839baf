"""ZIP archives with safe names."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from exports.archive import Member, safe_name, write_archive


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Проект «Двор».pdf", "Проект «Двор».pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c?.txt", "a_b_c_.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("CON.txt", "_CON.txt"),
        (" .hidden. ", "hidden"),
        ("\x00\n", "file"),
        ("я" * 200 + ".pdf", "я" * 76 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_members_keep_their_order_and_equal_names_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(b"from disk")
    members = [
        Member(("entry-1", "Plan.pdf"), b"one"),
        Member(("entry-1", "plan.pdf"), b"two"),
        Member(("entry-2", "../Plan.pdf"), file),
    ]
    with write_archive(members) as target, zipfile.ZipFile(target) as archive:
        assert archive.namelist() == [
            "entry-1/Plan.pdf",
            "entry-1/plan (2).pdf",
            "entry-2/_Plan.pdf",
        ]
        assert archive.read("entry-2/_Plan.pdf") == b"from disk"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

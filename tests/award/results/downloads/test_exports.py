from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from award import audit
from award.messages.tables import MESSAGE_TABLES
from award.models.entries import EntryVersion, StoredFile, TeamMembership, TeamRole
from award.models.jury import AssignmentState
from award.models.results import Outcome
from award.models.seasons import QuestionKind
from award.results import service
from award.results.downloads.season_tables import SEASON_TABLES
from award.results.downloads.tables import ROUND_TABLES, entries_table
from award.tables import EVERYTHING
from tests import factories as make
from tests.award.results.conftest import judge
from tests.exports.printing import text_of

ROOT = Path(__file__).parents[4]


def fetch(client: Any, path: str) -> Any:
    """Get a download whole and close it, as a browser does."""
    with client.get(path) as answer:
        assert answer.status_code == 200, path
        return answer.data


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_scores_long_hold_a_row_for_each_score(sign_in, judged):
    client = sign_in(judged.organiser)
    data = fetch(client, f"/en/rounds/{judged.round.public_id}/scores-long.csv")
    header, *rows = rows_of(data)
    assert header[:4] == ["entry", "juror", "criterion", "score"]
    assert len(rows) == 6 * 3 * 3
    assert rows[0][:2] == [judged.entries[0].code, judged.jurors[0].name]
    assert float(rows[0][3]) == 9


def test_scores_wide_hold_a_row_for_each_sheet(sign_in, judged):
    client = sign_in(judged.organiser)
    data = fetch(client, f"/en/rounds/{judged.round.public_id}/scores-wide.xlsx")
    sheet = load_workbook(io.BytesIO(data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][4:7] == ("Impact", "Innovation", "Team")
    assert len(rows) == 1 + 18
    assert rows[1][4:7] == (9, 9, 9)
    assert rows[1][7] == f"Comment 0 on {judged.entries[0].code}"


def test_results_show_the_decision_beside_the_computed_place(sign_in, decided):
    client = sign_in(decided.organiser)
    header, *rows = rows_of(fetch(client, f"/en/rounds/{decided.round.public_id}/results.csv"))
    first = dict(zip(header, rows[0], strict=True))
    assert (first["Place"], first["Decision"], first["Decided place"]) == ("1", "winner", "1")
    assert len(rows) == 6


def test_progress_counts_what_is_handed_in(session, sign_in, judged):
    entry = make.make_submitted(session, judged.season)
    make.make_assignment(session, judged.round, entry, judged.jurors[0])
    make.make_assignment(
        session, judged.round, entry, judged.jurors[1], state=AssignmentState.RECUSED
    )
    session.commit()
    client = sign_in(judged.organiser)
    header, *rows = rows_of(fetch(client, f"/en/rounds/{judged.round.public_id}/progress.csv"))
    assert header == ["Juror", "Panel", "Assigned", "Begun", "Handed in"]
    assert sorted(row[2:] for row in rows) == [["6", "0", "6"], ["6", "0", "6"], ["7", "0", "6"]]


def test_other_software_gets_json_and_headers_that_no_language_changes(sign_in, judged):
    client = sign_in(judged.organiser)
    base = f"/ru/rounds/{judged.round.public_id}/scores-long"
    told = json.loads(fetch(client, f"{base}.json"))
    assert len(told["rows"]) == 6 * 3 * 3
    assert told["rows"][0]["score"] == 9
    assert told["rows"][0]["submitted_at"].endswith("Z")
    assert [one["kind"] for one in told["columns"]][3] == "number"
    russian, *_rows = rows_of(fetch(client, f"{base}.csv"))
    keyed, *_rows = rows_of(fetch(client, f"{base}.csv?headers=keys"))
    assert "Проект" in russian
    assert keyed == [one["key"] for one in told["columns"]]


def test_the_list_of_entries_comes_exactly_as_filtered(session, sign_in, judged):
    draft = make.make_entry(session, judged.season, title="Zebra crossing")
    judged.entries[2].title = "Aardvark alley"
    session.commit()
    client = sign_in(judged.organiser)
    path = f"/en/seasons/{judged.season.public_id}/entries.csv"
    _header, *rows = rows_of(fetch(client, f"{path}?q=aardvark&sort=title"))
    assert [row[0] for row in rows] == [judged.entries[2].code]
    _header, *rows = rows_of(fetch(client, f"{path}?state=draft"))
    assert [row[0] for row in rows] == [draft.code]
    _header, *rows = rows_of(fetch(client, f"{path}?sort=-title"))
    assert (rows[0][0], rows[-1][0]) == (draft.code, judged.entries[2].code)
    assert draft.code not in fetch(client, path).decode()


def test_season_and_assignment_tables_hold_what_the_pages_show(session, sign_in, judged, now):
    client = sign_in(judged.organiser)
    base = f"/en/seasons/{judged.season.public_id}/tables"
    header, *rows = rows_of(fetch(client, f"{base}/jurors.csv"))
    assert header[:2] == ["Juror", "E-mail address"]
    assert sorted(row[0] for row in rows) == sorted(one.name for one in judged.jurors)
    assert rows_of(fetch(client, f"{base}/certificates.csv"))[0][0] == "Number"
    assert rows_of(fetch(client, f"{base}/mails.csv"))[0][2] == "E-mail address"
    assert client.get(f"{base}/secrets.csv").status_code == 404
    header, *pairs = rows_of(fetch(client, f"/en/rounds/{judged.round.public_id}/assignment.csv"))
    assert len(pairs) == 18
    assert header[5] == "State"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_entries_come_with_lead_and_answers(sign_in, judged, kind):
    client = sign_in(judged.organiser)
    data = fetch(client, f"/en/seasons/{judged.season.public_id}/entries.{kind}")
    if kind == "csv":
        header, *rows = rows_of(data)
    else:
        values = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
        header, *rows = ([str(cell) for cell in row] for row in values)
    first = dict(zip(header, rows[0], strict=True))
    assert len(rows) == 6
    assert (first["Code"], first["E-mail address"]) == (
        judged.entries[0].code,
        judged.leads[0].email,
    )
    assert (first["Problem"], first["Budget"]) == ("A real problem.", "100000")
    assert first["State"] == "Eligible"


def test_a_choice_is_exported_as_the_form_says_it(session, sign_in):
    season = make.make_season(session)
    options = [{"key": "a", "label": {"en": "Yard"}}, {"key": "b", "label": {"en": "Park"}}]
    make.make_question(
        session, season, key="where", kind=QuestionKind.MANY_CHOICES, options=options
    )
    entry = make.make_submitted(session, season)
    version = session.get_one(EntryVersion, entry.current_version_id)
    version.answers = {**version.answers, "where": ["b", "a"], "topics": ["water", "air"]}
    organiser = make.make_staff(session, season.programme)
    session.commit()
    client, path = sign_in(organiser), f"/en/seasons/{season.public_id}/entries"
    header, row = rows_of(fetch(client, f"{path}.csv"))
    first = dict(zip(header, row, strict=True))
    assert (first["Where"], first["Topics"]) == ("Park; Yard", "water; air")
    header, row = rows_of(fetch(client, f"{path}.csv?headers=keys"))
    assert dict(zip(header, row, strict=True))["answer:where"] == "b; a"
    assert json.loads(fetch(client, f"{path}.json"))["rows"][0]["answer:where"] == ["b", "a"]


def test_the_page_of_formats_names_every_table_and_its_columns(session, decided):
    season_id, round_id = decided.season.id, decided.round.id
    tables = {"entries": entries_table(session, season_id, "en", str)}
    for name, make_table in {**SEASON_TABLES, **MESSAGE_TABLES}.items():
        tables[name] = make_table(session, season_id, "en", str, EVERYTHING)
    for name, make_table in ROUND_TABLES.items():
        tables[name] = make_table(session, round_id, "en", str, EVERYTHING)
    tables["scores"] = tables.pop("scores-long")
    for table in tables.values():
        list(table.rows)  # a table that is not read to its end keeps its cursor open
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").partition("## Tables out")[2]
    told = re.findall(r"^\| `([a-z-]+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    assert {name: re.sub(r"`(, and)?|for each \w+|,", "", keys).split() for name, keys in told} == {
        name: list(dict.fromkeys(re.sub(r":.+", ":KEY", one.key) for one in table.columns))
        for name, table in tables.items()
    }


def test_the_files_of_a_round_come_in_a_folder_an_entry(session, app, sign_in, judged, now):
    stored = app.extensions["storage"].write(b"%PDF-1.4 a plan")
    file = StoredFile(
        programme_id=judged.programme.id,
        entry_id=judged.entries[0].id,
        name="Plan.pdf",
        media_type="application/pdf",
        size=stored.size,
        sha256=stored.sha256,
        storage_name=stored.storage_name,
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    version = session.get_one(EntryVersion, judged.entries[0].current_version_id)
    version.files = [
        {
            "id": file.public_id,
            "name": "Plan.pdf",
            "size": 16,
            "sha256": "0" * 64,
            "question": "plan",
        }
    ]
    session.commit()
    client = sign_in(judged.organiser)
    data = fetch(client, f"/en/rounds/{judged.round.public_id}/files.zip")
    archive = zipfile.ZipFile(io.BytesIO(data))
    code = judged.entries[0].code
    assert archive.namelist() == ["files.csv", f"{code}/Plan.pdf"]
    assert archive.read(f"{code}/Plan.pdf") == b"%PDF-1.4 a plan"
    assert f"{code},Plan.pdf," in archive.read("files.csv").decode()


def test_the_protocol_names_jurors_standings_and_departures(session, sign_in, now):
    judged = judge(session, ranks=True)
    values: dict[str, Any] = {"actor_id": judged.organiser.id, "now": now}
    judged.jurors[0].is_chair = True
    service.tabulate_round(session, judged.round.id, reason="", **values)
    service.decide(
        session,
        judged.round.id,
        judged.entries[3].id,
        outcome=Outcome.WINNER,
        place=2,
        reason="A pilot nobody knew of",
        **values,
    )
    service.take_the_cut(session, judged.round.id, **values)
    service.set_announcement(session, judged.round.id, now + timedelta(hours=1), **values)
    service.close_decisions(session, judged.round.id, **values)
    session.commit()
    client = sign_in(judged.organiser)
    data = fetch(client, f"/en/rounds/{judged.round.public_id}/protocol.pdf")
    said = text_of(data)
    assert judged.jurors[0].name in said
    assert judged.entries[0].title in said
    assert "A pilot nobody knew of" in said


def test_a_round_without_a_tabulation_has_no_protocol(sign_in, judged):
    client = sign_in(judged.organiser)
    answer = client.get(f"/en/rounds/{judged.round.public_id}/protocol.pdf")
    assert answer.status_code == 409


def test_staff_who_judge_or_are_on_a_team_read_no_points_that_are_not_theirs_to_know(
    session, sign_in, judged, now
):
    """Colleagues' points would colour an open sheet; a team's own are not public."""
    first, season = judged.entries[0], judged.season
    judge_too, member = (make.make_staff(session, judged.programme) for _ in range(2))
    make.make_juror(session, season, judge_too)
    place = {"entry_id": first.id, "user_id": member.id, "role": TeamRole.MEMBER}
    session.add(TeamMembership(**place, joined_at=now))
    after = {"impact": "8.625"}
    audit.record(session, "sheet.scored", actor_id=None, now=now, after=after, season_id=season.id)
    session.commit()
    log = [f"/en/seasons/{season.public_id}/audit{end}" for end in ("", ".csv", ".jsonl")]
    scores = f"/en/rounds/{judged.round.public_id}/scores-long.csv"
    page = f"/en/seasons/{season.public_id}/exports"
    plain, hers, theirs = (sign_in(one) for one in (judged.organiser, judge_too, member))
    assert all(b"8.625" in fetch(plain, one) for one in log)
    assert not [one for one in log for who in (hers, theirs) if b"8.625" in fetch(who, one)]
    assert scores in plain.get(page).text
    assert hers.get(scores).status_code == 404
    assert "open for you here once the round is tabulated" in hers.get(page).text
    assert scores not in hers.get(page).text
    told = {who: {row[0] for row in rows_of(fetch(who, scores))} for who in (plain, theirs)}
    assert told[plain] - told[theirs] == {first.code}
    service.tabulate_round(session, judged.round.id, reason="", actor_id=None, now=now)
    session.commit()
    assert first.code in fetch(hers, scores).decode()


def test_exports_are_for_staff_alone(session, sign_in, client, judged):
    stranger = make.make_user(session)
    session.commit()
    paths = [
        f"/en/seasons/{judged.season.public_id}/exports",
        f"/en/seasons/{judged.season.public_id}/entries.csv",
        *(
            f"/en/rounds/{judged.round.public_id}/{name}"
            for name in ("scores-long.csv", "results.xlsx", "files.zip", "protocol.pdf")
        ),
    ]
    for user in (stranger, judged.leads[0]):
        browser = sign_in(user)
        assert {browser.get(path).status_code for path in paths} == {404}
    assert {client.get(path).status_code for path in paths} == {303}
    organiser = sign_in(judged.organiser)
    assert organiser.get(paths[0]).status_code == 200
    assert organiser.get(f"/en/rounds/{judged.round.public_id}/nothing.csv").status_code == 404

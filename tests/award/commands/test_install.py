"""``award init``, ``owner``, ``demo --remove`` and ``backup``: how an installation begins."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from award import audit
from award.cli import main
from award.demo.removing import remove_demo
from award.models.accounts import User
from award.models.operations import AuditPerson, AuditRow
from award.models.seasons import Programme
from tests import factories as make


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def without_migrations(monkeypatch, as_installation):
    """The store of a test has its tables already."""
    as_installation()
    monkeypatch.setattr("award.commands.install.migrate_store", lambda app: None)


@pytest.mark.parametrize(
    ("options", "name", "languages"),
    [
        ([], {"ru": "Preis"}, ["ru"]),
        (["--language", "de"], {"de": "Preis"}, ["de"]),
        (["--language", "en", "--language", "ru"], {"en": "Preis"}, ["en", "ru"]),
    ],
)
def test_a_programme_is_named_in_its_first_language(
    without_migrations, session, options, name, languages
):
    done = run("init", "Preis", "--slug", "p", "--owner", "o@example.org", *options)
    assert done.exit_code == 0, done.stderr
    programme = session.scalars(select(Programme)).one()
    assert (programme.name, programme.languages) == (name, languages)
    actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
    assert actions[0] == "programme.created"


def test_a_command_that_finds_no_store_asks_for_the_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("AWARD_INSTANCE", str(tmp_path / "wrong"))
    monkeypatch.delenv("AWARD_DATABASE_URL", raising=False)
    for command in (["check"], ["audit", "verify"], ["backup", tmp_path / "b.zip"]):
        done = run(*command)
        assert done.exit_code == 1
        assert "in the environment of this command?" in done.stderr
    assert not (tmp_path / "b.zip").exists()


def test_a_second_programme_of_the_same_address_is_refused_in_words(without_migrations):
    assert run("init", "Award").exit_code == 0
    again = run("init", "Award")
    assert again.exit_code == 1
    assert again.stderr == (
        "There is a programme award already. Give the new one another --slug.\n"
    )


def tried(session):
    """A demo in which somebody changed something, and who it was."""
    programme = make.make_programme(session, is_demo=True)
    somebody = make.make_user(session, is_demo=True, name="Dora Demo")
    for action in ("programme.changed", "entry.created"):
        audit.record(session, action, actor_id=somebody.id, now=make.NOW, programme_id=programme.id)
    session.commit()


def test_the_log_begins_anew_when_the_demo_goes(session):
    tried(session)
    ended_with = session.scalars(select(AuditRow.hash).order_by(AuditRow.id.desc())).first()
    assert session.scalars(select(AuditPerson.name)).all() == ["Dora Demo"]
    removed = remove_demo(session, now=make.NOW)
    session.commit()
    assert removed.log_is_new
    row = session.scalars(select(AuditRow)).one()
    assert (row.id, row.action, row.before) == (
        1,
        "demo.removed",
        {"rows": 2, "head": ended_with},
    )
    assert audit.verify(session) == []
    assert session.scalars(select(AuditPerson)).all() == []
    assert session.scalars(select(User)).all() == []


def test_the_log_stays_whole_where_another_programme_wrote_into_it(session):
    tried(session)
    real = make.make_programme(session)
    audit.record(session, "programme.created", real, actor_id=None, now=make.NOW)
    session.commit()
    removed = remove_demo(session, now=make.NOW)
    session.commit()
    assert not removed.log_is_new
    assert len(session.scalars(select(AuditRow)).all()) == 3
    assert audit.verify(session) == []
    assert session.scalars(select(AuditPerson.name)).all() == [""]


def test_removing_a_demo_that_is_not_there_leaves_the_log_alone(session):
    audit.record(session, "account.created", actor_id=None, now=make.NOW)
    assert remove_demo(session, now=make.NOW).seasons == 0
    assert session.scalars(select(AuditRow.action)).all() == ["account.created"]


def test_a_backup_into_a_folder_that_is_not_there_names_the_folder(as_installation, tmp_path):
    as_installation()
    done = run("backup", tmp_path / "missing" / "b.zip")
    assert done.exit_code == 1
    assert done.stderr == (
        f"There is no folder {tmp_path / 'missing'}. Make it first, or name another one.\n"
    )

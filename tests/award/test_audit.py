"""The log's chain: each way of tampering is located, and writers never fork it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, select, update

from award import audit
from award.audit import Break
from award.db import unit_of_work
from award.models.operations import AuditHead, AuditPerson, AuditRow
from tests import factories as make


@pytest.fixture
def chain(session, now):
    """Five rows by one person; what a tampering does to them is told by ``verify``."""
    user = make.make_user(session, name="Petra Person")
    for number in range(5):
        audit.record(
            session, "thing.done", user, actor_id=user.id, now=now, after={"number": number}
        )
    session.flush()
    return session


def test_an_untouched_chain_holds(chain):
    assert audit.verify(chain) == []
    assert len(chain.scalars(select(AuditRow)).all()) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"after": {"number": 9}},
        {"before": {"number": 9}},
        {"action": "thing.undone"},
        {"actor": "somebody"},
        {"subject_id": "else"},
        {"season_id": 7},
        {"previous_hash": "0" * 64},
        {"hash": "f" * 64},
    ],
)
def test_an_altered_row_is_located(chain, change):
    chain.execute(update(AuditRow).where(AuditRow.id == 3).values(**change))
    assert audit.verify(chain)[0] == Break(3, "altered")


def test_an_altered_row_with_a_new_hash_breaks_at_the_next_one(chain):
    row = chain.get(AuditRow, 3)
    row.after = {"number": 9}
    row.hash = audit.row_hash({name: getattr(row, name) for name in audit.HASHED})
    chain.flush()
    assert audit.verify(chain) == [Break(4, "altered")]


def test_a_deleted_row_is_located(chain):
    chain.execute(delete(AuditRow).where(AuditRow.id == 3))
    assert audit.verify(chain) == [Break(3, "missing")]


def test_two_rows_that_changed_places_are_located(chain):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        chain.execute(update(AuditRow).where(AuditRow.id == old).values(id=new))
    assert [one.row_id for one in audit.verify(chain)] == [2, 3, 4]


@pytest.mark.parametrize("left", [0, 1, 4])
def test_a_cut_tail_is_located(chain, left):
    chain.execute(delete(AuditRow).where(AuditRow.id > left))
    assert [one.row_id for one in audit.verify(chain)] == [left + 1]


def test_a_tail_cut_together_with_its_head_shows_against_a_hash_kept_elsewhere(chain):
    kept = chain.get(AuditHead, 1).hash
    chain.execute(delete(AuditRow).where(AuditRow.id > 3))
    row = chain.get(AuditRow, 3)
    chain.execute(update(AuditHead).values(last_id=3, hash=row.hash))
    chain.expire_all()
    rows = [audit.as_mapping(one) for one in chain.scalars(select(AuditRow))]
    assert audit.verify(chain) == []
    assert list(audit.breaks(rows, head=kept)) == [Break(4, "head")]


def test_a_forged_row_in_between_is_located(chain, now):
    for number in (5, 4, 3):
        chain.execute(update(AuditRow).where(AuditRow.id == number).values(id=number + 1))
    values = {name: getattr(chain.get(AuditRow, 2), name) for name in audit.HASHED} | {"id": 3}
    chain.add(AuditRow(**values, hash=audit.row_hash(values)))
    chain.flush()
    chain.expire_all()
    assert audit.verify(chain)[0] == Break(3, "altered")


def test_erasing_a_person_keeps_the_chain_whole_and_forgets_the_name(chain):
    person = chain.scalar(select(AuditPerson))
    assert person.name == "Petra Person"
    chain.execute(update(AuditPerson).values(user_id=None, name=""))
    assert audit.verify(chain) == []
    rows = [str(audit.as_mapping(row)) for row in chain.scalars(select(AuditRow))]
    assert not any("Petra" in row for row in rows)


def test_an_exported_chain_verifies_without_the_store(chain):
    import json

    lines = [json.dumps(audit.as_mapping(row)) for row in chain.scalars(select(AuditRow))]
    head = chain.get(AuditHead, 1).hash
    assert list(audit.breaks(map(json.loads, lines), head=head)) == []
    lines[1] = lines[1].replace('"number": 1', '"number": 8')
    assert next(audit.breaks(map(json.loads, lines), head=head)) == Break(2, "altered")


def test_a_row_is_written_with_what_it_tells_of_or_not_at_all(app, session, now):
    with app.app_context():
        with pytest.raises(RuntimeError), unit_of_work() as unit:
            audit.record(unit, "thing.done", actor_id=None, now=now)
            raise RuntimeError
        with unit_of_work() as unit:
            audit.record(unit, "thing.done", actor_id=None, now=now)
    assert session.scalars(select(AuditRow.id)).all() == [1]


def test_concurrent_writers_write_one_chain(app, session, now):
    with app.app_context(), unit_of_work() as unit:
        audit.record(unit, "thing.begun", actor_id=None, now=now)

    def write():
        with app.app_context():
            for number in range(10):
                with unit_of_work() as unit:
                    audit.record(unit, "thing.done", actor_id=None, now=now, after=number)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.scalars(select(AuditRow.id).order_by(AuditRow.id)).all() == list(range(1, 42))
    assert audit.verify(session) == []

"""``award run``: when it makes the demo, and what it says where it cannot start."""

from __future__ import annotations

import socket

from click.testing import CliRunner

from award import audit
from award.commands.serve import _is_new, run
from award.demo.removing import remove_demo
from tests import factories as make


def test_a_store_is_new_until_something_happened_in_it_even_if_nothing_is_left(app, session):
    assert _is_new(app)
    programme = make.make_programme(session, is_demo=True)
    audit.record(session, "programme.created", programme, actor_id=None, now=make.NOW)
    session.commit()
    assert not _is_new(app)
    remove_demo(session, now=make.NOW)
    session.commit()
    assert not _is_new(app)


def test_a_port_that_is_taken_is_named_with_the_way_out(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = CliRunner().invoke(run, ["--port", str(port)])
    assert result.exit_code == 1
    assert f"port {port} already" in result.output
    assert "make run PORT=8001" in result.output

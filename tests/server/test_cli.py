"""The commands that manage integrations."""

from __future__ import annotations

import re

import pytest

from server import cli
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import load_settings
from server.migrations import schema
from tests.factories import make_user


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command on a database with one admin, and returns what it prints."""
    monkeypatch.setenv("REPUTE_DATA", str(tmp_path))
    engine = make_engine(load_settings().sqlalchemy_url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        make_user(session, role="admin", name="Ada Quist").email = "ada@example.com"
    engine.dispose()

    def command(*arguments):
        capsys.readouterr()
        cli.main(list(arguments))
        return capsys.readouterr().out

    return command


def test_integration_is_added_listed_replaced_and_revoked(run):
    first = run("token", "add-integration", "CRM", "--admin", "ada@example.com")
    assert re.fullmatch(r"rpt_\S+\n", first)
    second = run("token", "rotate", "1", "--admin", "ada@example.com")
    assert second != first
    listed = run("token", "list")
    assert listed.startswith("1  CRM  (added by Ada Quist)\n    valid: expires ")
    assert "    replaced: expires " in listed
    assert first.strip() not in listed
    assert "no longer work" in run("token", "revoke", "1")
    assert run("token", "list") == "There are no integrations.\n"

"""The commands that manage integrations."""

from __future__ import annotations

import re

import pytest

from server import cli
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import load_settings
from server.migrations import schema
from server.people.queries import memberships_of, user_by_email
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


def refusal(run, capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code != 0
    return capsys.readouterr().err


def test_person_is_added_to_a_team_from_the_first_day(run, capsys):
    company = run("team", "add", "Company").strip()
    north = run("team", "add", "North", "--below", company).strip()
    assert f"{north}  Company / North" in run("team", "list")
    add = ("user", "add", "--email", "ann@example.com", "--name", "Ann")
    assert "/link/" in run(*add, "--team", north, "--started-on", "2026-03-02")
    engine = make_engine(load_settings().sqlalchemy_url)
    with unit_of_work(engine, writes=False) as session:
        user = user_by_email(session, email="ann@example.com")
        (membership,) = memberships_of(session, user_id=user.id)
    engine.dispose()
    assert (str(membership.team_id), membership.starts_on.isoformat()) == (north, "2026-03-02")
    assert "team list" in refusal(run, capsys, "user", "add", "--email", "x@example.com", "--name", "X", "--team", "999")


def test_second_person_cannot_name_another_organisation(run, capsys):
    add = ("user", "add", "--email", "x@example.com", "--name", "X", "--organisation", "Other")
    assert "leave out --organisation" in refusal(run, capsys, *add)


def test_no_link_is_printed_for_a_deactivated_person(run, capsys):
    run("user", "add", "--email", "ann@example.com", "--name", "Ann")
    run("user", "deactivate", "ann@example.com")
    assert "deactivated" in refusal(run, capsys, "user", "link", "ann@example.com")

"""The commands that set up the organisation and manage integrations."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from functools import partial

import click
import pytest

from server import cli
from server.cli import COMMANDS
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import load_settings
from server.migrations import schema
from server.people.queries import get_organisation, is_set_up, memberships_of, user_by_email
from server.security.operations import is_link_usable
from tests.factories import make_user
from tests.live import ROOT


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command on a database with one admin, and returns what it prints."""
    monkeypatch.setenv("REPUTE_DATA", str(tmp_path))
    engine = make_engine(load_settings().sqlalchemy_url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        make_user(session, role="admin", name="Ada Quist").email = "ada@example.com"
    engine.dispose()
    return partial(output_of, capsys)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty database, which commands use."""
    monkeypatch.setenv("REPUTE_DATA", str(tmp_path))
    engine = make_engine(load_settings().sqlalchemy_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


def output_of(capsys, *arguments):
    capsys.readouterr()
    cli.main(list(arguments))
    return capsys.readouterr().out


def refusal_of(capsys, *arguments):
    """The error of a command that is refused."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        cli.main(list(arguments))
    assert stop.value.code
    return capsys.readouterr().err


SETUP = (
    "setup", "--name", "Harbour", "--time-zone", "Europe/Berlin", "--admin-name", "Ada Quist", "--admin-email",
    "Ada@Example.com",
)  # fmt: skip


def test_setup_creates_the_organisation_and_its_first_administrator(empty, capsys):
    link = output_of(capsys, *SETUP).splitlines()[-1]
    with unit_of_work(empty, writes=False) as session:
        organisation = get_organisation(session)
        admin = user_by_email(session, email="ada@example.com")
        assert (organisation.name, organisation.time_zone, organisation.team_only) == ("Harbour", "Europe/Berlin", True)
        assert admin.role == "admin"
        assert is_link_usable(session, secret=link.rpartition("/")[2])


def test_setup_asks_for_what_no_option_says_and_again_for_a_zone_that_does_not_exist(empty, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Harbour\nEurope/Atlantis\nEurope/Paris\nAda\nada@example.com\n"))
    assert "/link/" in output_of(capsys, "setup")
    with unit_of_work(empty, writes=False) as session:
        assert get_organisation(session).time_zone == "Europe/Paris"


def test_setup_is_refused_once_there_is_an_organisation(run, capsys):
    assert "already contains an organisation" in refusal_of(capsys, *SETUP)


def test_setup_names_the_time_zone_that_does_not_exist_and_creates_nothing(empty, capsys):
    assert "time_zone: must be a time zone" in refusal_of(capsys, *SETUP[:4], "Mars/Base", *SETUP[5:])
    with unit_of_work(empty, writes=False) as session:
        assert not is_set_up(session)


def test_sample_data_are_created_only_when_asked_for_and_alone(empty, capsys):
    assert "use it without other options" in refusal_of(capsys, *SETUP, "--sample-data")


def test_nobody_is_added_before_the_organisation_is_set_up(empty, capsys):
    assert "server setup" in refusal_of(capsys, "user", "add", "--email", "a@example.com", "--name", "A")


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


def test_no_link_is_printed_for_a_deactivated_person(run, capsys):
    run("user", "add", "--email", "ann@example.com", "--name", "Ann")
    run("user", "deactivate", "ann@example.com")
    assert "deactivated" in refusal(run, capsys, "user", "link", "ann@example.com")


def test_every_command_is_where_the_command_line_looks_for_it():
    for name in COMMANDS:
        command = cli.cli.get_command(click.Context(cli.cli), name)
        assert command.name == name
        assert command.help


def test_a_short_command_does_not_import_the_language_pipeline():
    script = "import sys; from server.cli import main; main(['jobs', '--help']); assert 'spacy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True)


@pytest.fixture
def exported(run, tmp_path):
    """The file of a stored scoring version."""
    from nlp.quality.scoring import load_scoring
    from server.tuning.champion import ensure_champion

    engine = make_engine(load_settings().sqlalchemy_url)
    with unit_of_work(engine) as session:
        ensure_champion(session)
    engine.dispose()
    path = tmp_path / "scoring.json"
    path.write_text(json.dumps(load_scoring().document, indent=1), encoding="utf-8")
    return path, load_scoring().version


def test_an_exported_scoring_version_is_verified_by_its_hash(run, exported):
    path, version = exported
    assert run("scoring", "verify", str(path)).startswith(f"{version}\nThe same as the version of ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace('"hook": ', '"hook": 1', 1), "No version in this database has this content"),
        (lambda text: text.replace('"hook": ', '"hook": NaN, "x": ', 1), "without NaN or Infinity"),
        (lambda text: text[:-20], "must be JSON"),
    ],
    ids=["forged", "not-a-number", "cut-off"],
)
def test_a_forged_scoring_version_is_refused(exported, capsys, change, words):
    path, _ = exported
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert words in refusal_of(capsys, "scoring", "verify", str(path))

"""Backup and restore: complete while others write, private, checked, and never by accident over an organisation."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import threading

import psycopg
import pytest
from sqlalchemy import make_url, select, text

from server import cli
from server.audit import operations as audit
from server.audit import seals
from server.backup import operations
from server.backup.files import BackupError
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.jobs.embedded import _only_worker
from server.migrations import schema
from server.people.models import User
from tests.databases import postgres_url, settings_for
from tests.factories import make_user


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Makes URLs of empty databases, on SQLite and on PostgreSQL."""
    made = []
    numbers = itertools.count()

    def make():
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"
        if shutil.which("pg_dump") is None:
            pytest.skip("pg_dump is missing")
        made.append(f"repute_test_{secrets.token_hex(6)}")
        with psycopg.connect(postgres_url(), autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{made[-1]}"')
        url = make_url(postgres_url()).set(database=made[-1]).render_as_string(hide_password=False)
        return settings_for(url).sqlalchemy_url

    yield make
    for name in made:
        with psycopg.connect(postgres_url(), autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def populate(url, name="Robin Vale"):
    """The schema, one person and a sealed audit log. Returns the person's id."""
    engine = make_engine(url)
    try:
        schema.upgrade(engine)
        with unit_of_work(engine) as session:
            person = make_user(session, name=name)
            audit.record(session, action="user.added", object_type="user", object_id=str(person.id))
            seals.seal(session)
            return person.id
    finally:
        engine.dispose()


def names(url):
    engine = make_engine(url)
    try:
        with unit_of_work(engine, writes=False) as session:
            return set(session.scalars(select(User.name)))
    finally:
        engine.dispose()


def test_restored_database_equals_its_backup_and_passes_its_checks(place, tmp_path):
    source, target, file = place(), place(), tmp_path / "backup"
    populate(source)
    operations.back_up(source, file)
    results = operations.restore(target, file)
    assert [(result.name, result.violations) for result in results] == [
        ("db check", ()), ("ledger verify", ()), ("audit verify", ()),
    ]  # fmt: skip
    assert "1 sealed entries" in results[2].summary
    assert names(target) == {"Robin Vale"}


def test_files_are_private_and_complete_or_absent(place, tmp_path):
    source, file = place(), tmp_path / "folder" / "backup"
    populate(source)
    with pytest.raises(BackupError, match="cannot be written: No such file"):
        operations.back_up(source, file)
    file.parent.mkdir()
    before = os.umask(0)
    try:
        operations.back_up(source, file)
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
    content = file.read_bytes()
    with pytest.raises(BackupError, match="exists: choose another name"):
        operations.back_up(source, file)
    assert file.read_bytes() == content


def test_backup_holds_everything_committed_before_it_began(place, tmp_path):
    """Four threads keep writing during each of three backups."""
    source = place()
    populate(source)
    engine = make_engine(source)
    committed, stop, started = [], threading.Event(), threading.Barrier(5)

    def write(writer):
        started.wait()
        for number in itertools.count():
            if stop.is_set():
                return
            name = f"Writer {writer} {number}"
            with unit_of_work(engine) as session:
                session.add(User(email=f"{writer}.{number}@example.com", name=name, role="rep"))
            committed.append(name)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    backups = []
    try:
        for number in range(3):
            file, before = tmp_path / f"backup-{number}", set(committed)
            operations.back_up(source, file)
            backups.append((file, before, set(committed)))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        engine.dispose()
    assert len(backups[-1][1]) > 0
    for file, before, _ in backups:
        target = place()
        results = operations.restore(target, file)
        assert [result.violations for result in results] == [(), (), ()]
        restored = names(target)
        assert before <= restored
        # A snapshot: a writer's later row is never there without its earlier ones.
        for writer in range(4):
            numbers = sorted(int(name.split()[-1]) for name in restored if name.startswith(f"Writer {writer} "))
            assert numbers == list(range(len(numbers)))


def test_organisation_is_replaced_only_on_request(place, tmp_path):
    source, target, file = place(), place(), tmp_path / "backup"
    populate(source, "From the backup")
    populate(target, "Here before")
    operations.back_up(source, file)
    with pytest.raises(BackupError, match="holds an organisation: add --replace"):
        operations.restore(target, file)
    assert names(target) == {"Here before"}
    operations.restore(target, file, replace=True)
    assert names(target) == {"From the backup"}


def test_database_without_organisation_is_replaced(place, tmp_path):
    source, target, file = place(), place(), tmp_path / "backup"
    populate(source)
    engine = make_engine(target)
    schema.upgrade(engine)
    engine.dispose()
    operations.back_up(source, file)
    operations.restore(target, file)
    assert names(target) == {"Robin Vale"}


@pytest.mark.parametrize("kept", [0, 100, -200], ids=["empty", "only the header", "without its end"])
def test_damaged_backup_changes_nothing(place, tmp_path, kept):
    source, target, file, damaged = place(), place(), tmp_path / "backup", tmp_path / "damaged"
    populate(source)
    populate(target, "Here before")
    operations.back_up(source, file)
    damaged.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(BackupError):
        operations.restore(target, damaged, replace=True)
    assert names(target) == {"Here before"}
    engine = make_engine(target)
    assert schema.differences(engine) == []
    engine.dispose()


def test_database_in_use_is_not_replaced(place, tmp_path):
    source, target, file = place(), place(), tmp_path / "backup"
    populate(source)
    populate(target, "Here before")
    operations.back_up(source, file)
    engine = make_engine(target)
    try:
        if engine.dialect.name == "sqlite":
            with _only_worker(engine, threading.Event()), pytest.raises(BackupError, match="A server uses"):
                operations.restore(target, file, replace=True)
        else:
            with engine.connect(), pytest.raises(BackupError, match="1 others are connected"):
                operations.restore(target, file, replace=True)
    finally:
        engine.dispose()
    assert names(target) == {"Here before"}


def test_tampering_in_a_backup_is_reported(place, tmp_path):
    source, target, file = place(), place(), tmp_path / "backup"
    populate(source)
    engine = make_engine(source)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        connection.execute(text("UPDATE audit_entry SET object_id = '4711'"))
    engine.dispose()
    operations.back_up(source, file)
    results = {result.name: result.violations for result in operations.restore(target, file)}
    assert results["db check"]
    assert any("were changed" in violation for violation in results["audit verify"])


def test_backup_of_another_release_is_restored_and_named(place, tmp_path):
    source, target, file = place(), place(), tmp_path / "backup"
    engine = make_engine(source)
    schema.upgrade(engine, "0001")
    engine.dispose()
    operations.back_up(source, file)
    (result,) = operations.restore(target, file)
    assert "run `python -m server db upgrade`" in result.violations[0]


def run(monkeypatch, capsys, url, *arguments):
    capsys.readouterr()
    monkeypatch.setenv("REPUTE_DATABASE_URL", url.replace("+psycopg", ""))
    code = 0
    try:
        cli.main(list(arguments))
    except SystemExit as exit_:
        code = exit_.code
    output = capsys.readouterr()
    return code, output.out, output.err


def test_drill_restores_checks_and_leaves_nothing(place, tmp_path, monkeypatch, capsys):
    source = place()
    populate(source)
    folder = tmp_path / "backups"
    folder.mkdir()

    def others():  # SQLite has files beside its database
        return {path.name for path in tmp_path.iterdir() if not path.name.startswith("0.db")}

    code, out, err = run(monkeypatch, capsys, source, "backup", "--drill", str(folder / "kept"))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Backup: ")
    assert lines[1:3] == [
        "db check: Database schema is up to date.",
        "ledger verify: The ledger balances: 0 accounts, 0 entries. Apart from it: 0 outcomes.",
    ]
    assert others() == {"backups"}
    assert [path.name for path in folder.iterdir()] == ["kept"]
    assert run(monkeypatch, capsys, source, "backup", "--drill")[0] == 0
    assert others() == {"backups"}
    if source.startswith("postgresql"):
        with psycopg.connect(postgres_url()) as server:
            pattern = f"repute_drill_{os.getpid()}_%"
            assert server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (pattern,)).fetchall() == []


def test_commands_say_what_happened_in_their_exit_codes(place, tmp_path, monkeypatch, capsys):
    source, target, file = place(), place(), str(tmp_path / "backup")
    populate(source)
    assert run(monkeypatch, capsys, source, "backup")[0] == 2
    code, out, _ = run(monkeypatch, capsys, source, "backup", file)
    assert (code, out.startswith(f"Backup written to {file}: ")) == (0, True)
    code, out, _ = run(monkeypatch, capsys, target, "restore", file)
    assert (code, out.splitlines()[0]) == (0, f"Restored from {file}.")
    code, out, err = run(monkeypatch, capsys, target, "restore", file)
    assert (code, out) == (1, "")
    assert "add --replace" in err


def test_password_is_neither_printed_nor_on_a_command_line(tmp_path, monkeypatch, capsys):
    """pg_dump is a script here that writes down its arguments and environment and fails."""
    tool = tmp_path / "pg_dump"
    tool.write_text(
        f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\nenv >{tmp_path}/environment\necho "pg_dump: error: no" >&2\nexit 1\n'
    )
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    url = "postgresql://someone:not%20for%20eyes@127.0.0.1:1/repute?sslmode=require"
    code, out, err = run(monkeypatch, capsys, url, "backup", str(tmp_path / "backup"))
    assert (code, out, err) == (1, "", "Error: pg_dump: error: no\n")
    assert "eyes" not in (tmp_path / "arguments").read_text()
    assert "sslmode=require" in (tmp_path / "arguments").read_text()
    assert "PGPASSWORD=not for eyes\n" in (tmp_path / "environment").read_text()
    assert not (tmp_path / "backup").exists()


def test_missing_tool_is_one_line_that_names_its_package(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = run(monkeypatch, capsys, "postgresql://someone@127.0.0.1:1/repute", "backup", str(tmp_path / "backup"))
    assert code == 1
    assert err == "Error: pg_dump is missing: install PostgreSQL's client programs (Debian: postgresql-client).\n"


def test_unreachable_database_is_one_line_without_the_password(tmp_path, monkeypatch, capsys):
    file = tmp_path / "backup"
    file.write_bytes(b"PGDMP")
    code, _, err = run(monkeypatch, capsys, "postgresql://someone:secret-word@127.0.0.1:1/repute", "restore", str(file))
    assert code == 1
    assert err.startswith("Error: The database refused: ")
    assert err.count("\n") == 1
    assert "secret-word" not in err

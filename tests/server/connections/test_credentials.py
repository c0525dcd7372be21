"""The credentials of connections: encrypted with a key beside the database, which can be replaced and is in no backup."""

from __future__ import annotations

import stat

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import select

from server.backup import commands as backup_commands
from server.commands.crm import connections as commands
from server.connections.models import Connection
from server.core import encryption
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import Settings, SettingsError, load_settings
from server.migrations import schema
from tests.databases import SECRET
from tests.factories import make_user

SECRETS = {"key": "pat-eu1-very-secret"}
KEY, NEW_KEY = "A" * 43 + "=", "B" * 42 + "A="


@pytest.fixture
def sqlite(tmp_path, monkeypatch):
    """Settings of a SQLite database with a connection, whose key is in a file."""
    monkeypatch.setenv("REPUTE_DATA", str(tmp_path))
    monkeypatch.setenv("REPUTE_SECRET_KEY", SECRET)
    settings = load_settings()
    engine = make_engine(settings.sqlalchemy_url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        admin = make_user(session, role="admin")
        session.add(
            Connection(
                token="t",
                source="hubspot",
                credentials=encryption.encrypt(settings, SECRETS),
                account="",
                user_id=admin.id,
                state="active",
                detail="counts",
                schedule="hourly",
                since=admin.created_at.date(),
            )
        )
    yield settings
    engine.dispose()


def stored(settings):
    engine = make_engine(settings.sqlalchemy_url)
    with unit_of_work(engine, writes=False) as session:
        found = session.scalars(select(Connection.credentials)).one()
    engine.dispose()
    return found


def run(command, *arguments):
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def with_keys(url, *keys):
    return Settings(database_url=url, connection_keys=SecretStr(",".join(keys)))


def test_what_is_stored_says_nothing_and_its_key_is_for_the_owner_only(sqlite):
    assert "secret" not in stored(sqlite)
    assert encryption.decrypt(sqlite, stored(sqlite)) == SECRETS
    file = encryption.key_file(sqlite)
    assert file == sqlite.data.resolve() / "repute.db-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_the_key_nothing_is_revealed_and_the_words_say_what_to_do(sqlite):
    encryption.key_file(sqlite).unlink()
    with pytest.raises(encryption.KeyMissing, match="Enter them again"):
        encryption.decrypt(sqlite, stored(sqlite))
    encryption.encrypt(sqlite, {"key": "another"})  # a new key
    with pytest.raises(encryption.KeyMissing, match="Enter them again"):
        encryption.decrypt(sqlite, stored(sqlite))


def test_the_key_in_the_file_is_replaced(sqlite):
    before, key = stored(sqlite), encryption.key_file(sqlite).read_text()
    assert "encrypted with the new key: 1." in run(commands, "rotate-key")
    assert encryption.key_file(sqlite).read_text() not in ("", key)
    assert stored(sqlite) != before
    assert encryption.decrypt(sqlite, stored(sqlite)) == SECRETS
    with pytest.raises(encryption.KeyMissing):
        encryption.decrypt(sqlite, before)


def test_a_key_whose_replacement_was_interrupted_still_opens_everything(sqlite, monkeypatch):
    monkeypatch.setattr("server.commands.crm.encryption.drop_old_keys", lambda _settings: None)
    before = stored(sqlite)
    run(commands, "rotate-key")
    assert encryption.decrypt(sqlite, before) == SECRETS
    assert encryption.decrypt(sqlite, stored(sqlite)) == SECRETS


def test_credentials_without_a_key_survive_a_replacement_and_are_reported(sqlite):
    encryption.key_file(sqlite).write_text(f"{KEY}\n")
    assert "Of 1, the key is missing" in run(commands, "rotate-key")


def test_keys_of_the_settings_are_replaced_in_three_steps(sqlite):
    url = sqlite.sqlalchemy_url
    old = encryption.encrypt(with_keys(url, KEY), SECRETS)
    assert encryption.decrypt(with_keys(url, NEW_KEY, KEY), old) == SECRETS
    assert not encryption.is_readable(with_keys(url, NEW_KEY), old)
    assert encryption.key_file(with_keys(url, KEY)) is None


def test_postgresql_needs_a_key_in_the_settings():
    settings = Settings(database_url="postgresql://nowhere/repute")
    with pytest.raises(encryption.KeyMissing, match="REPUTE_CONNECTION_KEYS"):
        encryption.encrypt(settings, SECRETS)


@pytest.mark.parametrize("key", ["short", "A" * 44, f"{KEY},x"])
def test_a_key_that_is_none_is_one_clear_line(monkeypatch, key):
    monkeypatch.setenv("REPUTE_CONNECTION_KEYS", key)
    with pytest.raises(SettingsError, match="REPUTE_CONNECTION_KEYS is invalid: must be keys"):
        load_settings()


def test_a_new_key_can_be_used(monkeypatch):
    monkeypatch.setenv("REPUTE_CONNECTION_KEYS", run(commands, "new-key").strip())
    assert encryption.decrypt(load_settings(), encryption.encrypt(load_settings(), SECRETS)) == SECRETS


@pytest.mark.parametrize("address", ["https://127.0.0.1:1", "http://example.com", "http://127.0.0.1.example.com"])
def test_only_this_machine_can_be_the_test_address(monkeypatch, address):
    monkeypatch.setenv("REPUTE_CONNECTION_TEST_URL", address)
    with pytest.raises(SettingsError, match="must be an address of this machine"):
        load_settings()


def test_a_backup_says_that_it_lacks_the_key_and_a_restore_which_credentials_are_lost(sqlite, tmp_path):
    file = tmp_path / "backup"
    assert "is not in it" in run(backup_commands.backup, str(file))
    key = encryption.key_file(sqlite).read_bytes()
    assert key.strip() not in file.read_bytes()
    assert "hubspot" not in run(backup_commands.restore, str(file), "--replace")
    encryption.key_file(sqlite).unlink()
    assert "hubspot: the key of its credentials is not here" in run(backup_commands.restore, str(file), "--replace")

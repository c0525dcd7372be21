"""Credentials for other systems, encrypted in the database with a key that is not in it.

The key is in a file beside the SQLite database, created when it is first needed, or in ``REPUTE_CONNECTION_KEYS``, which
PostgreSQL needs because several hosts share it. A copy of the database alone, such as a backup, does not reveal them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import make_url

from server.core.settings import Settings


class KeyMissing(Exception):
    """The credentials cannot be decrypted, or there is no key to encrypt with. The message is for the administrator."""


MUST_BE_ENTERED_AGAIN = (
    "The key that the credentials were encrypted with is not on this server, as after a restore without it. Enter them again."
)


def encrypt(settings: Settings, credentials: Mapping[str, str]) -> str:
    """Raises ``KeyMissing`` on PostgreSQL without a key in the settings."""
    text = json.dumps(dict(credentials), ensure_ascii=False)
    return _cipher(settings, may_create=True).encrypt(text.encode()).decode()


def decrypt(settings: Settings, encrypted: str) -> dict[str, str]:
    """Raises ``KeyMissing``."""
    try:
        values = json.loads(_cipher(settings).decrypt(encrypted.encode()))
    except InvalidToken:
        raise KeyMissing(MUST_BE_ENTERED_AGAIN) from None
    return {str(name): str(value) for name, value in values.items()}


def is_readable(settings: Settings, encrypted: str) -> bool:
    try:
        decrypt(settings, encrypted)
    except KeyMissing:
        return False
    return True


def key_file(settings: Settings) -> Path | None:
    """None if the keys are in the settings, or on PostgreSQL."""
    url = make_url(settings.sqlalchemy_url)
    if settings.connection_keys.get_secret_value() or url.get_backend_name() != "sqlite":
        return None
    return Path(f"{url.database}-key")


def add_new_key(settings: Settings) -> None:
    """Before everything is encrypted again with ``encrypt_again``: on SQLite a key that is made now; with keys in the settings,
    the first of them is the new one."""
    file = key_file(settings)
    if file is not None and file.exists():
        _write(file, [Fernet.generate_key().decode(), *_keys(settings)])


def encrypt_again(settings: Settings, encrypted: str) -> str | None:
    """With the newest key; None if no key opens it. Call ``drop_old_keys`` when that is committed."""
    try:
        return _cipher(settings, may_create=True).rotate(encrypted).decode()
    except InvalidToken:
        return None


def drop_old_keys(settings: Settings) -> None:
    """Leaves the newest key in the file."""
    file = key_file(settings)
    if file is not None and file.exists():
        _write(file, _keys(settings)[:1])


def _cipher(settings: Settings, *, may_create: bool = False) -> MultiFernet:
    """Encrypts with the first key, and decrypts with any."""
    keys = _keys(settings)
    file = key_file(settings)
    if not keys and file is None:
        raise KeyMissing("Set REPUTE_CONNECTION_KEYS first: without a key, credentials cannot be stored on PostgreSQL.")
    if not keys and may_create and file is not None:
        keys = _create(file)
    if not keys:
        raise KeyMissing(MUST_BE_ENTERED_AGAIN)
    return MultiFernet([Fernet(key) for key in keys])


def _keys(settings: Settings) -> list[str]:
    """Newest first."""
    file = key_file(settings)
    if file is None:
        return [key.strip() for key in settings.connection_keys.get_secret_value().split(",") if key.strip()]
    try:
        return file.read_text("ascii").split()
    except FileNotFoundError:
        return []


def _create(file: Path) -> list[str]:
    """Another process may create it at the same time: the first one wins."""
    partial = _write_partial(file, [Fernet.generate_key().decode()])
    try:
        os.link(partial, file)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
    return file.read_text("ascii").split()


def _write(file: Path, keys: list[str]) -> None:
    _write_partial(file, keys).replace(file)


def _write_partial(file: Path, keys: list[str]) -> Path:
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write("".join(f"{key}\n" for key in keys))
        opened.flush()
        os.fsync(opened.fileno())
    return partial

"""What a backup lacks: the key that the credentials of connected CRMs and the addresses of channels are encrypted with."""

from __future__ import annotations

from sqlalchemy import inspect

from server.channels.models import Channel
from server.channels.queries import all_channels
from server.connections.models import Connection
from server.connections.queries import all_connections
from server.core import encryption
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.settings import Settings


def describe_after_backup(settings: Settings) -> str | None:
    """One line for the operator; None if there is no key in a file."""
    file = encryption.key_file(settings)
    if file is None or not file.exists():
        return None
    return (
        f"The key of connected CRMs' credentials is not in it: {file}. Keep a copy apart from the backup; without the key, the "
        "credentials must be entered again after a restore."
    )


def describe_after_restore(settings: Settings) -> list[str]:
    """A line for each connected CRM and channel of the restored database whose credentials cannot be decrypted here."""
    engine = make_engine(settings.sqlalchemy_url, read_only=True)
    try:
        if not inspect(engine).has_table(Connection.__tablename__):
            return []  # of an earlier release
        with unit_of_work(engine, writes=False) as session:
            lost = [
                f"{connection.source}: the key of its credentials is not here. Enter them again under /connections."
                for connection in all_connections(session)
                if connection.credentials and not encryption.is_readable(settings, connection.credentials)
            ]
            if inspect(engine).has_table(Channel.__tablename__):
                lost += [
                    f"{channel.service}: the key of its channel's address is not here. Enter it again under /settings/channels."
                    for channel in all_channels(session)
                    if not encryption.is_readable(settings, channel.address)
                ]
            return lost
    finally:
        engine.dispose()

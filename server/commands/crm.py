"""``connections``: the key that encrypts the credentials of connected CRMs, addresses of channels and the key for wordings."""

from __future__ import annotations

import click
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.channels import operations as channels
from server.commands.connection import run_in_transaction
from server.connections import credentials
from server.core import encryption
from server.core.settings import load_settings
from server.wording_help import operations as wording_help


@click.group(help="Manage the key that encrypts the credentials of connected CRMs and channels.")
def connections() -> None:
    pass


@connections.command(name="new-key", help="Print a new key for REPUTE_CONNECTION_KEYS.")
def new_key() -> None:
    click.echo(Fernet.generate_key().decode())


@connections.command(
    name="rotate-key",
    help="Encrypt all credentials with a new key: one that is made now, or the first of REPUTE_CONNECTION_KEYS if that is set.",
)
def rotate_key() -> None:
    settings = load_settings()

    def work(session: Session) -> str:
        try:
            encryption.add_new_key(settings)
            rooms = (credentials, channels, wording_help)
            counts = [room.rotate(session, settings) for room in rooms]
        except encryption.KeyMissing as error:
            raise click.ClickException(str(error)) from None
        rotated, unreadable = (sum(count) for count in zip(*counts, strict=True))
        audit.record(session, action="connection.key-rotated", object_type="connection", object_id="all")
        lost = f" Of {unreadable}, the key is missing: enter their credentials again." if unreadable else ""
        return f"Credentials encrypted with the new key: {rotated}.{lost}"

    run_in_transaction(work)
    encryption.drop_old_keys(settings)

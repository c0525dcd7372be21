"""Encrypts the credentials of all connections again, with a new key."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.connections import queries
from server.core.encryption import encrypt_again
from server.core.settings import Settings


def rotate(session: Session, settings: Settings) -> tuple[int, int]:
    """Returns how many were encrypted again, and how many no key opens, which stay as they are."""
    rotated = unreadable = 0
    for connection in queries.lock_connections(session):
        if not connection.credentials:
            continue  # being removed
        encrypted = encrypt_again(settings, connection.credentials)
        if encrypted is None:
            unreadable += 1
        else:
            connection.credentials = encrypted
            rotated += 1
    return rotated, unreadable

"""Locks named by a value instead of a row, held until the transaction ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import ARRAY, BigInteger, cast, func, select
from sqlalchemy.orm import Session


def lock_values(session: Session, purpose: str, values: Iterable[object]) -> None:
    """Waits until no other transaction holds a lock of ``purpose`` on one of ``values``, then holds them all. Always in the
    same order, so that two transactions never wait for each other. SQLite needs none: it has one writer at a time."""
    if session.get_bind().dialect.name != "postgresql":
        return
    keys = sorted(_key(purpose, value) for value in set(values))
    # PostgreSQL evaluates the function row by row, in the order of the array.
    locks = func.unnest(cast(keys, ARRAY(BigInteger))).column_valued("key")
    session.execute(select(func.pg_advisory_xact_lock(locks)))


def _key(purpose: str, value: object) -> int:
    """A signed 64-bit number, as PostgreSQL's advisory locks take."""
    return int.from_bytes(hashlib.blake2b(f"{purpose}:{value}".encode(), digest_size=8).digest(), signed=True)

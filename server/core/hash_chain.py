"""A hash chain over ranges of an append-only table, so that a later change of a row is detected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from server.core.database.types import Base

#: Stands in for the previous seal's hash in the first seal.
FIRST_SHA256 = "0" * 64


def column_values(row: Base) -> dict[str, Any]:
    """Every column of a row, ready for JSON."""
    return json_values({column.key: getattr(row, column.key) for column in row.__mapper__.columns})


def json_values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def chain_hash(previous_sha256: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the previous seal's hash and every column of every row, ordered by id. ``rows`` are ready for JSON."""
    digest = hashlib.sha256(previous_sha256.encode())
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True, separators=(",", ":")).encode())
    return digest.hexdigest()

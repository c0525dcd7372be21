"""The current time, in one place."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Aware, in UTC."""
    return datetime.now(UTC)

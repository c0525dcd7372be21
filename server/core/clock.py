"""The current time, in one place."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """A timezone-aware datetime in UTC."""
    return datetime.now(UTC)

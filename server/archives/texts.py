"""Cleans texts and dates of archives."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
#: LinkedIn was founded in 2002, X in 2006.
EARLIEST = datetime(2002, 1, 1, tzinfo=UTC)
#: The clocks of the platforms and of the server may differ.
MAX_AHEAD = timedelta(days=1)
_DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%y, %I:%M %p", "%m/%d/%Y %H:%M:%S")
#: ``Mon Mar 02 08:15:00 +0000 2026``. Not by ``strptime``, which is slow and knows month names in the locale only.
_X_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clean(text: str) -> str:
    """Without characters that no database accepts, with ``\\n`` as the only end of a line."""
    return _LINE_ENDS.sub("\n", _NOT_STORABLE.sub("", text)).strip()


def parse_date(value: str) -> datetime | None:
    """A date as LinkedIn, X or ISO 8601 writes it, in UTC; without a time zone it is in UTC already. None if it is no date, or
    none on which something can have been published."""
    value = value.strip().removesuffix("UTC").strip()
    match = _X_DATE.fullmatch(value)
    if match is not None and match[1] in _MONTHS:
        value = f"{match[5]}-{_MONTHS.index(match[1]) + 1:02}-{match[2]}T{match[3]}{match[4]}"
    moment = _parse_iso(value)
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if EARLIEST <= moment <= datetime.now(UTC) + MAX_AHEAD else None


def _parse_iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return _parse_known(value)


def _parse_known(value: str) -> datetime | None:
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(value, pattern)  # noqa: DTZ007 (the caller adds the time zone)
        except ValueError:
            continue
    return None


def make_key(kind: str, *parts: str) -> str:
    """A key for an item without an id of its own."""
    return f"{kind}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"

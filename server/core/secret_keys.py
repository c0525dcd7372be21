"""The server's secret key, and earlier ones that are still accepted while it is being replaced (TRUST.md T47)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SecretKeys:
    """Whatever is signed or hashed uses ``current``; whatever is checked may have been made with any of them."""

    current: bytes = field(repr=False)
    earlier: tuple[bytes, ...] = field(default=(), repr=False)

    def __iter__(self) -> Iterator[bytes]:
        """The current key first."""
        yield self.current
        yield from self.earlier

    @property
    def oldest_first(self) -> list[bytes]:
        """As Flask and itsdangerous expect them: the last one signs."""
        return [*reversed(self.earlier), self.current]

    def candidates(self, key_id: str | None) -> tuple[bytes, ...]:
        """The keys with which a row may have been made that names ``key_id``: all of them if it names none."""
        return tuple(key for key in self if key_id in (None, id_of(key)))


def id_of(key: bytes) -> str:
    """Tells keys apart in the database without revealing them."""
    return hmac.new(key, b"key-id", hashlib.sha256).hexdigest()[:16]

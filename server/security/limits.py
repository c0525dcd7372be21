"""Rate limits: fixed windows, counted in the database or, if configured, in Redis. Counting in memory would give each worker
process its own limit.

When the store fails, scoring is allowed (and counted by a metric), while requests that could guess secrets are refused."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import redis
from sqlalchemy import Engine, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from server.core import metrics
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.security.models import RateHit


@dataclass(frozen=True, slots=True)
class Limit:
    """``times`` requests per window of ``seconds``. ``fail_open``: allow requests while the store fails."""

    name: str
    times: int
    seconds: int
    fail_open: bool = False


#: A person mistypes a password a few times; a program that guesses needs millions of attempts.
SIGN_IN_ACCOUNT = Limit("sign-in-account", 10, 900)
SIGN_IN_ADDRESS = Limit("sign-in-address", 60, 900)
#: A person mistypes a code a few times; with a million codes, ten attempts lead nowhere.
SECOND_FACTOR = Limit("second-factor", 10, 900)
#: Links that do not work, per address.
LINK_ADDRESS = Limit("link-address", 30, 300)
PAIR_ADDRESS = Limit("pair-address", 20, 600)
#: API calls per person, except scoring, whose limit is a setting.
CALLS = Limit("calls", 300, 60)
#: Callers above their limit that a process remembers; a few hundred bytes each.
MAX_REMEMBERED = 10_000


class Store(Protocol):
    def count(self, key: str, seconds: int) -> int:
        """Increments ``key``, which expires after ``seconds``, and returns the new count."""


class DatabaseStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def count(self, key: str, seconds: int) -> int:
        expires = datetime.fromtimestamp(time.time() + seconds, UTC)
        statement = self._insert(RateHit).values(key=key, hits=1, expires_at=expires)
        increment = statement.on_conflict_do_update(index_elements=[RateHit.key], set_={"hits": RateHit.hits + 1}).returning(
            RateHit.hits
        )
        with unit_of_work(self._engine) as session:
            hits = session.execute(increment).scalar_one()
            if hits == 1:
                session.execute(delete(RateHit).where(RateHit.expires_at < now()))
        return hits


class RedisStore:
    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def count(self, key: str, seconds: int) -> int:
        with self._redis.pipeline() as pipe:
            pipe.incr(f"repute:limit:{key}")
            pipe.expire(f"repute:limit:{key}", seconds, nx=True)
            return int(pipe.execute()[0])


class RateLimiter:
    def __init__(self, store: Store) -> None:
        self._store = store
        #: What is above its limit, so that a caller who goes on costs no write: key to limit's end.
        self._exceeded: dict[str, float] = {}

    def hit(self, limit: Limit, caller: str) -> None:
        """Counts one request of ``caller``. ``Problem`` 429 above the limit, 503 if the store fails; with Retry-After."""
        window = int(time.time()) // limit.seconds
        key = f"{limit.name}:{caller}:{window}"
        if key in self._exceeded:
            raise _too_many(limit, window)
        try:
            hits = self._store.count(key, limit.seconds)
        except (SQLAlchemyError, redis.RedisError):
            metrics.LIMITS_UNCOUNTED.labels(limit=limit.name).inc()
            if limit.fail_open:
                return
            raise Problem(503, "try-later", "This is temporarily unavailable", headers={"Retry-After": "5"}) from None
        if hits > limit.times:
            self._remember(key, until=float((window + 1) * limit.seconds))
            raise _too_many(limit, window)

    def _remember(self, key: str, *, until: float) -> None:
        if len(self._exceeded) >= MAX_REMEMBERED:
            at = time.time()
            self._exceeded = {key: end for key, end in list(self._exceeded.items()) if end > at}
        if len(self._exceeded) < MAX_REMEMBERED:
            self._exceeded[key] = until


def _too_many(limit: Limit, window: int) -> Problem:
    wait = max((window + 1) * limit.seconds - int(time.time()), 1)
    unit = "second" if wait == 1 else "seconds"
    return Problem(
        429,
        "too-many",
        "Too many requests",
        detail=f"At most {limit.times} in {limit.seconds} seconds. Try again in {wait} {unit}.",
        headers={"Retry-After": str(wait)},
    )

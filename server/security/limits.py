"""Rate limits: fixed windows, counted in the database, or in Redis when there is one. A count per process would start again
in each worker.

When the store fails, scoring is still answered (and a metric counts it), while whatever could guess secrets is refused."""

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
    """``times`` per window of ``seconds``. ``open_on_failure``: allow the call when the store cannot count it."""

    name: str
    times: int
    seconds: int
    open_on_failure: bool = False


#: A person mistypes a password a few times; a program that guesses needs millions of attempts.
SIGN_IN_ACCOUNT = Limit("sign-in-account", 10, 900)
SIGN_IN_ADDRESS = Limit("sign-in-address", 60, 900)
LINK_ADDRESS = Limit("link-address", 30, 300)
PAIR_ADDRESS = Limit("pair-address", 20, 600)
#: Calls of one person, except scoring, whose limit is a setting.
CALLS = Limit("calls", 300, 60)


class Store(Protocol):
    def count(self, key: str, seconds: int) -> int:
        """Adds one to ``key`` and returns the count so far."""


class DatabaseStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def count(self, key: str, seconds: int) -> int:
        expires = datetime.fromtimestamp(time.time() + seconds, UTC)
        statement = self._insert(RateHit).values(key=key, hits=1, expires_at=expires)
        counted = statement.on_conflict_do_update(index_elements=[RateHit.key], set_={"hits": RateHit.hits + 1}).returning(
            RateHit.hits
        )
        with unit_of_work(self._engine) as session:
            hits = session.execute(counted).scalar_one()
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

    def hit(self, limit: Limit, caller: str) -> None:
        """Counts one call of ``caller``; ``Problem`` 429 with Retry-After above the limit, 503 when the store fails."""
        window = int(time.time()) // limit.seconds
        try:
            hits = self._store.count(f"{limit.name}:{caller}:{window}", limit.seconds)
        except (SQLAlchemyError, redis.RedisError):
            metrics.LIMITS_UNCOUNTED.labels(limit=limit.name).inc()
            if limit.open_on_failure:
                return
            raise Problem(503, "try-later", "Repute cannot do this right now", headers={"Retry-After": "5"}) from None
        if hits > limit.times:
            wait = (window + 1) * limit.seconds - int(time.time())
            raise Problem(
                429, "too-many", "Too many requests",
                detail=f"At most {limit.times} in {limit.seconds} seconds. Try again in {max(wait, 1)} seconds.",
                headers={"Retry-After": str(max(wait, 1))},
            )  # fmt: skip

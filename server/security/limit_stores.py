"""Where rate limits are counted: in the database or, if configured, in Redis, with the database as its substitute. Counting in
memory would give each worker process its own limit."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine, delete, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from server.core import metrics
from server.core.clock import now
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.core.logs import log
from server.security.models import RateHit

#: Longer than a healthy Redis takes, and short enough that an unhealthy one hardly delays a response.
REDIS_TIMEOUT_SECONDS = 0.5
#: After a failure, Redis is not asked again for this long.
REDIS_PAUSE_SECONDS = 5.0


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
        # No retries: the substitute answers sooner.
        self._redis = redis.Redis.from_url(
            url,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def count(self, key: str, seconds: int) -> int:
        with self._redis.pipeline() as pipe:
            pipe.incr(f"repute:limit:{key}")
            pipe.expire(f"repute:limit:{key}", seconds, nx=True)
            return int(pipe.execute()[0])


class FallbackStore:
    """A circuit breaker: counts in ``fallback`` while ``primary``, a Redis, fails. After a failure one call at a time asks the
    primary again, at intervals of ``pause`` seconds, so that a Redis that hangs does not delay every request. A switch
    starts the current windows anew."""

    def __init__(self, primary: Store, fallback: Store, *, pause: float | None = None) -> None:
        self._primary, self._fallback = primary, fallback
        self._pause = REDIS_PAUSE_SECONDS if pause is None else pause
        self._lock = threading.Lock()
        self._has_failed = False
        self._ask_again_at = 0.0

    def count(self, key: str, seconds: int) -> int:
        if self._may_ask_primary():
            try:
                hits = self._primary.count(key, seconds)
            except redis.RedisError:
                self._record_failure()
            else:
                self._has_failed = False
                return hits
        metrics.LIMITS_FALLBACK.inc()
        return self._fallback.count(key, seconds)

    def _may_ask_primary(self) -> bool:
        with self._lock:
            if not self._has_failed:
                return True
            if time.monotonic() < self._ask_again_at:
                return False
            self._ask_again_at = time.monotonic() + self._pause
            return True

    def _record_failure(self) -> None:
        with self._lock:
            if not self._has_failed:
                log.warning("redis-unreachable", use="limits")
            self._has_failed = True
            self._ask_again_at = time.monotonic() + self._pause


def make_limit_engine(engine: Engine, url: str) -> Engine:
    """The engine for ``DatabaseStore``. On SQLite the counters have a file of their own, beside the database: its single writer
    must not be needed to answer a draft. The file may be deleted while the server is stopped."""
    if engine.dialect.name != "sqlite":
        return engine
    database = Path(make_url(url).database or "")
    limit_engine = make_engine(f"sqlite:///{database.with_name(f'{database.stem}-limits.db')}", durable=False)
    create_table = str(CreateTable(RateHit.__table__, if_not_exists=True).compile(limit_engine))  # type: ignore[arg-type]
    create_indexes = [
        str(CreateIndex(index, if_not_exists=True).compile(limit_engine))
        for index in RateHit.__table__.indexes  # type: ignore[attr-defined]
    ]

    def create_counters(connection: Connection, _record: Any) -> None:
        for statement in (create_table, *create_indexes):
            connection.execute(statement)

    event.listen(limit_engine, "connect", create_counters)
    return limit_engine

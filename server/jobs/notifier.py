"""Wakes the worker immediately instead of at its next poll. Jobs do not depend on it: if Redis is absent or unreachable, the
worker finds them by polling."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

#: A Redis list with at most one entry; its value is irrelevant.
QUEUE_KEY = "repute:jobs"
#: Longer than a healthy Redis takes, and short enough that an unhealthy one hardly delays a response.
TIMEOUT_SECONDS = 0.5


class WorkerNotifier:
    """Call ``notify`` after a commit that added a job, and ``wait`` in the worker. Without a ``url`` both do nothing."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT_SECONDS) if url else None
        # ``wait`` blocks for longer than a response may take.
        self._notify_client = (
            redis.Redis.from_url(
                url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 0)
            )
            if url
            else None
        )

    def notify(self) -> None:
        if self._notify_client is None:
            return
        try:
            with self._notify_client.pipeline(transaction=False) as pipe:
                pipe.rpush(QUEUE_KEY, 1)
                pipe.ltrim(QUEUE_KEY, 0, 0)
                pipe.execute()
        except RedisError:
            return

    def wait(self, seconds: float) -> bool:
        """Blocks until notified, at most ``seconds``. False if it cannot wait, so that the caller sleeps instead."""
        if self._client is None:
            return False
        try:
            self._client.blpop([QUEUE_KEY], timeout=seconds)
        except RedisError:
            return False
        return True

    def close(self) -> None:
        for client in (self._client, self._notify_client):
            if client is not None:
                client.close()

"""A bell that tells the worker to look now instead of at its next second. Work does not depend on it: without Redis, or with
one that is away, the worker finds the job by looking."""

from __future__ import annotations

import redis
from redis.exceptions import RedisError

#: A list that holds at most one entry; what stands in it means nothing.
BELL = "repute:jobs"
#: Longer than a healthy Redis ever takes; a sick one must not hold up an answer.
TIMEOUT_SECONDS = 0.5


class Bell:
    """``ring`` after a commit that left a job; ``wait`` in the worker. With no ``url`` both fall back to the clock."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT_SECONDS) if url else None

    def ring(self) -> None:
        if self._client is None:
            return
        try:
            with self._client.pipeline(transaction=False) as pipe:
                pipe.rpush(BELL, 1)
                pipe.ltrim(BELL, 0, 0)
                pipe.execute()
        except RedisError:
            return

    def wait(self, seconds: float) -> bool:
        """Whether the bell may have rung; False says: sleep by yourself."""
        if self._client is None:
            return False
        try:
            self._client.blpop([BELL], timeout=seconds)
        except RedisError:
            return False
        return True

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

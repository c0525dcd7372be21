"""The worker notifier, with and without Redis."""

from __future__ import annotations

import redis

from server.jobs.notifier import QUEUE_KEY, WorkerNotifier
from tests.live import START_SECONDS


def test_two_notifications_wake_the_worker_once(redis_url):
    notifier = WorkerNotifier(redis_url)
    redis.Redis.from_url(redis_url).delete(QUEUE_KEY)
    notifier.notify()
    notifier.notify()
    assert notifier.wait(START_SECONDS)
    assert redis.Redis.from_url(redis_url).llen(QUEUE_KEY) == 0
    notifier.close()


def test_without_redis_wait_returns_false():
    unreachable = WorkerNotifier("redis://127.0.0.1:1/0")
    unreachable.notify()
    assert not unreachable.wait(1)
    unreachable.close()
    assert not WorkerNotifier("").wait(1)

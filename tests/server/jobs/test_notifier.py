"""Waking the worker through Redis, and doing without it."""

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
    away = WorkerNotifier("redis://127.0.0.1:1/0")
    away.notify()
    assert not away.wait(1)
    away.close()
    assert not WorkerNotifier("").wait(1)

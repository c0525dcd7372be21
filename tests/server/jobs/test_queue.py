"""The job queue enqueues in the caller's transaction."""

from __future__ import annotations

import uuid

from server.core.database.session import unit_of_work
from server.jobs import queue


class RecordingNotifier:
    def __init__(self):
        self.notifications = 0

    def notify(self):
        self.notifications += 1


def test_enqueue_notifies_the_worker_after_the_commit(engine):
    notifier, key = RecordingNotifier(), uuid.uuid4().hex
    for _ in range(2):  # the second key already exists
        with unit_of_work(engine, worker_notifier=notifier) as session:
            queue.enqueue(session, "test", {}, key=key)
            assert notifier.notifications in (0, 1)
        assert notifier.notifications == 1


def test_enqueue_does_not_notify_after_a_rollback(engine):
    notifier = RecordingNotifier()
    with unit_of_work(engine, worker_notifier=notifier) as session:
        queue.enqueue(session, "test", {}, key=uuid.uuid4().hex)
        session.rollback()
    assert notifier.notifications == 0

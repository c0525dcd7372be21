"""The stores of the rate limits: without Redis the database counts, and SQLite's counters do not need the database's writer."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
import uuid

import pytest
import redis
from sqlalchemy import text, update

from server.core import metrics
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.security import tokens
from server.security.limit_stores import FallbackStore, RedisStore
from server.security.models import TokenFamily
from tests.factories import bearer, new_cookie, new_token, new_user, set_password
from tests.forms import send
from tests.live import free_port

PASSWORD = "four hedgehogs cross at dawn"
DRAFT = {"surface": "x-post", "text": "We cut the wait at the loading dock from 40 minutes to 25."}
#: Only bounds failures.
DEADLINE_SECONDS = 60


class PrivateRedis:
    def __init__(self, folder):
        self._folder, self._port, self.process = folder, free_port(), None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self):
        command = ["redis-server", "--port", str(self._port), "--save", "", "--dir", str(self._folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(self._responds)

    def _responds(self):
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.url) as client:
            return client.ping()
        return False

    def keys(self):
        with redis.Redis.from_url(self.url) as client:
            return client.keys("repute:limit:*")

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None


def until(condition):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def private_redis(tmp_path):
    server = PrivateRedis(tmp_path)
    server.start()
    yield server
    server.stop()


def fallbacks():
    return metrics.LIMITS_FALLBACK._value.get()


@pytest.mark.parametrize("failure", ["hangs", "is gone"])
def test_everything_works_without_redis_and_uses_it_again(make_app, settings, engine, private_redis, failure, monkeypatch):
    monkeypatch.setattr("server.security.limit_stores.REDIS_PAUSE_SECONDS", 0.2)
    app = make_app(settings.model_copy(update={"redis_url": private_redis.url}))
    user, admin = new_user(engine), new_user(engine, role="admin")
    set_password(engine, user, PASSWORD)
    token, integration = new_token(engine, user), new_token(engine, admin, ("activities:write",))
    with unit_of_work(engine) as session:
        family = session.query(TokenFamily).filter_by(user_id=user.id, revoked_at=None).one()
        refresh_token = tokens.issue_tokens(session, family).refresh_token
    client = app.test_client()
    assert client.get("/api/v1/me", headers=bearer(token)).status_code == 200
    assert private_redis.keys()
    before = fallbacks()
    if failure == "hangs":
        private_redis.process.send_signal(signal.SIGSTOP)
    else:
        private_redis.stop()
    key = {"Idempotency-Key": str(uuid.uuid4())}
    record = {"record_id": uuid.uuid4().hex, "rep": user.email, "kind": "call", "occurred_at": now().isoformat(), "count": 1}
    share = DRAFT | {"occurred_at": now().isoformat()}
    answers = [
        client.get("/api/v1/me", headers=bearer(token)),
        client.post("/api/v1/assess", json=DRAFT, headers=bearer(token)),
        client.post("/api/v1/shares", json=share, headers=bearer(token, **key)),
        client.post("/api/v1/activities", json={"source": "crm", "activities": [record]}, headers=bearer(integration, **key)),
        client.post("/api/v1/pairing/refresh", json={"refresh_token": refresh_token}),
        send(client, "/sign-in", "/sign-in", email=user.email, password=PASSWORD),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 201, 201, 200, 303]
    assert fallbacks() > before
    if failure == "hangs":
        private_redis.process.send_signal(signal.SIGCONT)
    else:
        private_redis.start()
    with redis.Redis.from_url(private_redis.url) as server:
        server.flushall()

    def is_used_again():
        client.get("/api/v1/me", headers=bearer(token))
        return private_redis.keys()

    until(is_used_again)


class CountingStore:
    def __init__(self, store):
        self.calls, self._store = 0, store

    def count(self, key, seconds):
        self.calls += 1
        return self._store.count(key, seconds)


class Ones:
    def count(self, _key, _seconds):
        return 1


def test_redis_that_hangs_is_asked_once(private_redis):
    private_redis.process.send_signal(signal.SIGSTOP)
    primary = CountingStore(RedisStore(private_redis.url))
    store = FallbackStore(primary, Ones(), pause=10**6)
    assert [store.count("key", 60) for _ in range(20)] == [1] * 20
    assert primary.calls == 1


def test_slow_write_does_not_stop_drafts(app, engine):
    user = new_user(engine)
    token, cookie = new_token(engine, user), new_cookie(engine, user)
    with unit_of_work(engine) as session:
        session.execute(update(TokenFamily).values(last_used_on=now().date()))
    client = app.test_client()
    client.set_cookie("repute", cookie)
    # A transaction that holds SQLite's single writer.
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE organisation SET overseer = overseer"))
        assert client.post("/api/v1/assess", json=DRAFT, headers=bearer(token)).status_code == 200
        assert client.get("/write").status_code == 200

"""Rate limits are exact in the database and in Redis, from one thread or many."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.core.database.engine import make_engine
from server.core.problems import Problem
from server.security.limits import DatabaseStore, Limit, RateLimiter, RedisStore
from tests.factories import bearer, new_token, new_user


@pytest.fixture(params=["database", "redis"])
def store(request, engine):
    return DatabaseStore(engine) if request.param == "database" else RedisStore(request.getfixturevalue("redis_url"))


def refusal_of(limits, limit, caller):
    try:
        limits.hit(limit, caller)
    except Problem as problem:
        return problem
    return None


def test_limit_is_exact_across_threads(store):
    # A window so long that it cannot end while the test runs.
    limits, limit, caller = RateLimiter(store), Limit(f"test-{uuid.uuid4()}", 25, 10**9), "somebody"
    with ThreadPoolExecutor(8) as pool:
        refusals = [
            problem for problem in pool.map(lambda _: refusal_of(limits, limit, caller), range(60)) if problem is not None
        ]
    assert len(refusals) == 35
    assert {(problem.status, problem.code) for problem in refusals} == {(429, "too-many")}
    assert all(1 <= int(problem.headers["Retry-After"]) <= limit.seconds for problem in refusals)
    assert refusal_of(limits, limit, "somebody else") is None


def test_failed_store_allows_scoring_and_refuses_sign_in(tmp_path):
    empty = make_engine(f"sqlite:///{tmp_path / 'without-tables.db'}")
    broken = RateLimiter(DatabaseStore(empty))
    broken.hit(Limit("assess", 1, 60, open_on_failure=True), "somebody")
    with pytest.raises(Problem) as refusal:
        broken.hit(Limit("sign-in", 1, 60), "somebody")
    assert (refusal.value.status, refusal.value.headers) == (503, {"Retry-After": "5"})
    empty.dispose()


def test_unreachable_redis_is_a_failed_store():
    away = RateLimiter(RedisStore("redis://127.0.0.1:1/0"))
    away.hit(Limit("assess", 1, 60, open_on_failure=True), "somebody")
    with pytest.raises(Problem):
        away.hit(Limit("sign-in", 1, 60), "somebody")


@pytest.mark.parametrize("counted_in", ["database", "redis"])
def test_assess_limit_answers_retry_after(make_app, request, engine, settings, counted_in):
    # The window is a minute of the clock: two full ones fit into three times the limit even when a new one begins in between.
    url = request.getfixturevalue("redis_url") if counted_in == "redis" else ""
    app = make_app(settings.model_copy(update={"assess_per_minute": 3, "redis_url": url}))
    headers = bearer(new_token(engine, new_user(engine)))
    body = {"surface": "x-post", "text": "Short but long enough to be read by somebody."}
    answers = [app.test_client().post("/api/v1/assess", json=body, headers=headers) for _ in range(9)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 3
    assert all(answer.json["code"] == "too-many" and int(answer.headers["Retry-After"]) <= 60 for answer in refused)
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 200

"""Rate limits are exact in the database and in Redis, also across threads."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.core.database.engine import make_engine
from server.core.problems import Problem
from server.security.limit_stores import DatabaseStore, RedisStore
from server.security.limits import Limit, RateLimiter
from tests.factories import bearer, new_cookie, new_token, new_user
from tests.forms import extract_csrf_token


@pytest.fixture(params=["database", "redis"])
def store(request, engine):
    return DatabaseStore(engine) if request.param == "database" else RedisStore(request.getfixturevalue("redis_url"))


def hit_and_catch(limiter, limit, caller):
    try:
        limiter.hit(limit, caller)
    except Problem as problem:
        return problem
    return None


def test_limit_is_exact_across_threads(store):
    # A window too long to end while the test runs.
    limiter, limit, caller = RateLimiter(store), Limit(f"test-{uuid.uuid4()}", 25, 10**9), "somebody"
    with ThreadPoolExecutor(8) as pool:
        problems = [
            problem for problem in pool.map(lambda _: hit_and_catch(limiter, limit, caller), range(60)) if problem is not None
        ]
    assert len(problems) == 35
    assert {(problem.status, problem.code) for problem in problems} == {(429, "too-many")}
    assert all(1 <= int(problem.headers["Retry-After"]) <= limit.seconds for problem in problems)
    assert hit_and_catch(limiter, limit, "somebody else") is None


def test_failed_store_allows_scoring_and_refuses_sign_in(tmp_path):
    empty_engine = make_engine(f"sqlite:///{tmp_path / 'without-tables.db'}")
    limiter = RateLimiter(DatabaseStore(empty_engine))
    limiter.hit(Limit("assess", 1, 60, fail_open=True), "somebody")
    with pytest.raises(Problem) as raised:
        limiter.hit(Limit("sign-in", 1, 60), "somebody")
    assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "5"})
    empty_engine.dispose()


def test_unreachable_redis_is_a_failed_store():
    limiter = RateLimiter(RedisStore("redis://127.0.0.1:1/0"))
    limiter.hit(Limit("assess", 1, 60, fail_open=True), "somebody")
    with pytest.raises(Problem):
        limiter.hit(Limit("sign-in", 1, 60), "somebody")


@pytest.mark.parametrize("store_name", ["database", "redis"])
def test_assess_above_its_limit_responds_429_with_retry_after(make_app, request, engine, settings, store_name):
    # Windows are clock minutes. Three times the limit exceeds it even if a new window begins during the test.
    url = request.getfixturevalue("redis_url") if store_name == "redis" else ""
    app = make_app(settings.model_copy(update={"assess_per_minute": 3, "redis_url": url}))
    headers = bearer(new_token(engine, new_user(engine)))
    body = {"surface": "x-post", "text": "Short but long enough to be read by somebody."}
    responses = [app.test_client().post("/api/v1/assess", json=body, headers=headers) for _ in range(9)]
    refused = [response for response in responses if response.status_code == 429]
    assert len(refused) >= 3
    assert all(response.json["code"] == "too-many" and int(response.headers["Retry-After"]) <= 60 for response in refused)
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 200


def signed_in_client(app, engine):
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, new_user(engine)))
    return client


def test_drafts_in_the_web_composer_share_the_limit_of_the_extension(make_app, engine, settings):
    app = make_app(settings.model_copy(update={"assess_per_minute": 3}))
    user = new_user(engine)
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, user))
    csrf = {"X-CSRFToken": extract_csrf_token(client.get("/settings").text)}
    body = {"surface": "x-post", "text": "Short but long enough to be read by somebody."}
    # Three times the limit exceeds it even if a new window begins during the test.
    statuses = [client.post("/write/assess", json=body, headers=csrf).status_code for _ in range(9)]
    assert set(statuses) == {200, 429}
    headers = bearer(new_token(engine, user))
    statuses = [client.post("/api/v1/assess", json=body, headers=headers).status_code for _ in range(6)]
    assert 429 in statuses
    assert client.get("/write").status_code == 200


def test_pages_are_limited_and_static_files_are_not(app, engine, monkeypatch):
    limit = Limit(f"pages-{uuid.uuid4()}", 5, 60, fail_open=True)
    monkeypatch.setattr("server.security.guard.SESSION_CALLS", limit)
    client = signed_in_client(app, engine)
    responses = [client.get("/settings") for _ in range(2 * limit.times + 2)]
    refused = [response for response in responses if response.status_code == 429]
    assert responses[0].status_code == 200
    assert refused
    assert all(int(response.headers["Retry-After"]) <= 60 and "Too many requests" in response.text for response in refused)
    assert {client.get("/static/css/base.css", buffered=True).status_code for _ in range(20)} == {200}
    # The limit is a person's own.
    assert signed_in_client(app, engine).get("/settings").status_code == 200


def test_caller_above_the_limit_is_refused_without_the_store(one_window):
    class CountingStore:
        hits = 0

        def count(self, key, seconds):
            self.hits += 1
            return self.hits

    store = CountingStore()
    limiter, limit = RateLimiter(store), Limit("test", 3, 60)
    problems = [hit_and_catch(limiter, limit, "somebody") for _ in range(50)]
    assert [problem and problem.status for problem in problems] == [None] * 3 + [429] * 47
    assert store.hits == 4

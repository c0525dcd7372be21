"""Health checks do not wait behind other requests."""

import threading

import pytest

from server.core import admission
from server.core.access import public
from tests.factories import new_cookie, new_user

pytestmark = pytest.mark.sqlite_only

THREADS = 4


@pytest.fixture
def app(make_app, settings):
    return make_app(settings.model_copy(update={"threads": THREADS}))


def test_health_is_answered_while_all_other_requests_wait(app):
    release, entered, statuses = threading.Event(), threading.Semaphore(0), []

    @public(writes=False)
    def block():
        entered.release()
        release.wait()
        return "done"

    app.add_url_rule("/block", "block", block)

    def request():
        statuses.append(app.test_client().get("/block").status_code)

    waiting = [threading.Thread(target=request) for _ in range(THREADS - admission.RESERVED_THREADS)]
    for thread in waiting:
        thread.start()
        entered.acquire()
    try:
        client = app.test_client()
        assert client.get("/healthz").status_code == 200
        # Answered, although only to the metrics token.
        assert client.get("/metrics").status_code == 404
        refused = client.get("/sign-in")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert "Content-Security-Policy" in refused.headers
        assert client.post("/api/v1/assess", json={}).json["code"] == "busy"
    finally:
        release.set()
        for thread in waiting:
            thread.join()
    assert statuses == [200] * len(waiting)
    # Refused requests hold no place either.
    for _ in range(THREADS):
        assert app.test_client().get("/sign-in").status_code == 200


def test_health_and_static_files_look_nothing_up_for_a_session_cookie(app, engine, monkeypatch):
    cookie = new_cookie(engine, new_user(engine))
    monkeypatch.setattr("server.security.operations.identify_session", lambda *_, **__: pytest.fail("looked up"))
    client = app.test_client()
    client.set_cookie("repute", cookie)
    for path in ("/healthz", "/readyz", "/static/css/base.css"):
        with client.get(path) as response:
            assert response.status_code == 200, path

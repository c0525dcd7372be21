from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from server.core import slow_refusals
from server.core.slow_refusals import SlowRefusals, answer_slowly

pytestmark = pytest.mark.sqlite_only


def make_app(monkeypatch):
    """An application that refuses /refused, and the event that ends all pauses."""
    app, over, waiting = Flask(__name__), threading.Event(), threading.Semaphore(0)

    def pause(_seconds):
        waiting.release()
        over.wait()

    @app.get("/refused")
    def refused():
        answer_slowly()
        return "refused", 429

    @app.get("/")
    def home():
        return "home"

    monkeypatch.setattr(slow_refusals.time, "sleep", pause)
    app.wsgi_app = SlowRefusals(app.wsgi_app)
    return app, over, waiting


def test_waiting_refusals_keep_nobody_from_being_served(monkeypatch):
    app, over, waiting = make_app(monkeypatch)
    with ThreadPoolExecutor(3) as pool:
        try:
            refusals = [pool.submit(lambda: app.test_client().get("/refused").status_code) for _ in range(3)]
            for _ in refusals:
                waiting.acquire()
            assert app.test_client().get("/").text == "home"
            assert not any(refusal.done() for refusal in refusals)
        finally:
            over.set()
        assert [refusal.result() for refusal in refusals] == [429] * 3


def test_refusals_beyond_the_waiting_ones_are_sent_at_once(monkeypatch):
    monkeypatch.setattr(slow_refusals, "MAX_WAITING", 0)
    app, _over, _waiting = make_app(monkeypatch)
    app.wsgi_app._waiting = threading.Semaphore(0)
    assert app.test_client().get("/refused").status_code == 429

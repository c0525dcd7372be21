"""Failures while a rep keeps writing: of the network, the server, the token, the worker and the extension itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server.core.database.session import unit_of_work
from server.security import tokens
from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.leaks import LeakProbe
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS = "move the needle"
ASSESS = "/api/v1/assess"

pytestmark = pytest.mark.usefixtures("patched_backend")


def wait_for_badge(composer: Composer, word: str) -> None:
    until(composer.page, lambda: composer.card.find("badge-word", word), what=f"the badge says “{word}”")


def wait_for_plain_badge(composer: Composer) -> None:
    until(composer.page, lambda: composer.card.find("badge-word") is None, what="the badge shows only the score")


def reply_with(body: bytes, status: str = "200 OK", kind: str = "application/json") -> Callable[..., list[bytes]]:
    def reply(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return reply


def only_assess(answer: Callable[..., Any]) -> Callable[..., Any]:
    return lambda environ, start: answer(environ, start) if environ["PATH_INFO"] == ASSESS else None


class DelayedAssessment:
    """Delays the assessment of the first draft that contains some words, until it is released."""

    def __init__(self, backend: Backend, words: bytes) -> None:
        self.arrived, self._released, self.finished = threading.Event(), threading.Event(), threading.Event()
        self._words = words
        backend.intercept = only_assess(self._delay)

    def _delay(self, environ: dict[str, Any], _start: Callable[..., Any]) -> None:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"].seek(0)
        if self._words in body and not self.arrived.is_set():
            self.arrived.set()
            self._released.wait(60)
            self.finished.set()

    def release(self) -> None:
        self._released.set()


# The network and the server


@contextmanager
def no_network(backend: Backend) -> Iterator[None]:
    backend.stop()
    try:
        yield
    finally:
        backend.start()


def server_errors(backend: Backend) -> Callable[[], Any]:
    @contextmanager
    def failing() -> Iterator[None]:
        backend.intercept = only_assess(
            reply_with(b"<html>Internal Server Error</html>", "500 Internal Server Error", "text/html")
        )
        yield
        backend.intercept = None

    return failing


@pytest.mark.parametrize(
    ("name", "trouble"),
    [("X", "no network"), ("comment", "server errors")],
)
def test_offline_valid_tips_stay_and_the_next_edit_brings_new_ones(rep: Rep, backend: Backend, name: str, trouble: str) -> None:
    composer = COMPOSERS[name](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    with no_network(backend) if trouble == "no network" else server_errors(backend)():
        composer.type(", and we utilize it")
        wait_for_badge(composer, "Offline")
        assert {WORDS, "leverage"} <= composer.words()
        for _ in range(len("to move the needle for buyers. My last line is here, and we utilize it")):
            composer.page.keyboard.press("Backspace")
        until(composer.page, lambda: WORDS not in composer.words(), what="a tip vanishes with its words")
        composer.type("to our buyers. So we utilize it. And so on")
        composer.wait_for_mark("leverage")
        assert "utilize" not in composer.words(), "it has not been scored"
    composer.type(" and")
    composer.wait_for_mark("utilize")
    wait_for_plain_badge(composer)
    composer.page.close()


def test_a_slow_answer_to_an_old_draft_is_dropped(on_x: Composer, rep: Rep, backend: Backend) -> None:
    delayed = DelayedAssessment(backend, b"forms. So")
    on_x.type("They asked for it twice. We leverage our forms. So")
    until(on_x.page, delayed.arrived.is_set, what="the first draft is with the server")
    on_x.type(" we move the needle for buyers. And")
    on_x.wait_for_mark(WORDS)
    tips = {node.text for node in on_x.card.all("ui-count")}
    delayed.release()
    until(on_x.page, delayed.finished.is_set, what="the old answer has left the server")
    # This change passes through the server, the worker and the page, after the old answer.
    rep.change({"kind": "choose", "shareChoice": "ask"})
    assert WORDS in on_x.words()
    assert {node.text for node in on_x.card.all("ui-count")} == tips


def test_an_answer_between_mouse_down_and_up_does_not_lose_the_click(on_x: Composer, backend: Backend) -> None:
    delayed = DelayedAssessment(backend, WORDS.encode())
    on_x.type(WEAK)
    until(on_x.page, delayed.arrived.is_set, what="the draft is with the server")
    ring = until(on_x.page, lambda: on_x.card.find("ring-dash"), what="the badge without a score yet")
    left, top, right, bottom = on_x.card.rectangle(ring)
    on_x.page.mouse.move((left + right) / 2, (top + bottom) / 2)
    on_x.page.mouse.down()
    delayed.release()
    until(on_x.page, lambda: on_x.card.find("ui-count"), what="the badge counts tips")
    on_x.page.mouse.up()
    until(on_x.page, lambda: on_x.card.find("tip-open"), what="the card is open")


def test_a_malformed_answer_is_rejected_as_a_whole(on_x: Composer, backend: Backend) -> None:
    """Which answers are malformed is tested without a browser: ``background/api``, ``shared/wire`` and ``draft/tips``."""
    backend.intercept = only_assess(reply_with(b"<!doctype html><title>Sign in to the network</title>"))
    on_x.type(WEAK)
    wait_for_badge(on_x, "Offline")
    assert on_x.marked() == {}
    assert on_x.card.find("ui-count") is None
    backend.intercept = None
    on_x.type(" and more")
    on_x.wait_for_mark(WORDS)
    wait_for_plain_badge(on_x)


# The token


def test_a_revoked_token_asks_to_reconnect_and_nothing_more_is_sent(newcomer: Rep, backend: Backend) -> None:
    rep = newcomer
    rep.agree()
    rep.pair()
    assert rep.user
    composer = COMPOSERS["X"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    with unit_of_work(backend.engine) as session:
        for family in tokens.active_pairings(session, user_id=rep.user.id):
            tokens.unpair(session, user_id=rep.user.id, family_id=family.id, reason="admin")
    composer.type(" and more")
    wait_for_badge(composer, "Connect")
    assert composer.marked() == {}
    before = len(backend.received)
    composer.type(". We leverage our forms again")
    options = rep.options()
    options.get_by_text("The server ended this browser's connection").wait_for()
    options.close()
    rep.pair()
    composer.page.bring_to_front()
    composer.wait_for_mark(WORDS)
    paths = [path for _, path, _ in backend.received[before:]]
    assert ASSESS not in paths[: paths.index("/api/v1/pairing/redeem")]


# The worker and the extension


def test_an_idle_worker_is_started_again(rep: Rep, on_x: Composer) -> None:
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    rep.stop_worker()
    on_x.type(". So we utilize it. And")
    on_x.wait_for_mark("utilize")
    wait_for_plain_badge(on_x)


def test_a_worker_stopped_during_a_request_is_asked_again(rep: Rep, on_x: Composer, backend: Backend) -> None:
    delayed = DelayedAssessment(backend, WORDS.encode())
    on_x.type(WEAK)
    until(on_x.page, delayed.arrived.is_set, what="the draft is with the server")
    rep.stop_worker()
    delayed.release()
    on_x.wait_for_mark(WORDS)
    wait_for_plain_badge(on_x)
    assert not on_x.card.find("badge-word", "Reload"), "the extension was not updated"


@pytest.mark.parametrize("mode", ["card", "quiet"])
def test_after_an_update_the_old_script_asks_once_to_reload_and_cleans_up(launch: Callable[[], Rep], mode: str) -> None:
    rep = launch()
    rep.agree()
    rep.pair()
    rep.change({"kind": "settings", "mode": mode})
    composer = COMPOSERS["X"](rep)
    probe = LeakProbe(composer.page)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    options = rep.options()
    # Deferred, because the reload also closes this page.
    options.evaluate("() => { setTimeout(() => chrome.runtime.reload()) }")
    composer.page.bring_to_front()
    composer.page.click(composer.editor)
    composer.page.keyboard.press("End")
    with composer.clock.frozen() as clock:
        composer.type(" and more")
        until(composer.page, lambda: composer.marked() == {}, what="no underline is left")
        if mode == "card":
            wait_for_badge(composer, "Reload the page")
            until(
                composer.page,
                lambda: probe.timers() == ["setTimeout of 12000 ms"],
                what="the only timer left is the one that closes the card",
            )
            clock.advance(12_000)
    until(composer.page, lambda: not composer.card.exists, what="no element is left")
    composer.type(" and more")
    assert composer.text() == f"{WEAK} and more and more"
    assert not composer.card.exists, "the notice is shown once"
    assert (composer.marked(), probe.listeners(), probe.timers()) == ({}, [], [])
    rep.context.close()

"""Switched off, the extension leaves no listener, observer or timer behind."""

from __future__ import annotations

import pytest

from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.clock import IDLE_MS
from tests.browser.composers import COMPOSERS
from tests.browser.leaks import LeakProbe
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS = "move the needle"
OFF: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "site paused": ({"pausedHost": {"host": "x.com", "paused": True}}, {"pausedHost": {"host": "x.com", "paused": False}}),
    "paused today": ({"pausedToday": True}, {"pausedToday": False}),
    "consent withdrawn": ({"consented": False}, {"consented": True}),
}


@pytest.mark.parametrize(("off", "mode"), [("site paused", "card"), ("paused today", "quiet"), ("consent withdrawn", "card")])
def test_switched_off_no_listener_observer_or_timer_is_left(rep: Rep, off: str, mode: str) -> None:
    rep.change({"kind": "settings", "mode": mode})
    composer = COMPOSERS["X"](rep)
    probe = LeakProbe(composer.page)
    # Restarts the content script's `Page` while the probe records.
    for underlines in (False, True):
        rep.change({"kind": "settings", "underlines": underlines})
    composer.page.bring_to_front()
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    switched_off, on = OFF[off]
    with composer.clock.frozen() as clock:
        composer.type(". One more")
        assert {"focusin", "keydown", "selectionchange", "click"} <= set(probe.listeners()), (
            "the probe sees the listeners while the coach works"
        )
        assert probe.timers()
        assert probe.observers()
        rep.change({"kind": "settings", **switched_off})
        composer.page.bring_to_front()
        until(composer.page, lambda: composer.marked() == {}, what="no underline is left")
        composer.type(" and more")
        composer.page.click(composer.editor)
        assert (probe.listeners(), probe.timers(), probe.observers()) == ([], [], 0)
        clock.advance(IDLE_MS)
    rep.change({"kind": "settings", **on})
    composer.page.bring_to_front()
    composer.wait_for_mark(WORDS)
    composer.page.close()
    rep.change({"kind": "settings", "mode": "card"})


def test_an_idle_draft_has_no_timers_and_sends_nothing(rep: Rep, backend: Backend) -> None:
    composer = COMPOSERS["share box"](rep)
    probe = LeakProbe(composer.page)
    with composer.clock.frozen() as clock:
        composer.type(WEAK)
        composer.wait_for_mark(WORDS)
        clock.advance(IDLE_MS)
    until(composer.page, lambda: probe.timers() == [], what="the last timer has ended")
    before = len(backend.received)
    listeners = probe.listeners()
    # Further edits leave nothing behind either.
    with composer.clock.frozen() as clock:
        for _ in range(3):
            composer.page.keyboard.press(".")
            composer.page.keyboard.press("Backspace")
        clock.advance(IDLE_MS)
    until(composer.page, lambda: probe.timers() == [], what="the last timer has ended")
    assert probe.listeners() == listeners
    assert len([path for _, path, _ in backend.received[before:] if path == "/api/v1/assess"]) <= 1
    composer.page.close()


def test_before_consent_nothing_listens(newcomer: Rep) -> None:
    composer = COMPOSERS["X"](newcomer)
    probe = LeakProbe(composer.page)
    composer.type(WEAK)
    assert (probe.listeners(), probe.timers(), probe.observers()) == ([], [], 0)

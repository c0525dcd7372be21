"""The clock by which the coach's timers run in one page, under the test's control.

A draft is sent after a pause in typing. On a busy machine two key presses may be further apart than that pause, so tests hold
the clock while they type and say themselves when time passes. Playwright's own clock does not reach the world in which a
content script runs; the DevTools protocol does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error, Page

#: Shorter timers only order work around a frame or a read-back; they always run.
SHORTEST_HELD_MS = 250
#: After a timer of these lengths a draft is sent, and a sentence that was left as it is counts as finished: content/session.ts.
TYPING_PAUSE_MS = 300
REST_MS = 2_000

#: Until the first hold, and again after a release, timers run by the real clock.
INSTALL = """shortest => {
  if (globalThis.testClock) return;
  const begin = setTimeout.bind(globalThis), end = clearTimeout.bind(globalThis), real = performance.now.bind(performance);
  const timers = new Map();
  // Apart from the browser's own ids.
  let lastId = 1e9, behind = 0, heldAt = null;
  const now = () => heldAt ?? real() - behind;
  const fire = id => {
    const { work, given } = timers.get(id);
    timers.delete(id);
    work(...given);
  };
  const run = (id, timer) => { timer.alarm = begin(fire, Math.max(0, timer.due - now()), id); };
  globalThis.setTimeout = (work, ms = 0, ...given) => {
    if (ms < shortest) return begin(work, ms, ...given);
    const timer = { work, given, due: now() + ms, alarm: 0 };
    timers.set(++lastId, timer);
    if (heldAt === null) run(lastId, timer);
    return lastId;
  };
  globalThis.clearTimeout = id => {
    if (!timers.has(id)) return end(id);
    end(timers.get(id).alarm);
    timers.delete(id);
  };
  performance.now = now;
  globalThis.testClock = {
    hold() {
      if (heldAt !== null) return;
      heldAt = now();
      for (const { alarm } of timers.values()) end(alarm);
    },
    release() {
      if (heldAt === null) return;
      behind = real() - heldAt;
      heldAt = null;
      for (const [id, timer] of timers) run(id, timer);
    },
    advance(ms) {
      if (heldAt === null) this.hold();
      const target = heldAt + ms;
      for (;;) {
        const [next] = [...timers].filter(([, { due }]) => due <= target).sort(([, a], [, b]) => a.due - b.due);
        if (!next) break;
        heldAt = Math.max(heldAt, next[1].due);
        fire(next[0]);
      }
      heldAt = target;
    },
  };
}"""


def is_content_script(context: dict[str, Any]) -> bool:
    return bool(context["origin"].startswith("chrome-extension://"))


def is_page(context: dict[str, Any]) -> bool:
    return bool(context["auxData"]["isDefault"])


class Clock:
    """``world`` tells which of a page's script contexts it controls: the content script's, or the page's own at /write."""

    def __init__(self, page: Page, world: Callable[[dict[str, Any]], bool] = is_content_script) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._is_ours = world
        self._contexts: dict[int, bool] = {}
        self._holds = 0
        self._devtools.on("Runtime.executionContextCreated", self._created)
        self._devtools.on("Runtime.executionContextDestroyed", lambda event: self._gone(event["executionContextId"]))
        self._devtools.on("Runtime.executionContextsCleared", lambda _: self._contexts.clear())
        self._devtools.send("Runtime.enable")
        self.install()

    def install(self) -> None:
        """Of its own accord where a page begins anew: timers begun before cannot be held."""
        self._evaluate("undefined")

    @contextmanager
    def held(self) -> Iterator[Clock]:
        """No time passes for the coach, but what ``advance`` says."""
        self.hold()
        try:
            yield self
        finally:
            self.release()

    def hold(self) -> None:
        """May be nested: time passes again after as many releases."""
        self._holds += 1
        if self._holds == 1:
            self._evaluate("testClock.hold()")

    def release(self) -> None:
        self._holds -= 1
        if self._holds == 0:
            self._evaluate("testClock.release()")

    def advance(self, milliseconds: int) -> None:
        assert self._holds, "only a clock that is held can be advanced"
        self._evaluate(f"testClock.advance({milliseconds})")

    def _evaluate(self, expression: str) -> None:
        code = f"({INSTALL})({SHORTEST_HELD_MS}); {expression}"
        for context in list(self._contexts):
            try:
                answer = self._devtools.send("Runtime.evaluate", {"expression": code, "contextId": context})
            except Error:
                # The context went with its frame.
                self._gone(context)
                continue
            assert "exceptionDetails" not in answer, answer

    def _created(self, event: dict[str, Any]) -> None:
        if self._is_ours(event["context"]):
            self._contexts[event["context"]["id"]] = True

    def _gone(self, context: int) -> None:
        self._contexts.pop(context, None)

"""Controls the clock of the coach's timers in one page.

A draft is sent after a pause in typing. On a busy machine two key presses may be further apart than that pause, so tests freeze
the clock while they type and advance it themselves. Playwright's own clock does not reach the isolated world of a content
script; the DevTools protocol does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error, Page

#: Shorter timers only order work around a frame or a read-back, so they always run.
SHORTEST_FROZEN_MS = 250
#: After these times a draft is sent, and the rep counts as idle: src/draft/assessing.ts and src/draft/typing.ts.
TYPING_PAUSE_MS = 300
IDLE_MS = 2_000

#: Before the first freeze, and after each unfreeze, timers run by the real clock.
INSTALL = """shortest => {
  if (globalThis.testClock) return;
  const start = setTimeout.bind(globalThis), stop = clearTimeout.bind(globalThis), realNow = performance.now.bind(performance);
  const timers = new Map();
  // Far from the browser's own ids.
  let lastId = 1e9, delay = 0, frozenAt = null;
  const now = () => frozenAt ?? realNow() - delay;
  const fire = id => {
    const { callback, args } = timers.get(id);
    timers.delete(id);
    callback(...args);
  };
  const run = (id, timer) => { timer.realId = start(fire, Math.max(0, timer.due - now()), id); };
  globalThis.setTimeout = (callback, ms = 0, ...args) => {
    if (ms < shortest) return start(callback, ms, ...args);
    const timer = { callback, args, due: now() + ms, realId: 0 };
    timers.set(++lastId, timer);
    if (frozenAt === null) run(lastId, timer);
    return lastId;
  };
  globalThis.clearTimeout = id => {
    if (!timers.has(id)) return stop(id);
    stop(timers.get(id).realId);
    timers.delete(id);
  };
  performance.now = now;
  globalThis.testClock = {
    freeze() {
      if (frozenAt !== null) return;
      frozenAt = now();
      for (const { realId } of timers.values()) stop(realId);
    },
    unfreeze() {
      if (frozenAt === null) return;
      delay = realNow() - frozenAt;
      frozenAt = null;
      for (const [id, timer] of timers) run(id, timer);
    },
    advance(ms) {
      if (frozenAt === null) this.freeze();
      const target = frozenAt + ms;
      for (;;) {
        const [next] = [...timers].filter(([, { due }]) => due <= target).sort(([, a], [, b]) => a.due - b.due);
        if (!next) break;
        frozenAt = Math.max(frozenAt, next[1].due);
        fire(next[0]);
      }
      frozenAt = target;
    },
  };
}"""


def is_content_script(context: dict[str, Any]) -> bool:
    return bool(context["origin"].startswith("chrome-extension://"))


def is_page(context: dict[str, Any]) -> bool:
    return bool(context["auxData"]["isDefault"])


class Clock:
    """``world`` selects the script contexts that it controls: the content script's, or the page's own at /write."""

    def __init__(self, page: Page, world: Callable[[dict[str, Any]], bool] = is_content_script) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._is_controlled = world
        self._contexts: dict[int, bool] = {}
        self._freezes = 0
        self._devtools.on("Runtime.executionContextCreated", self._on_created)
        self._devtools.on("Runtime.executionContextDestroyed", lambda event: self._on_destroyed(event["executionContextId"]))
        self._devtools.on("Runtime.executionContextsCleared", lambda _: self._contexts.clear())
        self._devtools.send("Runtime.enable")
        self.install()

    def install(self) -> None:
        """Installs the clock after a page has loaded again. Timers that were started before it cannot be frozen."""
        self._evaluate("undefined")

    @contextmanager
    def frozen(self) -> Iterator[Clock]:
        """Time passes for the coach only through ``advance``."""
        self.freeze()
        try:
            yield self
        finally:
            self.unfreeze()

    def freeze(self) -> None:
        """May be nested: time passes again after as many calls of ``unfreeze``."""
        self._freezes += 1
        if self._freezes == 1:
            self._evaluate("testClock.freeze()")

    def unfreeze(self) -> None:
        self._freezes -= 1
        if self._freezes == 0:
            self._evaluate("testClock.unfreeze()")

    def advance(self, milliseconds: int) -> None:
        assert self._freezes, "only a frozen clock can be advanced"
        self._evaluate(f"testClock.advance({milliseconds})")

    def run(self, expression: str) -> None:
        """Runs a script where the clock is installed."""
        self._evaluate(expression)

    def _evaluate(self, expression: str) -> None:
        code = f"({INSTALL})({SHORTEST_FROZEN_MS}); {expression}"
        for context in list(self._contexts):
            try:
                response = self._devtools.send("Runtime.evaluate", {"expression": code, "contextId": context})
            except Error:
                # The context was destroyed with its frame.
                self._on_destroyed(context)
                continue
            assert "exceptionDetails" not in response, response

    def _on_created(self, event: dict[str, Any]) -> None:
        if self._is_controlled(event["context"]):
            self._contexts[event["context"]["id"]] = True

    def _on_destroyed(self, context: int) -> None:
        self._contexts.pop(context, None)

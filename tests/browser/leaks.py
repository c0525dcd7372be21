"""Finds what the extension has left behind in a page: listeners, observers and timers."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

#: Records every observer and timer of the content script until it ends.
RECORDER = """() => {
  const leaks = globalThis.reputeLeaks = { timers: new Map(), observers: new Set() };
  for (const [start, stop] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval'],
                              ['requestAnimationFrame', 'cancelAnimationFrame']]) {
    const [realStart, realStop] = [globalThis[start].bind(globalThis), globalThis[stop].bind(globalThis)];
    globalThis[start] = (callback, ...rest) => {
      const id = realStart((...args) => {
        if (start !== 'setInterval') leaks.timers.delete(`${start} ${id}`);
        return callback(...args);
      }, ...rest);
      leaks.timers.set(`${start} ${id}`, `${start} of ${rest[0] ?? 0} ms`);
      return id;
    };
    globalThis[stop] = id => {
      leaks.timers.delete(`${start} ${id}`);
      realStop(id);
    };
  }
  for (const kind of ['MutationObserver', 'ResizeObserver', 'IntersectionObserver', 'PerformanceObserver']) {
    globalThis[kind] = class extends globalThis[kind] {
      observe(...args) {
        leaks.observers.add(this);
        super.observe(...args);
      }
      disconnect() {
        leaks.observers.delete(this);
        super.disconnect();
      }
    };
  }
}"""


class LeakProbe:
    """Records the leaks of one page. Create it before the extension becomes active there."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._worlds: list[int] = []
        self._scripts: set[str] = set()
        self._devtools.on("Runtime.executionContextCreated", self._on_context)
        self._devtools.on("Debugger.scriptParsed", self._on_script)
        self._devtools.send("Runtime.enable")
        self._devtools.send("Debugger.enable")
        assert self._worlds, "the content script runs in this page"
        for world in self._worlds:
            self._evaluate(f"({RECORDER})()", world)

    def _on_context(self, event: dict[str, Any]) -> None:
        if event["context"]["origin"].startswith("chrome-extension://"):
            self._worlds.append(event["context"]["id"])

    def _on_script(self, event: dict[str, Any]) -> None:
        if event["url"].startswith("chrome-extension://"):
            self._scripts.add(event["scriptId"])

    def _evaluate(self, expression: str, world: int) -> Any:
        response = self._devtools.send(
            "Runtime.evaluate", {"expression": expression, "contextId": world, "returnByValue": True}
        )
        return response["result"].get("value")

    def listeners(self) -> list[str]:
        """Types of the events that scripts of the extension listen for, anywhere in the document and at its window."""
        types = []
        for expression in ("document", "window"):
            target = self._devtools.send("Runtime.evaluate", {"expression": expression})["result"]["objectId"]
            listeners = self._devtools.send("DOMDebugger.getEventListeners", {"objectId": target, "depth": -1, "pierce": True})[
                "listeners"
            ]
            types += [listener["type"] for listener in listeners if listener.get("scriptId") in self._scripts]
        return sorted(types)

    def timers(self) -> list[str]:
        return sorted(timer for world in self._worlds for timer in self._evaluate("[...reputeLeaks.timers.values()]", world))

    def observers(self) -> int:
        return sum(self._evaluate("reputeLeaks.observers.size", world) for world in self._worlds)

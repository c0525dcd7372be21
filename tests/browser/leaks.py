"""What the extension has left behind in a page: listeners, observers and timers."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

#: Records every observer and timer of the content script until it ends.
NOTE = """() => {
  const alive = globalThis.reputeAlive = { timers: new Map(), observers: new Set() };
  for (const [begin, end] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval'],
                              ['requestAnimationFrame', 'cancelAnimationFrame']]) {
    const [begun, ended] = [globalThis[begin].bind(globalThis), globalThis[end].bind(globalThis)];
    globalThis[begin] = (work, ...rest) => {
      const id = begun((...given) => {
        if (begin !== 'setInterval') alive.timers.delete(`${begin} ${id}`);
        return work(...given);
      }, ...rest);
      alive.timers.set(`${begin} ${id}`, `${begin} of ${rest[0] ?? 0} ms`);
      return id;
    };
    globalThis[end] = id => {
      alive.timers.delete(`${begin} ${id}`);
      ended(id);
    };
  }
  for (const kind of ['MutationObserver', 'ResizeObserver', 'IntersectionObserver', 'PerformanceObserver']) {
    globalThis[kind] = class extends globalThis[kind] {
      observe(...given) {
        alive.observers.add(this);
        super.observe(...given);
      }
      disconnect() {
        alive.observers.delete(this);
        super.disconnect();
      }
    };
  }
}"""


class LeakProbe:
    """Watches one page. Create it before the extension has anything to do there."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._worlds: list[int] = []
        self._scripts: set[str] = set()
        self._devtools.on("Runtime.executionContextCreated", self._world)
        self._devtools.on("Debugger.scriptParsed", self._script)
        self._devtools.send("Runtime.enable")
        self._devtools.send("Debugger.enable")
        assert self._worlds, "the content script runs in this page"
        for world in self._worlds:
            self._evaluate(f"({NOTE})()", world)

    def _world(self, event: dict[str, Any]) -> None:
        if event["context"]["origin"].startswith("chrome-extension://"):
            self._worlds.append(event["context"]["id"])

    def _script(self, event: dict[str, Any]) -> None:
        if event["url"].startswith("chrome-extension://"):
            self._scripts.add(event["scriptId"])

    def _evaluate(self, expression: str, world: int) -> Any:
        answer = self._devtools.send("Runtime.evaluate", {"expression": expression, "contextId": world, "returnByValue": True})
        return answer["result"].get("value")

    def listeners(self) -> list[str]:
        """Types of the events that scripts of the extension listen for, anywhere in the document and at its window."""
        found = []
        for expression in ("document", "window"):
            target = self._devtools.send("Runtime.evaluate", {"expression": expression})["result"]["objectId"]
            listening = self._devtools.send("DOMDebugger.getEventListeners", {"objectId": target, "depth": -1, "pierce": True})[
                "listeners"
            ]
            found += [one["type"] for one in listening if one.get("scriptId") in self._scripts]
        return sorted(found)

    def timers(self) -> list[str]:
        return sorted(one for world in self._worlds for one in self._evaluate("[...reputeAlive.timers.values()]", world))

    def observers(self) -> int:
        return sum(self._evaluate("reputeAlive.observers.size", world) for world in self._worlds)

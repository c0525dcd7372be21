"""The browser's own side panel. Playwright does not list it among the pages, so it is driven over DevTools, through
another page's connection."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.browser.chromium import Rep
from tests.browser.waiting import until

#: A button, tab or checkbox by its label or text.
NAMED = """name => [...document.querySelectorAll('button, [role=tab], label')]
  .find(one => (one.getAttribute('aria-label') ?? one.innerText).trim().startsWith(name))"""


class SidePanel:
    """The browser opens it only in response to a click in one of the extension's pages."""

    def __init__(self, rep: Rep) -> None:
        self._page = rep.context.pages[0]
        self._devtools = self._page.context.new_cdp_session(self._page)
        self._devtools.on("Target.receivedMessageFromTarget", self._hear)
        self._heard: dict[int, dict[str, Any]] = {}
        self._asked = 0
        self._session = ""
        self._address = f"{rep.extension}/panel.html"

    @classmethod
    def open(cls, rep: Rep) -> SidePanel:
        panel = cls(rep)
        popup = rep.open(f"{rep.extension}/popup.html")
        popup.get_by_role("button", name="Open the side panel").click()
        target = until(panel._page, panel._target, what="the side panel opens")
        answer = panel._devtools.send("Target.attachToTarget", {"targetId": target, "flatten": False})
        panel._session = answer["sessionId"]
        return panel

    def _target(self) -> str | None:
        targets = self._devtools.send("Target.getTargets")["targetInfos"]
        return next((one["targetId"] for one in targets if one["url"] == self._address), None)

    def _hear(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            self._heard[message["id"]] = message

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        self._asked += 1
        asked = self._asked
        message = json.dumps({"id": asked, "method": method, "params": parameters})
        self._devtools.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})
        answer = until(self._page, lambda: self._heard.pop(asked, None), what=f"the panel answers {method}")
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def evaluate(self, expression: str) -> Any:
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    @property
    def text(self) -> str:
        found: str = self.evaluate("document.body.innerText")
        return found

    def wait_for(self, words: str) -> None:
        until(self._page, lambda: words in self.text, what=f"the panel says “{words}”")

    def has(self, name: str) -> bool:
        return bool(self.evaluate(f"({NAMED})({json.dumps(name)}) !== undefined"))

    def click(self, name: str) -> None:
        """With the mouse, so that the focus goes where it goes for a person."""
        until(self._page, lambda: self.has(name), what=f"the panel offers “{name}”")
        left, top, width, height = self.evaluate(
            f"""(() => {{
              const one = ({NAMED})({json.dumps(name)});
              one.scrollIntoView({{ block: 'center' }});
              const {{ left, top, width, height }} = one.getBoundingClientRect();
              return [left, top, width, height];
            }})()"""
        )
        for event in ("mousePressed", "mouseReleased"):
            place = {"x": left + width / 2, "y": top + height / 2}
            self.send("Input.dispatchMouseEvent", type=event, button="left", clickCount=1, **place)

    def screenshot(self) -> bytes:
        return base64.b64decode(self.send("Page.captureScreenshot")["data"])

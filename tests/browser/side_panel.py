"""The browser's own side panel. Playwright does not list it among the pages, so it is driven with the DevTools protocol through
another page's session."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.browser.chromium import Rep
from tests.browser.waiting import until

#: Finds a button, tab or checkbox by its label or text.
FIND_CONTROL = """name => [...document.querySelectorAll('button, [role=tab], label')]
  .find(control => (control.getAttribute('aria-label') ?? control.innerText).trim().startsWith(name))"""


class SidePanel:
    """The browser opens it only in response to a click in one of the extension's pages."""

    def __init__(self, rep: Rep) -> None:
        self._page = rep.context.pages[0]
        self._devtools = self._page.context.new_cdp_session(self._page)
        self._devtools.on("Target.receivedMessageFromTarget", self._on_message)
        self._responses: dict[int, dict[str, Any]] = {}
        self._last_id = 0
        self._session = ""
        self._address = f"{rep.extension}/panel.html"

    @classmethod
    def open(cls, rep: Rep) -> SidePanel:
        panel = cls(rep)
        popup = rep.open(f"{rep.extension}/popup.html")
        popup.get_by_role("button", name="Open the side panel").click()
        target = until(panel._page, panel._target, what="the side panel opens")
        response = panel._devtools.send("Target.attachToTarget", {"targetId": target, "flatten": False})
        panel._session = response["sessionId"]
        return panel

    def _target(self) -> str | None:
        targets = self._devtools.send("Target.getTargets")["targetInfos"]
        return next((target["targetId"] for target in targets if target["url"] == self._address), None)

    def _on_message(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            self._responses[message["id"]] = message

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        self._last_id += 1
        request_id = self._last_id
        message = json.dumps({"id": request_id, "method": method, "params": parameters})
        self._devtools.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})
        response = until(self._page, lambda: self._responses.pop(request_id, None), what=f"the panel answers {method}")
        assert "error" not in response, response
        result: dict[str, Any] = response["result"]
        return result

    def evaluate(self, expression: str) -> Any:
        response = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        assert "exceptionDetails" not in response, response["exceptionDetails"]
        return response["result"].get("value")

    @property
    def text(self) -> str:
        text: str = self.evaluate("document.body.innerText")
        return text

    def wait_for(self, words: str) -> None:
        until(self._page, lambda: words in self.text, what=f"the panel says “{words}”")

    def has(self, name: str) -> bool:
        return bool(self.evaluate(f"({FIND_CONTROL})({json.dumps(name)}) !== undefined"))

    def click(self, name: str) -> None:
        """Clicks with the mouse, so that the focus moves as it does for a person."""
        until(self._page, lambda: self.has(name), what=f"the panel offers “{name}”")
        left, top, width, height = self.evaluate(
            f"""(() => {{
              const control = ({FIND_CONTROL})({json.dumps(name)});
              control.scrollIntoView({{ block: 'center' }});
              const {{ left, top, width, height }} = control.getBoundingClientRect();
              return [left, top, width, height];
            }})()"""
        )
        for event in ("mousePressed", "mouseReleased"):
            point = {"x": left + width / 2, "y": top + height / 2}
            self.send("Input.dispatchMouseEvent", type=event, button="left", clickCount=1, **point)

    def screenshot(self) -> bytes:
        return base64.b64decode(self.send("Page.captureScreenshot")["data"])

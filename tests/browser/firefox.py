"""A real Firefox, driven over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/); Playwright only supports its own build.

Firefox resolves the sites' names to this machine and connects to the port of a local server."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.waiting import TIMEOUT_SECONDS

FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox") or "/usr/bin/firefox-esr"
#: The address of the extension's own pages is random unless it is set.
EXTENSION_ID, UUID = "repute@repute.example", "6d1c9a52-3a0e-4c53-9b4e-0b5f3d1c7a10"
EXTENSION = f"moz-extension://{UUID}"
SITES = ("www.linkedin.com", "x.com")

#: WebDriver's codes for keys that produce no text (https://w3c.github.io/webdriver/#keyboard-actions).
KEYS = {
    "Control": "\ue009", "Shift": "\ue008", "Home": "\ue011", "End": "\ue010", "ArrowLeft": "\ue012", "ArrowRight": "\ue014",
    "Escape": "\ue00c", "Enter": "\ue007", "Backspace": "\ue003", "Delete": "\ue017",
}  # fmt: skip


class BidiError(RuntimeError):
    """An error response of the browser."""


def preferences(port: int) -> dict[str, Any]:
    return {
        "network.dns.localDomains": ",".join(SITES),
        "network.socket.forcePort": f"443={port}",
        "extensions.webextensions.uuids": json.dumps({EXTENSION_ID: UUID}),
        # Nobody can answer the browser's own prompts.
        "extensions.webextOptionalPermissionPrompts": False,
        "dom.events.testing.asyncClipboard": True,
        "browser.shell.checkDefaultBrowser": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "toolkit.telemetry.reportingpolicy.firstRun": False,
        "app.normandy.enabled": False,
        "browser.aboutwelcome.enabled": False,
    }


@dataclass
class Firefox:
    """One browser process. ``send`` runs one command and raises an error response as ``BidiError``."""

    process: subprocess.Popen[str]
    socket: ClientConnection
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    @contextmanager
    def running(cls, profile: Path, port: int) -> Iterator[Firefox]:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences(port).items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        process = subprocess.Popen(
            [FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0",
             "--remote-allow-system-access", "--width=1200", "--height=900"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr
        for line in process.stderr:
            if match := re.search(r"listening on (ws://\S+)", line):
                break
        else:
            raise BidiError("Firefox ended before it was listening")
        with connect(f"{match[1]}/session", max_size=None, open_timeout=TIMEOUT_SECONDS) as socket:
            firefox = cls(process, socket)
            firefox.send("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
            try:
                yield firefox
            finally:
                firefox.send("browser.close")
                process.wait(TIMEOUT_SECONDS)
                process.stderr.close()

    def send(self, method: str, **params: object) -> dict[str, Any]:
        number = next(self.ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            response = json.loads(self.socket.recv(timeout=TIMEOUT_SECONDS))
            if response.get("id") == number:
                break
        if response["type"] == "error":
            raise BidiError(f"{method}: {response['error']}: {response['message']}")
        result: dict[str, Any] = response["result"]
        return result

    def install(self, folder: Path) -> None:
        self.send("webExtension.install", extensionData={"type": "path", "path": str(folder)})

    def tabs(self) -> list[str]:
        return [tab["context"] for tab in self.send("browsingContext.getTree", maxDepth=0)["contexts"]]

    def open(self, address: str) -> FirefoxTab:
        tab = FirefoxTab(self, self.send("browsingContext.create", type="tab")["context"])
        tab.go(address)
        return tab

    def in_chrome(self, code: str) -> Any:
        """The value of ``code`` in the browser's own window, where an input method can be simulated."""
        window = self.send("browsingContext.getTree", **{"moz:scope": "chrome", "maxDepth": 0})["contexts"][0]["context"]
        result = self.send("script.evaluate", expression=code, target={"context": window}, awaitPromise=True)
        if result["type"] == "exception":
            raise BidiError(result["exceptionDetails"]["text"])
        return result["result"].get("value")


@dataclass(frozen=True)
class Element:
    """An element inside the extension's closed shadow root, as the browser describes it."""

    id: str
    name: str
    attributes: dict[str, str]
    text: str

    def has(self, css_class: str) -> bool:
        return css_class in self.attributes.get("class", "").split()


@dataclass
class FirefoxTab:
    firefox: Firefox
    context: str

    def go(self, address: str) -> None:
        self.firefox.send("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def reload(self) -> None:
        self.firefox.send("browsingContext.reload", context=self.context, wait="complete")

    def close(self) -> None:
        self.firefox.send("browsingContext.close", context=self.context)

    def evaluate(self, expression: str) -> Any:
        """The awaited value of ``expression`` in the page; it must be JSON."""
        code = f"Promise.resolve({expression}).then((value) => JSON.stringify(value) ?? 'null')"
        return json.loads(self._evaluate(code)["value"])

    def _evaluate(self, code: str, **options: object) -> dict[str, Any]:
        result = self.firefox.send(
            "script.evaluate",
            expression=code,
            target={"context": self.context},
            awaitPromise=True,
            userActivation=False,
            **options,
        )
        if result["type"] == "exception":
            raise BidiError(result["exceptionDetails"]["text"])
        result: dict[str, Any] = result["result"]
        return result

    def type(self, text: str) -> None:
        self._keys([{"type": kind, "value": letter} for letter in _letters(text) for kind in ("keyDown", "keyUp")])

    def press(self, combination: str, times: int = 1) -> None:
        values = [KEYS.get(key, key) for key in combination.split("+")]
        down, up = ([{"type": kind, "value": value} for value in values] for kind in ("keyDown", "keyUp"))
        self._keys([*down, *reversed(up)] * times)

    def _keys(self, steps: list[dict[str, str]]) -> None:
        self.firefox.send(
            "input.performActions", context=self.context, actions=[{"type": "key", "id": "keys", "actions": steps}]
        )

    def click(self, origin: Element | str) -> None:
        """Clicks the middle of an element; a string is an expression that finds it in the page, and is scrolled to."""
        if isinstance(origin, str):
            self._evaluate(f"({origin}).scrollIntoView({{ block: 'center' }})")
        shared = origin.id if isinstance(origin, Element) else self._evaluate(origin)["sharedId"]
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": {"sharedId": shared}}}
        press, release = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        actions = [{"type": "pointer", "id": "mouse", "actions": [move, press, release]}]
        self.firefox.send("input.performActions", context=self.context, actions=actions)

    def card(self) -> list[Element]:
        """Every element inside the extension's card, in document order; none while there is no card."""
        host = self._evaluate(
            "document.querySelector('rp-card')", serializationOptions={"maxDomDepth": 60, "includeShadowTree": "all"}
        )
        return [] if host["type"] == "null" else [_element(node) for node in _walk(host) if node["value"]["nodeType"] == 1][1:]


def _letters(text: str) -> list[str]:
    """Splits text into graphemes, as key actions require, so that an emoji of several code points arrives whole."""
    return re.findall(r"(?:[\U0001F1E6-\U0001F1FF]{2})|.(?:[\u200d\ufe0f\U0001F3FB-\U0001F3FF].?)*", text, flags=re.DOTALL)


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    value = node["value"]
    shadow = value.get("shadowRoot")
    for child in (*([shadow] if shadow else []), *value.get("children", ())):
        yield from _walk(child)


def _element(node: dict[str, Any]) -> Element:
    text = "".join(inner["value"].get("nodeValue", "") for inner in _walk(node) if inner["value"]["nodeType"] == 3)
    value = node["value"]
    return Element(node["sharedId"], value.get("localName", ""), value.get("attributes") or {}, text)

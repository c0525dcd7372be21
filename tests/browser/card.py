"""Inspects the extension's card. Its shadow root is closed, so only the DevTools protocol can reach it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import CDPSession, Error, Page

from tests.browser.waiting import until

#: A hidden tab paints no frame, hence the timeout.
NEXT_FRAME = "new Promise(painted => { requestAnimationFrame(() => requestAnimationFrame(painted)); setTimeout(painted, 100) })"


@dataclass(frozen=True)
class Node:
    """An element of the card: its text, its attributes and its DevTools node id."""

    backend: int
    name: str
    attributes: dict[str, str]
    text: str

    def has(self, css_class: str) -> bool:
        return css_class in self.attributes.get("class", "").split()


class Card:
    """The extension's element in one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cdp: CDPSession = page.context.new_cdp_session(page)

    def _host(self) -> dict[str, Any] | None:
        """Only a page with frames is searched as a whole, because that takes long in a large page."""
        if len(self.page.frames) > 1:
            root = self._cdp.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
            return next((node for node in _walk(root) if node.get("localName") == "rp-card"), None)
        try:
            root = self._cdp.send("DOM.getDocument", {"depth": 0})["root"]
            found = self._cdp.send("DOM.querySelector", {"nodeId": root["nodeId"], "selector": "rp-card"})["nodeId"]
            if not found:
                return None
            host: dict[str, Any] = self._cdp.send("DOM.describeNode", {"nodeId": found, "depth": -1, "pierce": True})["node"]
        except Error:
            # Removed between two of these steps.
            return None
        return host

    @property
    def exists(self) -> bool:
        return self._host() is not None

    def nodes(self) -> list[Node]:
        """Every element inside the card, in document order."""
        host = self._host()
        if host is None:
            return []
        return [_node(node) for node in _walk(host["shadowRoots"][0]) if node["nodeType"] == 1]

    def all(self, css_class: str) -> list[Node]:
        return [node for node in self.nodes() if node.has(css_class)]

    def find(self, css_class: str, text: str = "") -> Node | None:
        return next((node for node in self.all(css_class) if text in node.text), None)

    def button(self, text: str) -> Node | None:
        return next((node for node in self.nodes() if node.name == "button" and node.text == text), None)

    def rectangle(self, node: Node) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in the viewport."""
        quad = self._cdp.send("DOM.getBoxModel", {"backendNodeId": node.backend})["model"]["border"]
        return quad[0], quad[1], quad[4], quad[5]

    def click(self, node: Node) -> None:
        self.wait_until_clicks_count()
        left, top, right, bottom = self.settled(node)
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2)

    def wait_until_clicks_count(self) -> None:
        """A card in a site's page ignores clicks until it has been in its place, uncovered, for a moment."""

        def counts() -> bool:
            card = self.find("host-card")
            return card is None or card.attributes.get("data-seen") == "true"

        until(self.page, counts, what="the card has been seen")

    def settled(self, node: Node) -> tuple[float, float, float, float]:
        """The rectangle of the element once it is in sight and has stopped moving or, if the card was rendered again, that of
        the equal element in its place."""

        def at_rest() -> tuple[float, float, float, float] | None:
            nonlocal node
            try:
                self._cdp.send("DOM.scrollIntoViewIfNeeded", {"backendNodeId": node.backend})
                before = self.rectangle(node)
                self.page.evaluate(NEXT_FRAME)
                return before if self.rectangle(node) == before else None
            except Error:
                same = (other for other in self.nodes() if replace(other, backend=node.backend) == node)
                node = next(same, node)
                return None

        return until(self.page, at_rest, what=f"“{node.text}” can be clicked")

    def focused(self) -> Node | None:
        """The element of the card that has the focus."""
        host = self._host()
        if host is None:
            return None
        root = self._cdp.send("DOM.resolveNode", {"backendNodeId": host["shadowRoots"][0]["backendNodeId"]})["object"][
            "objectId"
        ]
        call = {"objectId": root, "functionDeclaration": "function () { return this.activeElement }"}
        active = self._cdp.send("Runtime.callFunctionOn", call)["result"].get("objectId")
        if active is None:
            return None
        focused = self._cdp.send("DOM.describeNode", {"objectId": active})["node"]["backendNodeId"]
        return next((node for node in self.nodes() if node.backend == focused), None)


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    # The browser's own controls have shadow roots too.
    ours = [root for root in node.get("shadowRoots", ()) if root["shadowRootType"] != "user-agent"]
    for child in (*ours, *node.get("children", ())):
        yield from _walk(child)
    if "contentDocument" in node:
        yield from _walk(node["contentDocument"])


def _node(node: dict[str, Any]) -> Node:
    pairs = node.get("attributes", [])
    text = "".join(inner["nodeValue"] for inner in _walk(node) if inner["nodeType"] == 3)
    return Node(node["backendNodeId"], node["localName"], dict(zip(pairs[::2], pairs[1::2], strict=True)), text)

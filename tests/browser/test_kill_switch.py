"""The server's list of disabled adapters: it can switch adapters off in open pages, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.place_drafts import PAUSED, WEAK, WORDS, drafts, names, server_received, wait_for_pending_requests, write_in
from tests.browser.places import DECOYS, PLACES
from tests.browser.storage import change_stored_value
from tests.browser.waiting import until

pytestmark = pytest.mark.usefixtures("close_pages")


ENTRY = {"adapter": "linkedin", "layout": "classic", "action": "disable", "fixed_in": None, "message": ""}


@dataclass
class Switch:
    """The server's list of disabled adapters, as the extension receives it."""

    rep: Rep
    answer: object = None

    def listed(self) -> list[str]:
        """The entries that the extension accepted."""
        state = self.rep.send({"kind": "client-state"})
        return [f"{entry['adapter']} {entry['layout']}" for entry in state["ok"]["disabled"]]

    def age(self) -> None:
        """Makes the extension's copy of the list old enough to be requested again."""
        change_stored_value(self.rep, "disabled", at=0)


@pytest.fixture
def switch(rep: Rep, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    """Makes the server respond with ``answer``; with ``None`` it responds from the operator's file."""
    switch, app = Switch(rep), backend.app

    def answering(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] != "/api/v1/adapters" or switch.answer is None:
            return app(environ, start)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(switch.answer).encode()]

    monkeypatch.setattr(backend, "app", answering)
    yield switch
    switch.answer = {"disabled": []}
    rep.stop_worker()
    switch.age()
    until(rep.context.pages[0], lambda: switch.listed() == [], what="nothing is disabled any more")
    backend.disable(None)


def list_requests(backend: Backend) -> int:
    return len([path for _, path, _ in backend.received if path == "/api/v1/adapters"])


def test_disabling_a_layout_takes_effect_in_open_pages(rep: Rep, backend: Backend, switch: Switch) -> None:
    own, mine, later = next(names), next(names), next(names)
    classic = write_in(rep, PLACES["classic share box"], f"{own} wrote. {WEAK}")
    classic.wait_for_mark(WORDS)
    comment = write_in(rep, PLACES["server-driven comment"], WEAK)
    comment.wait_for_mark(WORDS)
    on_x = write_in(rep, PLACES["X post"], f"{mine} wrote. {WEAK}")
    on_x.wait_for_mark(WORDS)
    scored = [draft for draft in drafts(backend) if mine in draft["text"]]

    backend.disable(ENTRY)
    switch.age()
    # No page or popup is opened: the next scored draft triggers the refresh.
    comment.page.bring_to_front()
    comment.type(" and there")
    until(classic.page, lambda: classic.words() == [], what="the layout is released")
    until(classic.page, lambda: classic.badge_word() == PAUSED["linkedin"], what="the badge says that reading is paused")
    classic.page.bring_to_front()
    classic.type(f". {later} said so")
    wait_for_pending_requests(rep)
    assert not server_received(backend, later)
    assert WORDS in comment.words()
    assert WORDS in on_x.words()
    assert [draft for draft in drafts(backend) if mine in draft["text"]] == scored, "the other composers are not affected"

    backend.disable(None)
    switch.age()
    comment.page.bring_to_front()
    comment.type(" and everywhere")
    classic.wait_for_mark(WORDS)
    assert server_received(backend, later), "the draft is read again"


def test_a_malformed_list_of_disabled_adapters_changes_nothing(rep: Rep, backend: Backend, switch: Switch) -> None:
    backend.disable(ENTRY)
    switch.age()
    until(rep.context.pages[0], lambda: switch.listed() == ["linkedin classic"], what="the layout is off")
    for answer in (None, [], {"disabled": {"adapter": "x"}}, "nothing", {"enabled": ["linkedin classic"]}):
        (backend.data / "adapters.json").write_text('[{"adapter": "linkedin", "layout": ')
        switch.answer = answer
        before = list_requests(backend)
        # After a failure the worker waits before the next request, so each of these needs a new worker.
        rep.stop_worker()
        switch.age()
        until(rep.context.pages[0], lambda: switch.listed() and list_requests(backend) > before, what="the list is requested")  # noqa: B023
        assert switch.listed() == ["linkedin classic"]
    own = next(names)
    writing = write_in(rep, PLACES["classic share box"], f"{own} wrote. {WEAK}")
    until(writing.page, lambda: writing.badge_word() == PAUSED["linkedin"], what="the layout is still off")
    wait_for_pending_requests(rep)
    assert not server_received(backend, own)


def test_the_list_can_only_disable_adapters(rep: Rep, backend: Backend, switch: Switch) -> None:
    selectors = {"selectors": ["#article"], "places": [{"editor": "#article", "box": "article"}]}
    switch.answer = {
        "disabled": [
            {**ENTRY, **selectors},
            {**ENTRY, **selectors, "layout": "articles"},
            {**ENTRY, **selectors, "action": "enable", "layout": "sdui"},
            {**ENTRY, **selectors, "action": "add", "layout": "framed"},
            {**ENTRY, "adapter": "elsewhere"},
            {**ENTRY, "adapter": "x", "layout": "web", "fixed_in": "0.0.1"},
        ],
        "enabled": [selectors],
        **selectors,
    }
    switch.age()
    until(rep.context.pages[0], lambda: switch.listed() == ["linkedin classic"], what="one entry is accepted")
    own = next(names)
    writing = write_in(rep, DECOYS["article"], f"{own} {WEAK}")
    assert not writing.card.exists
    write_in(rep, PLACES["framed share box"], WEAK).wait_for_mark(WORDS)
    write_in(rep, PLACES["X post"], WEAK).wait_for_mark(WORDS)
    wait_for_pending_requests(rep)
    assert not server_received(backend, own)

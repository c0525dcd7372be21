"""After posting: the question, the link to the post, and that each share arrives exactly once."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright
from sqlalchemy import func, select

from server.activities.models import Activity
from server.core.database.session import unit_of_work
from server.credit.models import LedgerEntry
from tests.browser.backend import Backend
from tests.browser.chromium import Rep, open_chromium
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.posting import BUTTON, close_answer, press, publish
from tests.browser.side_panel import SidePanel
from tests.browser.storage import stored_rows
from tests.browser.waiting import until

SHARES = "/api/v1/shares"
#: Ids say when a post was made; these were made now.
_NOW_MS = int(time.time() * 1000)
LINK = {
    "share box": f"https://www.linkedin.com/feed/update/urn:li:activity:{_NOW_MS << 22}/",
    "X": f"https://x.com/robin/status/{_NOW_MS - 1_288_834_974_657 << 22}",
}
#: The tracking parameters that the sites add to a link.
TRACE = {"share box": "?utm_source=share&rcm=ACoAAB", "X": "?s=20&t=abc"}
#: The notices as people describe them; see content/sites.
TOAST = {"share box": ("class", "artdeco-toast-item"), "X": ("data-testid", "toast")}

pytestmark = pytest.mark.usefixtures("patched_backend")


@pytest.fixture(params=["share box", "X"])
def site(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def composer(rep: Rep, site: str) -> Iterator[Composer]:
    composer = COMPOSERS[site](rep)
    yield composer
    composer.page.close()


def received_shares(backend: Backend, since: int = 0) -> list[dict[str, Any]]:
    return [json.loads(body) for body in backend.bodies(SHARES)[since:]]


def stored_counts(backend: Backend, rep: Rep) -> tuple[int, int]:
    """How many items of the rep the server has stored, and how many ledger entries they have."""
    assert rep.user
    with unit_of_work(backend.engine, writes=False) as session:
        mine = select(Activity.id).where(Activity.user_id == rep.user.id)
        items = session.scalar(select(func.count()).select_from(mine.subquery()))
        entries = session.scalar(select(func.count()).select_from(LedgerEntry).where(LedgerEntry.activity_id.in_(mine)))
    return items or 0, entries or 0


def queued_shares(rep: Rep) -> list[dict[str, Any]]:
    """The shares that wait in the extension's database, in no particular order."""
    return stored_rows(rep, "queue")


# Detecting a post


def test_posting_is_detected_and_never_triggered(composer: Composer, backend: Backend, site: str) -> None:
    """The site receives the rep's own click and no other."""
    composer.page.evaluate(
        """selector => {
          window.clicks = [];
          const roots = [document, ...[...document.querySelectorAll('*')].flatMap(element => element.shadowRoot ?? [])];
          for (const root of roots) root.addEventListener('click', event => {
            if (event.target.matches?.(selector)) clicks.push(event.isTrusted);
          }, { capture: true });
        }""",
        BUTTON,
    )
    before = len(backend.bodies(SHARES))
    publish(composer, f"Sixteen plant managers answered on {site}, and nine of them never open a form that asks twice")
    assert composer.page.evaluate("[clicks, posted.length]") == [[True], 1]
    assert len(backend.bodies(SHARES)) == before, "nothing is sent before the answer"
    press(composer, "Skip")
    until(composer.page, lambda: composer.card.find("card") is None, what="the card closes")
    assert len(backend.bodies(SHARES)) == before


# The link


def test_a_link_shown_by_the_site_is_sent_with_the_share(composer: Composer, backend: Backend, site: str) -> None:
    before = len(backend.bodies(SHARES))
    publish(composer, f"A buyer in Bremen read the short form on {site} aloud to me, all four fields of it")
    assert composer.card.button("Add the link to the post")
    composer.page.evaluate(
        """([attribute, value, address]) => {
          const toast = document.createElement('div');
          toast.setAttribute(attribute, value);
          toast.append(Object.assign(document.createElement('a'), { href: address, textContent: 'View' }));
          document.body.append(toast);
        }""",
        [*TOAST[site], LINK[site] + TRACE[site]],
    )
    until(composer.page, lambda: composer.card.find("share-address"), what="the card shows the link")
    press(composer, "Count it")
    until(composer.page, lambda: len(backend.bodies(SHARES)) > before, what="the share arrives")
    assert received_shares(backend, before)[0]["url"] == LINK[site], "without tracking parameters"
    close_answer(composer)


def test_a_link_is_pasted_where_the_site_shows_none(composer: Composer, backend: Backend, site: str) -> None:
    before = len(backend.bodies(SHARES))
    publish(composer, f"Our longest form on {site} had nineteen fields in spring, and the one that sold has four")
    composer.page.evaluate("() => { window.pastes = []; addEventListener('paste', event => pastes.push(event.type)) }")
    for clipboard, is_accepted in (
        ("my password is correct horse", False),
        ("https://example.com/elsewhere", False),
        (LINK[site], True),
    ):
        press_paste(composer, clipboard)
        if is_accepted:
            until(composer.page, lambda: composer.card.find("share-address"), what="the card shows the link")
        else:
            until(
                composer.page,
                lambda: composer.card.find("ui-problem", "not a link to a post"),
                what="the card reports the invalid link",
            )
    assert composer.page.evaluate("pastes") == [], "the page's own listeners receive nothing"
    press(composer, "Count it")
    until(composer.page, lambda: len(backend.bodies(SHARES)) > before, what="the share arrives")
    assert received_shares(backend, before)[0]["url"] == LINK[site]
    assert not any(b"horse" in body for _, _, body in backend.received)
    close_answer(composer)


def press_paste(composer: Composer, clipboard: str) -> None:
    page = composer.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", clipboard)
    composer.card.click(
        until(
            page,
            lambda: composer.card.button("Add the link to the post") or composer.card.find("share-paste"),
            what="the button",
        )
    )
    until(page, lambda: composer.card.button("Now paste the link: Ctrl+V or ⌘V"), what="the button asks for it")
    page.keyboard.press("Control+v")


def test_a_link_is_typed_in_the_panel(rep: Rep, backend: Backend) -> None:
    rep.change({"kind": "settings", "mode": "quiet"})
    panel = SidePanel.open(rep)
    composer = COMPOSERS["X"](rep)
    before = len(backend.bodies(SHARES))
    composer.type("Seven calls today, and each of them began with the same question about the form")
    composer.clock.freeze()
    composer.page.locator(BUTTON).click()
    panel.wait_for("Count this toward your credit?")
    for typed in ("https://example.com/elsewhere", LINK["X"] + TRACE["X"]):
        panel.click("Link to the post (optional)")
        panel.evaluate("document.activeElement.select()")
        panel.send("Input.insertText", text=typed)
        panel.click("Count it")
        if typed != LINK["X"] + TRACE["X"]:
            panel.wait_for("not a link to a post")
    until(composer.page, lambda: len(backend.bodies(SHARES)) > before, what="the share arrives")
    assert [share["url"] for share in received_shares(backend, before)] == [LINK["X"]]
    panel.click("Done")
    composer.page.close()
    rep.change({"kind": "settings", "mode": "card"})


# Exactly once


def test_shares_made_offline_survive_a_restart_and_arrive_once_each(
    playwright: Playwright, backend: Backend, dist: Path, fixtures: Path, tmp_path: Path
) -> None:
    texts = [
        "Monday's visitor asked for a form without a telephone number. We took it out before she had left the hall",
        "Tuesday's visitor asked who reads what she types. Nobody does before she presses the button, and now it says so",
    ]
    context, address = open_chromium(playwright, dist, fixtures, tmp_path)
    rep = Rep(context, backend, address)
    rep.agree()
    rep.pair()
    composer = COMPOSERS["X"](rep)
    backend.stop()
    try:
        for text in texts:
            composer.page.click(composer.editor)
            publish(composer, text)
            press(composer, "Count it")
            until(composer.page, lambda: composer.card.find("share-waiting", "Waiting: "), what="the share waits")
            close_answer(composer)
        assert [share["text"] for share in sorted(queued_shares(rep), key=lambda share: share["occurredAt"])] == texts
        popup = rep.open(f"{rep.extension}/popup.html")
        popup.get_by_text("2 posts are waiting: the server cannot be reached").wait_for()
        context.close()
    finally:
        backend.start()
    before = len(backend.bodies(SHARES))

    context, address = open_chromium(playwright, dist, fixtures, tmp_path, again=True)
    rep = Rep(context, backend, address, rep.user)
    first = context.pages[0]
    # No page is opened: starting the browser is enough.
    until(first, lambda: len(backend.bodies(SHARES)) == before + len(texts), what="both are sent without any action")
    until(first, lambda: queued_shares(rep) == [], what="acknowledged shares leave the queue")
    popup = rep.open(f"{rep.extension}/popup.html")
    popup.get_by_text("Connected as").wait_for()
    assert "waiting" not in popup.locator("#app").inner_text()
    assert [share["text"] for share in received_shares(backend, before)] == texts, "in their order"
    assert stored_counts(backend, rep)[0] == len(texts)
    context.close()


def drop_answer(backend: Backend, lost: list[int]) -> Callable[..., Any]:
    """The application commits, then the connection drops before the answer is sent."""

    def lose(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes] | None:
        if environ["PATH_INFO"] != SHARES or environ["REQUEST_METHOD"] != "POST" or lost:
            return None
        statuses: list[str] = []
        answer = backend.app(environ, lambda status, *_: statuses.append(status))
        body = b"".join(answer)
        answer.close()
        lost.append(int(statuses[0].split()[0]))
        assert body
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        start("503 Service Unavailable", [])
        return []

    return lose


LOST_ANSWER_TEXTS = {
    "share box": "What the yard in Emden told me about forms: print it, or it does not exist for them",
    "X": "A planner in Ulm keeps one list of every delivery that came late, and reads it to each new driver",
}


def test_an_answer_lost_after_the_commit_counts_once(rep: Rep, composer: Composer, backend: Backend, site: str) -> None:
    items, entries = stored_counts(backend, rep)
    before = len(backend.bodies(SHARES))
    lost: list[int] = []
    backend.intercept = drop_answer(backend, lost)
    # The same text on the second site would be a copy.
    publish(composer, LOST_ANSWER_TEXTS[site])
    press(composer, "Count it")
    until(composer.page, lambda: composer.card.find("share-waiting", "Waiting: "), what="the share waits for an answer")
    assert lost == [201]
    assert stored_counts(backend, rep)[0] == items + 1, "the server has it"
    close_answer(composer)
    options = rep.options()
    until(options, lambda: len(backend.bodies(SHARES)) == before + 2, what="it is sent again")
    until(options, lambda: queued_shares(rep) == [], what="the queue is empty")
    options.close()
    first, second = received_shares(backend, before)
    assert first == second
    assert stored_counts(backend, rep) == (items + 1, entries + 1)


def test_the_popup_reports_a_queued_share_that_was_rejected(rep: Rep, backend: Backend) -> None:
    composer = COMPOSERS["X"](rep)
    backend.stop()
    try:
        publish(composer, "The ninth visitor wanted the form in large print, and so did the tenth and the eleventh")
        press(composer, "Count it")
        until(composer.page, lambda: composer.card.find("share-waiting", "Waiting: "), what="the share waits")
        close_answer(composer)
    finally:
        backend.intercept = reject
        backend.start()
    popup = rep.open(f"{rep.extension}/popup.html")
    popup.get_by_text("A post that was waiting was not counted: The yard is closed.").wait_for()
    backend.intercept = None
    assert queued_shares(rep) == [], "a rejected share is not sent again"
    popup.get_by_role("button", name="Dismiss").click()
    popup.get_by_text("A post that was waiting was not counted").wait_for(state="detached")
    popup.close()
    composer.page.close()


def reject(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes] | None:
    if environ["PATH_INFO"] != SHARES:
        return None
    start("422 Unprocessable Entity", [("Content-Type", "application/problem+json")])
    return [json.dumps({"title": "No", "detail": "The yard is closed.", "errors": []}).encode()]


def test_a_queued_share_is_not_sent_in_another_persons_name(newcomer: Rep, backend: Backend) -> None:
    rep = newcomer
    rep.agree()
    rep.pair()
    composer = COMPOSERS["X"](rep)
    text = "Nobody else shall ever send these words about the form in the harbour office for me"
    backend.intercept = respond_unavailable
    publish(composer, text)
    press(composer, "Count it")
    until(composer.page, lambda: composer.card.find("share-waiting", "Waiting: "), what="the share waits")
    end_pairing(rep.open(f"{backend.base_url}/settings"))
    composer.page.bring_to_front()
    close_answer(composer)
    composer.page.click(composer.editor)
    composer.type("They asked us twice. We leverage our forms. And so on")
    until(composer.page, lambda: composer.card.find("badge-word", "Connect"), what="the connection has ended")
    assert [share["text"] for share in queued_shares(rep)] == [text], "it waits for the same person"
    backend.intercept = None
    before = len(backend.bodies(SHARES))
    rep.pair()
    assert queued_shares(rep) == []
    options = rep.options()
    options.get_by_text("Connected as").wait_for()
    assert len(backend.bodies(SHARES)) == before
    assert stored_counts(backend, rep) == (0, 0)


def respond_unavailable(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes] | None:
    if environ["PATH_INFO"] != SHARES:
        return None
    start("503 Service Unavailable", [])
    return []


def end_pairing(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="End pairing").click()
    page.get_by_text("No browser is paired").wait_for()
    page.close()

"""Shares that wait: the card and the popup say why, in the same words, and what the rep can do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.appearance import check_appearance
from tests.browser.backend import Backend, sign_in
from tests.browser.chromium import Rep
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.posting import close_answer, press, publish
from tests.browser.screenshots import save_screenshot
from tests.browser.waiting import until

SHARES = "/api/v1/shares"
#: By reason: the response that causes it, and how its sentence begins.
REFUSALS = {
    "notice": ("409 Conflict", "notice-not-acknowledged", "read the privacy notice once, and your posts can earn credit"),
    "clock": ("422 Unprocessable Entity", "in-the-future", "this computer's clock is more than a day ahead"),
    "busy": ("503 Service Unavailable", "busy", "the server is busy"),
    "too-many": ("429 Too Many Requests", "too-many", "a lot was sent within a short time"),
    "server-problem": ("503 Service Unavailable", "disk-full", "the server has a problem"),
}
RETRYABLE = {"notice", "clock", "busy", "server-problem"}

pytestmark = pytest.mark.usefixtures("patched_backend", "close_pages")

Intercept = Callable[[dict[str, Any], Callable[..., Any]], Any]


def refuse_with(*reasons: str) -> Intercept:
    """Refuses every share, the first for the first reason and so on, always the same share for the same reason."""
    seen: list[str] = []

    def refuse(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes] | None:
        if environ["PATH_INFO"] != SHARES:
            return None
        key = environ["HTTP_IDEMPOTENCY_KEY"]
        if key not in seen:
            seen.append(key)
        status, code, _ = REFUSALS[reasons[min(seen.index(key), len(reasons) - 1)]]
        start(status, [("Content-Type", "application/problem+json")])
        return [json.dumps({"title": "No", "code": code, "errors": []}).encode()]

    return refuse


def share(composer: Composer, text: str) -> str:
    """Posts and counts ``text``. Returns what the card says of it."""
    composer.page.bring_to_front()
    composer.page.click(composer.editor)
    publish(composer, text)
    press(composer, "Count it")
    return until(composer.page, lambda: composer.card.find("share-waiting", "Waiting: "), what="the share waits").text


def popup_of(rep: Rep) -> Page:
    return rep.open(f"{rep.extension}/popup.html")


def photograph_card(composer: Composer, name: str) -> None:
    save_screenshot(composer.page, f"card-waiting-{name}", clip={"x": 0, "y": 0, "width": 1200, "height": 420})


def reopen_until_sent(popup: Page) -> None:
    """Opening the popup is enough to send what waits."""
    popup.bring_to_front()
    popup.reload()
    popup.get_by_text("Connected as").wait_for()
    popup.locator(".popup-reason").first.wait_for(state="detached")


def try_again(popup: Page) -> None:
    popup.get_by_role("button", name="Try again").click()
    popup.get_by_text("Nothing is waiting any more.").wait_for()


def test_the_popup_repeats_why_a_share_waits(rep: Rep, on_x: Composer, backend: Backend) -> None:
    """For the reason about which the rep can do most; the others are in ``extension/tests/popup``."""
    reason = "notice"
    backend.intercept = refuse_with(reason)
    said = share(on_x, "Nineteen visitors asked about the form today, and the last one asked twice")
    assert said.startswith(f"Waiting: {REFUSALS[reason][2]}")
    photograph_card(on_x, reason)
    assert on_x.card.button("Open notice")
    close_answer(on_x)
    popup = popup_of(rep)
    popup.get_by_text(said.replace("Waiting: ", "1 post is waiting: "), exact=True).wait_for()
    popup.get_by_role("button", name="Open notice").wait_for()
    popup.get_by_role("button", name="Try again").click()
    popup.get_by_text("Tried just now: still waiting.").wait_for()
    check_appearance(popup, f"popup-waiting-{reason}-tried")
    backend.intercept = None
    try_again(popup)


@pytest.fixture
def offline(rep: Rep) -> Iterator[None]:
    rep.context.set_offline(True)
    yield
    rep.context.set_offline(False)


@pytest.mark.usefixtures("offline")
def test_the_popup_tells_a_missing_network_from_an_unreachable_server(rep: Rep, on_x: Composer) -> None:
    assert share(on_x, "The last visitor left at six, and the form stayed").startswith("Waiting: this computer is offline")
    photograph_card(on_x, "offline")
    close_answer(on_x)
    popup = popup_of(rep)
    popup.get_by_text("1 post is waiting: this computer is offline").wait_for()
    check_appearance(popup, "popup-waiting-offline")
    expect(popup.get_by_role("button", name="Try again")).to_have_count(0)


@pytest.fixture
def new_rep(newcomer: Rep, backend: Backend) -> Rep:
    """A rep's new browser: agreed, not paired, and the notice not confirmed."""
    newcomer.agree()
    newcomer.user = backend.new_user(acknowledged=False)
    return newcomer


@pytest.fixture
def without_notice(new_rep: Rep) -> Rep:
    """The same rep, paired without having confirmed the notice."""
    assert new_rep.user
    new_rep.pair(new_rep.user)
    return new_rep


def test_confirming_the_notice_lets_a_share_count(without_notice: Rep, backend: Backend) -> None:
    rep = without_notice
    composer = COMPOSERS["X"](rep)
    share(composer, "The notice on our door has four lines, and the form behind it has four fields")
    with rep.context.expect_page() as opened:
        press(composer, "Open notice")
    assert opened.value.url == f"{backend.base_url}/me/data#notice"
    opened.value.close()
    composer.page.bring_to_front()
    close_answer(composer)
    popup = popup_of(rep)
    with rep.context.expect_page() as opened:
        popup.get_by_role("button", name="Open notice").click()
    assert logged_shares(rep) == [
        "post waiting: read the privacy notice once, and your posts can earn credit; sending then continues on its own."
    ]
    opened.value.bring_to_front()
    opened.value.get_by_role("button", name="I have read this notice").click()
    opened.value.get_by_text("You confirmed this on").wait_for()
    # Nothing else is opened or clicked: the page with the notice is enough to send what waits.
    popup.bring_to_front()
    popup.locator(".popup-reason").first.wait_for(state="detached")
    assert logged_shares(rep) == ["counted post"]
    work = rep.open(f"{backend.base_url}/me")
    work.get_by_text("The notice on our door").first.wait_for()


def logged_shares(rep: Rep) -> list[str]:
    """What the options page says became of each share, newest first."""
    options = rep.options()
    rows = options.locator(".options-log tbody tr")
    rows.first.wait_for()
    said = [cell for cell in rows.locator("td:nth-child(3)").all_inner_texts() if "post" in cell]
    options.close()
    return said


def test_the_card_tells_of_a_share_that_is_sent_after_the_notice_was_confirmed(without_notice: Rep) -> None:
    rep = without_notice
    composer = COMPOSERS["X"](rep)
    share(composer, "Our neighbours in Kiel count visitors with a clicker, and forms with a stamp")
    with rep.context.expect_page() as opened:
        press(composer, "Open notice")
    opened.value.get_by_role("button", name="I have read this notice").click()
    opened.value.get_by_text("You confirmed this on").wait_for()
    composer.page.bring_to_front()
    until(composer.page, lambda: composer.card.find("share-credit"), what="the card shows the credit")


def test_a_notice_confirmed_while_pairing_lets_the_first_post_count(new_rep: Rep, backend: Backend) -> None:
    rep = new_rep
    assert rep.user
    page = rep.context.new_page()
    sign_in(page, backend.login_link(rep.user))
    page.goto(f"{rep.extension}/options.html")
    with rep.context.expect_page() as opened:
        page.get_by_role("button", name="Pair with my account").click()
    pairing = opened.value
    pairing.get_by_role("heading", name="What Repute keeps, and who sees it").wait_for()
    check_appearance(pairing, "pair-notice")
    pairing.get_by_role("button", name="I have read this notice").click()
    pairing.get_by_role("heading", name="What Repute keeps, and who sees it").wait_for(state="detached")
    pairing.get_by_role("button", name="Show pairing code").click()
    page.get_by_label("Code").fill(pairing.locator("#code").inner_text())
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_text(f"Connected as {rep.user.name}").wait_for()
    expect(page.get_by_role("button", name="Open notice")).to_have_count(0)
    composer = COMPOSERS["X"](rep)
    composer.page.click(composer.editor)
    publish(composer, "The first form in Bremen took eleven minutes, and the second one four")
    press(composer, "Count it")
    until(composer.page, lambda: composer.card.find("share-credit"), what="the card shows the credit")


def test_a_rep_who_paired_without_the_notice_is_asked_to_read_it_before_the_first_post(without_notice: Rep) -> None:
    rep = without_notice
    for page in (rep.options(), popup_of(rep)):
        page.get_by_text("Read the privacy notice once, and your posts can earn credit.").wait_for()
    options = rep.options()
    with rep.context.expect_page() as opened:
        options.get_by_role("button", name="Open notice").click()
    opened.value.get_by_role("button", name="I have read this notice").click()
    options.get_by_role("button", name="Open notice").wait_for(state="detached")


SET_CLOCK = """days => {
  globalThis.RealDate ??= Date;
  const now = () => RealDate.now() + days * 86_400_000;
  globalThis.Date = class extends RealDate {
    constructor(...parts) { super(...(parts.length ? parts : [now()])) }
    static now() { return now() }
  };
}"""


def test_a_share_from_a_clock_that_was_ahead_is_sent_once_the_clock_is_set(rep: Rep, on_x: Composer, backend: Backend) -> None:
    worker = rep.worker
    before = len(backend.bodies(SHARES))
    on_x.clock.run(f"({SET_CLOCK})(30)")
    worker.evaluate(SET_CLOCK, 30)
    try:
        said = share(on_x, "Next month the yard in Emden moves, and its form moves with it")
        assert said.startswith("Waiting: this computer's clock is more than a day ahead")
        close_answer(on_x)
        popup = popup_of(rep)
        popup.get_by_text("1 post is waiting: this computer's clock").wait_for()
    finally:
        worker.evaluate(SET_CLOCK, 0)
    reopen_until_sent(popup)
    first, *_, last = (json.loads(body)["occurred_at"] for body in backend.bodies(SHARES)[before:])
    assert last < first


def test_a_share_waits_for_the_connection(newcomer: Rep, backend: Backend) -> None:
    rep = newcomer
    rep.agree()
    rep.pair()
    composer = COMPOSERS["X"](rep)
    publish(composer, "Whoever ends a connection keeps the form")
    settings = rep.open(f"{backend.base_url}/settings")
    settings.on("dialog", lambda dialog: dialog.accept())
    settings.get_by_role("button", name="End pairing").click()
    settings.get_by_text("No browser is paired").wait_for()
    composer.page.bring_to_front()
    press(composer, "Count it")
    until(
        composer.page, lambda: composer.card.find("share-waiting", "Waiting: this browser is no longer"), what="the share waits"
    )
    photograph_card(composer, "unpaired")
    popup = popup_of(rep)
    popup.get_by_text("1 post is waiting: this browser is no longer connected").wait_for()
    check_appearance(popup, "popup-waiting-unpaired")
    expect(popup.get_by_role("button", name="Try again")).to_have_count(0)
    popup.get_by_role("button", name="Set up Repute").wait_for()

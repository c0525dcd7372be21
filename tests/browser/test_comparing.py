"""How a score adds up, and comparing an earlier wording with the current one: in the card and at /write."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.browser.backend import Backend
from tests.browser.card import Node
from tests.browser.chromium import Rep
from tests.browser.clock import TYPING_PAUSE_MS
from tests.browser.composers import Composer
from tests.browser.storage import everything_stored
from tests.browser.waiting import until

EARLIER = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
LATER = (
    "You lose an hour a day to page four of the intake form. Forty dental practices told us so in May, and we moved three "
    "fields. Which page of your form do patients give up on?"
)
ASK = "Which is likely to do better?"


def open_tab(composer: Composer, page: str) -> None:
    composer.card.click(until(composer.page, lambda: composer.card.find("ui-tab", page), what=f"the tab {page}"))


def wait_until_enabled(composer: Composer, button: str) -> Node:
    def enabled() -> Node | None:
        node = composer.card.button(button)
        return node if node and "disabled" not in node.attributes else None

    return until(composer.page, enabled, what=f"“{button}” is enabled")


def press(composer: Composer, button: str) -> None:
    composer.card.click(wait_until_enabled(composer, button))


def keep_wording(composer: Composer) -> None:
    """Keeps the wording, with the card open."""
    open_tab(composer, "Compare")
    press(composer, "Keep this wording")
    until(composer.page, lambda: composer.card.button("Discard it"), what="the wording is kept")


def rewrite(composer: Composer, text: str) -> None:
    composer.page.click(composer.editor)
    composer.page.keyboard.press("Control+a")
    composer.type(text)


def keep_earlier_and_write_later(composer: Composer) -> None:
    """Keeps the earlier wording and replaces it with the later one; returns once that is scored."""
    composer.type(EARLIER)
    composer.wait_for_mark("move the needle")
    if composer.card.find("badge"):
        composer.open_card()
    keep_wording(composer)
    rewrite(composer, LATER)
    wait_until_enabled(composer, ASK)


def sent_comparisons(backend: Backend) -> list[dict[str, Any]]:
    return [json.loads(body) for _, path, body in backend.received if path.endswith("/compare")]


def tenths(text: str) -> int:
    """The number at the end of a row, in tenths of a point."""
    match = re.search(r"([+−]?)(\d+)\.(\d)$", text)
    assert match, text
    return int(match[2] + match[3]) * (-1 if match[1] == "−" else 1)


def rows(composer: Composer) -> tuple[int, dict[str, int], int]:
    """The start, the parts by name and the end of the waterfall, as shown on the screen."""
    first, *parts, last = composer.card.all("waterfall-row")
    by_name = {re.sub(r"[+−]?\d+\.\d$", "", node.text): tenths(node.text) for node in parts}
    return tenths(first.text), by_name, tenths(last.text)


def score(composer: Composer) -> int:
    return int(composer.card.all("ring-number")[-1].text)


# Where a score comes from


@pytest.mark.parametrize("text", [EARLIER, LATER])
def test_the_parts_on_the_screen_add_up_to_the_score(on_write: Composer, text: str) -> None:
    on_write.page.keyboard.insert_text(text)
    open_tab(on_write, "Score")
    start, parts, end = rows(on_write)
    assert start + sum(parts.values()) == end == 10 * score(on_write)
    opened = [tenths(node.text) for node in on_write.card.all("score-part")]
    assert sum(opened) == sum(parts.values())
    shown = [re.sub(r"\s*[+−]?\d+\.\d$", "", node.text) for node in on_write.card.all("score-part")]
    quotations = [part for part in shown if part.startswith("“")]
    assert quotations, "a sentence is shown by its first words"
    assert all(quotation.strip("“…”") in text for quotation in quotations)
    assert not any(re.match(r"Sentence \d", part) for part in shown)


def test_the_interval_is_shown_beside_the_score_and_its_reason_on_the_score_tab(on_write: Composer) -> None:
    on_write.page.keyboard.insert_text(EARLIER)
    head = until(on_write.page, lambda: on_write.card.find("card-verdict", "could be"), what="the verdict")
    shown = re.fullmatch(r"Needs workcould be (?:up to|(\d+) to) (\d+)", head.text)
    assert shown
    low, high = shown.groups()
    interval = f"Could be as high as {high}" if low is None else f"Could be between {low} and {high}"
    open_tab(on_write, "Score")
    (basis,) = [node.text for node in on_write.card.all("score-basis")]
    assert re.fullmatch(rf"{interval}\. In tests, readers agreed \d+% of the time\.", basis)


def test_the_largest_loss_links_to_its_tip(on_write: Composer) -> None:
    on_write.page.keyboard.insert_text(EARLIER)
    open_tab(on_write, "Score")
    (fixes,) = on_write.card.all("score-fixes")
    points = [tenths(number) for number in re.findall(r"−\d+\.\d", fixes.text)]
    assert points
    assert sorted(points) == points, "the largest loss comes first"
    on_write.card.click(until(on_write.page, lambda: on_write.card.find("ui-link", "leverage"), what="the tip is listed"))
    until(on_write.page, lambda: on_write.card.find("tip-more"), what="the tip")
    (opened,) = [tip for tip in on_write.card.all("tip-open") if tip.attributes["aria-expanded"] == "true"]
    assert "leverage" in opened.text


# Two wordings


def test_on_x_the_likelier_wording_is_named_with_its_accuracy(on_write: Composer, backend: Backend) -> None:
    on_write.page.get_by_text("X post").click()
    on_write.page.click(".write-editor")
    before = len(sent_comparisons(backend))
    keep_earlier_and_write_later(on_write)
    assert len(sent_comparisons(backend)) == before, "typing does not request a comparison"
    with on_write.page.expect_response("**/write/compare") as answered:
        press(on_write, ASK)
    answer = answered.value.json()
    (request,) = sent_comparisons(backend)[before:]
    assert request == {"surface": "x-post", "a": EARLIER, "b": LATER}
    undecided = "No clear winner" if answer["reasons"] else "Too close to call"
    title = {"a": "Your earlier wording", "b": "Your new wording", "undecided": undecided}[answer["preferred"]]
    verdict = until(on_write.page, lambda: on_write.card.find("compare-answer", title), what="the answer")
    chances = round(100 * answer["probability_a"])
    assert f"Earlier {chances}New {100 - chances}" in verdict.text
    right, pairs, people = re.search(r"in (\d+)% of ([\d,]+) pairs.*people: (\d+)%", answer["basis"]).groups()
    assert f"Right {right}% of the time in tests on {pairs} pairs" in verdict.text
    assert f"People were right {people}% of the time." in verdict.text


def test_on_linkedin_only_openings_are_compared(on_write: Composer) -> None:
    keep_earlier_and_write_later(on_write)
    with on_write.page.expect_response("**/write/compare") as answered:
        press(on_write, ASK)
    answer = answered.value.json()
    undecided = "No clear winner" if answer["reasons"] else "Too close to call"
    title = {"a": "Your earlier opening", "b": "Your new opening", "undecided": undecided}[answer["preferred"]]
    verdict = until(on_write.page, lambda: on_write.card.find("compare-answer", title), what="the answer")
    right, pairs = re.search(r"in (\d+)% of ([\d,]+) pairs", answer["basis"]).groups()
    assert f"Only the openings are compared. Right {right}% of the time in tests on {pairs} pairs" in verdict.text
    assert "Not tested on LinkedIn." in verdict.text


def test_without_measurements_the_comparison_is_undecided(on_write: Composer) -> None:
    on_write.page.get_by_text("LinkedIn comment").click()
    on_write.page.click(".write-editor")
    keep_earlier_and_write_later(on_write)
    press(on_write, ASK)
    verdict = until(on_write.page, lambda: on_write.card.find("compare-answer", "Undecided"), what="the answer")
    assert "No study has compared wordings of LinkedIn comments" in verdict.text
    assert on_write.card.find("compare-odds") is None


def test_the_change_of_the_score_adds_up(on_write: Composer) -> None:
    on_write.page.keyboard.insert_text(EARLIER)
    until(on_write.page, lambda: on_write.card.find("band", "Needs work"), what="the earlier score")
    earlier = score(on_write)
    keep_wording(on_write)
    rewrite(on_write, LATER)
    wait_until_enabled(on_write, ASK)
    start, parts, end = rows(on_write)
    assert (start, end) == (10 * earlier, 10 * score(on_write))
    assert start + sum(parts.values()) == end
    assert 0 not in parts.values()
    changed = on_write.card.all("score-part")
    assert sum(tenths(node.text) for node in changed) == sum(parts.values())
    assert any(node.text.startswith("“You lose an hour a day") and "new" in node.text for node in changed)
    assert any(node.text.startswith("“They asked for it twice.”") and "removed" in node.text for node in changed)


def test_the_earlier_wording_can_be_read_and_copied(on_write: Composer) -> None:
    on_write.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keep_earlier_and_write_later(on_write)
    on_write.card.click(
        next(node for node in on_write.card.nodes() if node.name == "summary" and node.text == "Earlier wording")
    )
    assert on_write.card.find("compare-wording").text == EARLIER
    press(on_write, "Copy")
    until(on_write.page, lambda: on_write.card.find("card-message", "Copied"), what="the card says so")
    assert on_write.page.evaluate("navigator.clipboard.readText()") == EARLIER
    assert on_write.text() == LATER


def test_a_comparison_expires_when_the_draft_changes(on_write: Composer, backend: Backend) -> None:
    keep_earlier_and_write_later(on_write)
    before = len(sent_comparisons(backend))
    press(on_write, ASK)
    until(on_write.page, lambda: on_write.card.find("compare-title"), what="the answer")
    on_write.page.click(".write-editor")
    on_write.page.keyboard.press("Control+End")
    on_write.type(" Tell me")
    until(
        on_write.page,
        lambda: on_write.card.find("compare-answer", "has changed since"),
        what="the answer is marked as out of date",
    )
    wait_until_enabled(on_write, ASK)
    assert len(sent_comparisons(backend)) == before + 1
    press(on_write, ASK)
    until(on_write.page, lambda: on_write.card.find("compare-title"), what="the answer about the current wording")
    assert sent_comparisons(backend)[-1]["b"] == f"{LATER} Tell me"


def test_a_wording_restored_during_a_request_can_be_kept(on_write: Composer) -> None:
    page = on_write.page
    on_write.type(EARLIER)
    open_tab(on_write, "Compare")
    wait_until_enabled(on_write, "Keep this wording")
    delayed: list[Route] = []

    def delay(route: Route) -> None:
        delayed.append(route)

    page.route("**/write/assess", delay, times=1)
    page.click(".write-editor")
    page.keyboard.press("Control+End")
    on_write.type("!")
    until(page, lambda: delayed, what="the longer draft is sent")
    with on_write.clock.frozen() as clock:
        page.keyboard.press("Backspace")
        # Nothing is sent after the pause, because this draft was scored before.
        clock.advance(TYPING_PAUSE_MS)
    # The answer is about the longer draft, so the current one is scored again.
    with page.expect_response(lambda answer: (answer.request.post_data_json or {}).get("text") == EARLIER):
        delayed[0].continue_()
    press(on_write, "Keep this wording")
    until(page, lambda: on_write.card.button("Discard it"), what="the wording is kept")
    assert on_write.card.find("compare-wording").text == on_write.text() == EARLIER


def test_a_comparison_without_the_server_can_be_retried(on_write: Composer, backend: Backend) -> None:
    keep_earlier_and_write_later(on_write)
    backend.stop()
    try:
        press(on_write, ASK)
        until(on_write.page, lambda: on_write.card.find("compare-failed", "is not responding"), what="the error")
    finally:
        backend.start()
    press(on_write, "Try again")
    until(on_write.page, lambda: on_write.card.find("compare-title"), what="the answer")
    on_write.page.complaints[:] = [line for line in on_write.page.complaints if "ERR_CONNECTION_REFUSED" not in line]


def test_the_earlier_wording_stays_available_and_protected_talk_is_not_compared(on_write: Composer, backend: Backend) -> None:
    keep_earlier_and_write_later(on_write)
    before = len(sent_comparisons(backend))
    rewrite(on_write, "Our union vote is on Friday and my salary has not moved in all these years")
    until(on_write.page, lambda: on_write.card.find("ui-notice-protected"), what="the card says that the draft is protected")
    assert [node.text for node in on_write.card.all("ui-tab")] == ["Compare"]
    assert on_write.card.find("compare-wording").text == EARLIER
    assert on_write.card.button(ASK) is None
    on_write.page.click(".write-editor")
    on_write.page.keyboard.press("Control+a")
    on_write.page.keyboard.press("Delete")
    until(on_write.page, lambda: on_write.card.find("ui-notice-empty"), what="the draft is empty")
    assert on_write.card.find("compare-wording").text == EARLIER
    assert len(sent_comparisons(backend)) == before


def test_changing_the_surface_keeps_the_earlier_wording_but_not_its_score(on_write: Composer, backend: Backend) -> None:
    keep_earlier_and_write_later(on_write)
    on_write.page.get_by_text("X post").click()
    until(on_write.page, lambda: on_write.card.find("ui-muted", "These scores cannot be compared"), what="no score change")
    press(on_write, ASK)
    until(on_write.page, lambda: on_write.card.find("compare-title"), what="the answer")
    assert sent_comparisons(backend)[-1] == {"surface": "x-post", "a": EARLIER, "b": LATER}


def test_the_extension_compares_once_and_forgets_with_the_editor(rep: Rep, share_box: Composer, backend: Backend) -> None:
    before = len(sent_comparisons(backend))
    keep_earlier_and_write_later(share_box)
    assert len(sent_comparisons(backend)) == before
    press(share_box, ASK)
    until(share_box.page, lambda: share_box.card.find("compare-title"), what="the answer")
    assert sent_comparisons(backend)[before:] == [{"surface": "linkedin-post", "a": EARLIER, "b": LATER}]
    assert share_box.page.evaluate("quill.getText()").strip() == LATER

    options = rep.options()
    options.get_by_role("cell", name="comparison").first.wait_for()
    options.close()
    stored = json.dumps(everything_stored(rep))
    assert "comparison" in stored
    assert not any(words in stored for words in ("asked for it twice", "dental practices"))

    share_box.page.bring_to_front()
    share_box.page.evaluate("document.querySelector('#interop-outlet').shadowRoot.querySelector('[role=dialog]').remove()")
    until(share_box.page, lambda: share_box.card.find("badge") is None, what="the editor is gone")
    share_box.page.click("#start")
    share_box.type(EARLIER)
    share_box.wait_for_mark("move the needle")
    share_box.open_card()
    open_tab(share_box, "Compare")
    wait_until_enabled(share_box, "Keep this wording")


def test_the_kept_wording_is_dropped_after_posting(on_x: Composer) -> None:
    keep_earlier_and_write_later(on_x)
    on_x.page.locator("[data-testid=tweetButtonInline]").click()
    press(on_x, "Skip")
    until(on_x.page, lambda: on_x.text() == "", what="the site empties its composer")
    on_x.page.click(on_x.editor)
    on_x.type(EARLIER)
    on_x.wait_for_mark("move the needle")
    on_x.open_card()
    open_tab(on_x, "Compare")
    wait_until_enabled(on_x, "Keep this wording")

"""The web composer at /write: the same session, highlights and card as in the extension, but without the extension."""

from __future__ import annotations

import json

import pytest

from nlp import Coach, Draft
from nlp.model import DRAFT_DIMENSIONS
from server.core.labels import DIMENSION_LABELS
from tests.browser.backend import Backend
from tests.browser.composers import Composer
from tests.browser.fake_advice import answer_with
from tests.browser.waiting import until

WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
WORDS, BETTER = "move the needle", "make a difference"


@pytest.fixture
def composer(on_write: Composer) -> Composer:
    return on_write


def test_a_tip_is_underlined_and_applied(composer: Composer) -> None:
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.open_tip(BETTER)
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-apply", BETTER), what="the replacement"))
    until(composer.page, lambda: composer.card.find("card-message", "Applied"), what="the card says that it is done")
    assert composer.text() == WEAK.replace(WORDS, BETTER)
    composer.type("!")
    assert composer.text() == WEAK.replace(WORDS, BETTER) + "!", "the caret stayed at the end"
    composer.page.keyboard.press("Control+z")
    composer.page.keyboard.press("Control+z")
    assert composer.text() == WEAK


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        # Both without a tip.
        (
            (
                "You lose an hour a day to page four of the intake form.\n\nForty dental practices told us so in May. "
                "Thirty-one of them said their front desk retypes it by hand.\n\nWe moved three fields to page one. "
                "Your patients now finish in four minutes, not eleven.\n\nWhich page of your form do patients give up on?"
            ),
            True,
        ),
        (
            (
                "This year we grew our team and it has been a good time for all of us. We did many things and learned a lot. "
                "It was great to see everyone. Next year will be great too."
            ),
            False,
        ),
    ],
)
@pytest.mark.usefixtures("patched_backend")
def test_a_draft_without_tips_or_advice_is_praised_only_when_it_is_good(
    composer: Composer, backend: Backend, text: str, *, is_good: bool
) -> None:
    answer_with(backend, [])
    composer.page.keyboard.insert_text(text)
    empty = until(composer.page, lambda: composer.card.find("ui-empty"), what="the draft was scored and has no tip")
    (band,) = [node.text for node in composer.card.all("band")]
    assert (band in ("Good", "Strong")) == is_good
    assert ("No tips this time" in empty.text) == is_good
    dimensions = Coach().assess(Draft("linkedin-post", text)).dimensions
    weakest = min(DRAFT_DIMENSIONS, key=dimensions.__getitem__)
    assert (f"Weakest area: {DIMENSION_LABELS[weakest]}" in empty.text) != is_good
    assert len(composer.card.all("ui-tab")) == 4


def test_a_draft_too_short_to_score_asks_for_another_sentence(composer: Composer) -> None:
    composer.type("Hello there.")
    empty = until(composer.page, lambda: composer.card.find("ui-empty"), what="the server's note")
    assert "Too short to score" in empty.text
    assert "Write one more sentence." in empty.text
    assert composer.card.all("ui-tab") == [], "there is no tab for an empty score or preview"


def test_changing_the_surface_scores_the_draft_again(composer: Composer, backend: Backend) -> None:
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.page.get_by_text("X post").click()
    until(composer.page, lambda: b'"x-post"' in backend.bodies("/write/assess")[-1], what="the same draft is sent for X")
    composer.wait_for_mark(WORDS)
    composer.card.click(until(composer.page, lambda: composer.card.find("ui-tab", "Preview"), what="the tabs"))
    until(
        composer.page, lambda: composer.card.find("preview-length", "of 280 characters, as X counts"), what="X's own counting"
    )


def test_a_published_draft_counts_once(composer: Composer, backend: Backend) -> None:
    text = "Forty dental practices told us which page of the form they dread. We leverage what they said. Page four, said most"
    composer.type(text)
    composer.wait_for_mark("leverage")
    before = len(backend.bodies("/write/share"))
    composer.page.get_by_label("Link to the published post").fill("https://www.linkedin.com/posts/example-1")
    composer.page.get_by_role("button", name="I posted this").click()
    until(
        composer.page,
        lambda: composer.card.find("share-credit") or composer.card.find("share-title", "On hold"),
        what="the server's answer",
    )
    (body,) = backend.bodies("/write/share")[before:]
    assert json.loads(body)["text"] == text
    assert json.loads(body)["url"] == "https://www.linkedin.com/posts/example-1"
    # So that the tip is folded away after a few posts.
    seen = "Object.entries(localStorage).flatMap(([key, kept]) => key.startsWith('repute-seen:') ? JSON.parse(kept) : [])"
    (rules,) = until(composer.page, lambda: composer.page.evaluate(seen), what="the tip left in the post is counted")
    assert {rule: left["posts"] for rule, left in rules.items()} == {"Repute.Buzzwords": 1}


def test_an_invalid_link_is_reported_before_anything_is_sent(composer: Composer, backend: Backend) -> None:
    """Which links are invalid is tested without a browser: ``composer/sharing``."""
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    before = len(backend.bodies("/write/share"))
    composer.page.get_by_label("Link to the published post").fill("http://www.linkedin.com/posts/1")
    composer.page.get_by_role("button", name="I posted this").click()
    composer.page.locator("#link-problem").get_by_text("https://").wait_for()
    assert composer.page.evaluate("document.activeElement.id") == "link"
    assert len(backend.bodies("/write/share")) == before
    assert composer.text() == WEAK


def test_a_link_rejected_by_the_server_is_reported_at_its_field_and_can_be_corrected(
    composer: Composer, backend: Backend
) -> None:
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    field = composer.page.get_by_label("Link to the published post")
    field.fill("https://www.linkedin.com/posts/two words")
    composer.page.get_by_role("button", name="I posted this").click()
    problem = composer.page.locator("#link-problem")
    problem.get_by_text("must be a web address that begins with https://").wait_for()
    assert composer.text() == WEAK
    assert composer.card.find("share") is None, "the tips stay"
    field.fill("https://www.linkedin.com/posts/example-2")
    assert problem.inner_text() == ""
    composer.page.get_by_role("button", name="I posted this").click()
    until(composer.page, lambda: b"posts/example-2" in backend.bodies("/write/share")[-1], what="the corrected link is sent")
    error = next(line for line in composer.page.complaints if "422" in line)
    composer.page.complaints.remove(error)


def test_protected_talk_is_not_sent(composer: Composer, backend: Backend) -> None:
    composer.type("Our union vote is on Friday and my salary has not moved in all these years")
    until(composer.page, lambda: composer.card.find("ui-notice-protected"), what="the card says that the draft is protected")
    assert composer.page.get_by_role("button", name="I posted this").is_disabled()
    assert not any(b"union vote is on Friday and" in body for _, _, body in backend.received)


def test_a_protected_sentence_stays_here_until_the_rep_has_it_read(composer: Composer, backend: Backend) -> None:
    composer.type("We leverage our forms for buyers in nine plants. My pension was cut in May. What do you ask first?")
    composer.wait_for_mark("leverage")
    until(composer.page, lambda: composer.card.find("ui-notice-unread", "My pension"), what="the card names the words")
    assert not any(b"pension was cut" in body for body in backend.bodies("/write/assess"))
    button = until(composer.page, lambda: composer.card.button("This is about business: read it"), what="the button is there")
    composer.card.click(button)
    until(
        composer.page,
        lambda: any(b"pension was cut" in body for body in backend.bodies("/write/assess")),
        what="the whole draft is sent",
    )
    until(composer.page, lambda: not composer.card.find("ui-notice-unread"), what="nothing is left unread")


def test_a_right_to_left_draft_is_shown_right_to_left_everywhere(composer: Composer) -> None:
    composer.page.keyboard.insert_text("שלום לכולם, שאלנו ארבעים מרפאות. We leverage our forms. The end is here")
    assert composer.page.locator(".write-editor").evaluate("editor => getComputedStyle(editor).direction") == "rtl"
    composer.wait_for_mark("leverage")
    composer.open_tip("leverage")
    until(composer.page, lambda: composer.card.find("tip-more"), what="the tip is open")
    quotes = [node for node in composer.card.nodes() if node.name == "blockquote"]
    composer.card.click(until(composer.page, lambda: composer.card.find("ui-tab", "Preview"), what="the tabs"))
    folds = until(composer.page, lambda: composer.card.all("preview-fold"), what="the preview")
    preview = [node for node in composer.card.nodes() if node.name == "p" and node.text.startswith("שלום")]
    assert len(preview) == len(folds)
    assert {node.attributes.get("dir") for node in (*quotes, *preview)} == {"auto"}


def test_on_a_phone_the_score_stays_visible_and_leads_to_the_tips(composer: Composer) -> None:
    page = composer.page
    page.set_viewport_size({"width": 360, "height": 740})
    try:
        composer.type(WEAK)
        composer.wait_for_mark(WORDS)
        bar = page.locator("rp-bar").bounding_box()
        editor = page.locator(".write-editor").bounding_box()
        assert bar
        assert editor
        assert bar["y"] + bar["height"] <= 740
        assert editor["y"] + editor["height"] <= bar["y"] + 1, "directly below the editor"
        page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        card = until(page, lambda: page.locator(".write-side").bounding_box(), what="the card")
        # A short card is at the end of the page, which scrolls no further.
        assert card["y"] < 740 / 2 or card["y"] + card["height"] <= 740, "the card is visible"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    finally:
        page.set_viewport_size({"width": 1200, "height": 900})
    assert not page.locator("rp-bar").is_visible()


def test_a_draft_in_two_languages_says_which_part_was_scored(composer: Composer) -> None:
    composer.type("Nous avons passé la matinée chez un client qui ne trouvait plus ses palettes. ")
    composer.type("They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here")
    composer.wait_for_mark(WORDS)
    until(composer.page, lambda: composer.card.find("card-note", "Only the English part"), what="the note")

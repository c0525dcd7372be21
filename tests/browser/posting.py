"""Posts a text on a synthetic page, and answers the question whether it should count."""

from __future__ import annotations

from tests.browser.composers import Composer
from tests.browser.waiting import until

BUTTON = "button.share-actions__primary-action, [data-testid=tweetButtonInline]"


def publish(composer: Composer, text: str) -> None:
    composer.type(text)
    post(composer)
    wait_for_question(composer)


def post(composer: Composer) -> None:
    # Without this the card would close by itself shortly after the answer.
    composer.clock.freeze()
    composer.page.locator(BUTTON).click()


def wait_for_question(composer: Composer) -> None:
    until(composer.page, lambda: composer.card.find("share-title", "Count this"), what="the question after posting")


def press(composer: Composer, button: str) -> None:
    composer.card.click(until(composer.page, lambda: composer.card.button(button), what=button))


def close_answer(composer: Composer) -> None:
    press(composer, "Done")
    composer.clock.unfreeze()

"""End to end, on both databases: from a keystroke in a composer, through the built extension and gunicorn, to the manager's
page with the credit and its arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import make_url

from server.core.database.session import unit_of_work
from server.people.models import Organisation
from tests.browser.backend import sign_in
from tests.browser.chromium import Installation, Rep
from tests.browser.composers import COMPOSERS, Composer
from tests.browser.keyboard import end_undo_step
from tests.browser.navigation import follow
from tests.browser.screenshots import save_screenshot
from tests.browser.waiting import TIMEOUT_SECONDS, until
from tests.live import LiveServer

WORDS, BETTER = "move the needle", "make a difference"
#: Deliberately weak, and different on each site, because a copy would earn nothing.
DRAFTS = {
    "share box": "We are excited to announce that we leverage our forms to move the needle for buyers. They like it. I sell it",
    "X": "Our forms are game-changing and move the needle for every single buyer. They really like it. More soon, I work there",
}
#: A site on each database.
SITES = {"sqlite": "share box", "postgresql": "X"}
BASES = {"share box": 10, "X": 6}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[LiveServer]:
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    server = LiveServer(tmp_path_factory.mktemp("live"), database_url=url, port=port).prepare()
    with unit_of_work(server.engine) as session:
        # Bands count toward credit only if a named person is responsible for them.
        organisation = session.get_one(Organisation, 1)
        organisation.credit_mode, organisation.overseer, organisation.team_only = "bands", "Ida Holm", False
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def rep(server: LiveServer, installation: Installation) -> Rep:
    """A rep who did everything as a person does: agreed in the options, signed in, paired by typing the code."""
    rep = installation.start_over(server)
    rep.agree_in_options()
    rep.pair_as(server.users["rep"], server.login_link("rep"))
    return rep


def apply_tip(composer: Composer) -> None:
    """Opens the card if it is closed, and replaces the weak words with one click."""
    if composer.card.find("card") is None:
        composer.open_card()
    composer.open_tip(BETTER)
    composer.card.click(
        until(composer.page, lambda: composer.card.find("tip-apply", BETTER), what="the replacement is offered")
    )
    until(composer.page, lambda: composer.card.find("card-message", "Applied"), what="the card says that it is done")


def test_from_a_keystroke_to_the_managers_page(rep: Rep, server: LiveServer, chromium: Browser) -> None:
    site = SITES[make_url(server.settings.sqlalchemy_url).get_backend_name()]
    draft, base = DRAFTS[site], BASES[site]
    composer = COMPOSERS[site](rep)
    composer.type(draft)
    composer.wait_for_mark(WORDS)
    editor = composer.page.locator(composer.editor).first
    underlined = editor.screenshot()
    apply_tip(composer)
    better = draft.replace(WORDS, BETTER)
    assert composer.text() == better
    until(composer.page, lambda: composer.caret() == len(better), what="the caret is where it was")
    composer.pass_typing_pause()
    end_undo_step(composer.page)
    composer.page.keyboard.press("Control+z")
    until(composer.page, lambda: composer.text() == draft, what="one undo restores every character")
    # The undo left the caret in that sentence, and the sentence being typed is not underlined.
    composer.page.keyboard.press("Control+End")
    composer.wait_for_mark(WORDS)
    apply_tip(composer)
    assert composer.text() == better
    if site == "share box":
        save_screenshot(composer.page, "card", clip={"x": 70, "y": 50, "width": 905, "height": 490})
    composer.page.evaluate("CSS.highlights.clear()")
    assert editor.screenshot() != underlined

    # Without this the card would close by itself shortly after the answer.
    composer.clock.freeze()
    composer.page.locator("button.share-actions__primary-action, [data-testid=tweetButtonInline]").click()
    until(composer.page, lambda: composer.card.find("share-title", "Count this"), what="the question after posting")
    composer.card.click(until(composer.page, lambda: composer.card.button("Count it"), what="the answer"))
    credit = until(composer.page, lambda: composer.card.find("share-credit"), what="the credit line")
    assert f"1st of the week: {base} x " in credit.text
    composer.page.close()

    page = chromium.new_page(base_url=server.base_url)
    page.set_default_timeout(TIMEOUT_SECONDS * 1000)
    sign_in(page, server.login_link("manager"))
    expect(page).to_have_url(f"{server.base_url}/team")
    # The scorecard opens on the last complete week; this post belongs to the current one.
    follow(page.get_by_role("link", name="Next week"))
    follow(page.get_by_role("link", name=server.users["rep"].name, exact=True))
    arithmetic = page.get_by_text(f"1st of the week: {base} x ", exact=False).first
    expect(arithmetic).to_be_visible()
    assert arithmetic.inner_text() in credit.text
    assert better in page.locator("main").inner_text(), "the rep shared these words"
    assert draft not in page.content(), "the earlier draft stays private"
    page.close()
    verified = server.command("ledger", "verify")
    assert verified.returncode == 0, verified.stderr

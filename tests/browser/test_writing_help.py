"""At /write: answering the coach's questions, the post beside a reply, the preview of a post, and starting from the library."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from server.core.database.session import unit_of_work
from server.own_week import operations as own_week
from server.people.models import User
from tests.browser.axe import violations
from tests.browser.backend import Backend
from tests.browser.composers import Composer
from tests.browser.fake_advice import advice, answer_with
from tests.browser.navigation import follow
from tests.browser.screenshots import photograph
from tests.browser.waiting import until
from tests.server.outcomes.outcome_helpers import make_item

TEXT = "They asked for it twice and we built the form for them in May. It took nine days and two people to do so."
CUSTOMER = advice("name-customer", "Name the customer.", question="Which customer asked for it?", worth=4)
WHEN = advice("say-when", "Say when it was.", question="On which day did they ask?", worth=2)
SILENT = advice("shorter", "Shorten the second sentence.", worth=1)


@pytest.fixture
def composer(on_write: Composer) -> Composer:
    return on_write


@pytest.mark.usefixtures("patched_backend")
def test_questions_are_answered_one_by_one_in_the_rep_s_own_words(composer: Composer, backend: Backend) -> None:
    page = composer.page
    answer_with(backend, [CUSTOMER, SILENT, WHEN])
    composer.type(TEXT)
    field = page.get_by_label("Which customer asked for it?")
    field.fill("A ferry company in Turku.")
    assert violations(page) == []
    page.get_by_role("button", name="Add at the end").click()
    assert composer.text() == f"{TEXT} A ferry company in Turku."
    expect(page.get_by_label("On which day did they ask?")).to_be_focused()
    until(
        page,
        lambda: "A ferry company in Turku." in json.loads(backend.bodies("/write/assess")[-1])["text"],
        what="the draft is assessed with the answer",
    )
    expect(page.get_by_label("On which day did they ask?")).to_have_value("")

    page.get_by_role("button", name="New draft").click()
    composer.type(TEXT)
    page.keyboard.press("Enter")
    composer.type("#Forms #Ferries")
    page.get_by_label("Which customer asked for it?").fill("A ferry company in Turku.")
    page.get_by_role("button", name="Add at the end").click()
    assert composer.text() == f"{TEXT} A ferry company in Turku.\n#Forms #Ferries", "the hashtags stay last"

    page.locator(".write-editor").press("Control+Home")
    page.get_by_label("On which day did they ask?").fill("On a Monday")
    page.get_by_role("button", name="Add at the cursor").click()
    assert composer.text() == f"On a Monday {TEXT} A ferry company in Turku.\n#Forms #Ferries"
    expect(page.get_by_text("The coach asks")).to_have_count(0)
    page.locator(".write-editor").focus()
    page.keyboard.press("Control+z")
    assert composer.text() == f"{TEXT} A ferry company in Turku.\n#Forms #Ferries", "one step for Undo"


@pytest.mark.usefixtures("patched_backend")
def test_a_question_can_be_passed_and_nothing_is_added_without_a_click(composer: Composer, backend: Backend) -> None:
    page = composer.page
    answer_with(backend, [CUSTOMER, WHEN])
    composer.type(TEXT)
    page.get_by_label("Which customer asked for it?").fill("Not for the draft.")
    assert composer.text() == TEXT
    page.get_by_role("button", name="Next question").click()
    page.get_by_label("On which day did they ask?").wait_for()
    assert composer.text() == TEXT
    page.get_by_role("button", name="New draft").click()
    expect(page.get_by_text("The coach asks")).to_have_count(0)


def test_the_post_beside_a_reply_stays_on_the_device_and_is_forgotten(composer: Composer, backend: Backend) -> None:
    page = composer.page
    expect(page.get_by_label("The post you are answering")).to_have_count(0)
    page.get_by_text("LinkedIn comment").click()
    post = "Harbour pilots fill in the customs form twice. Which form do you fill in twice?"
    page.get_by_label("The post you are answering").fill(post)
    page.click(".write-editor")
    composer.type("Great post! Thanks for sharing.")
    page.get_by_text("Only agrees or thanks.").wait_for()
    page.keyboard.press("Control+a")
    composer.type("Our dentists fill in the insurance form twice, and nobody reads the second one.")
    page.get_by_text("Refers to “fill”, “form”, “twice” from the post.").wait_for()
    assert violations(page) == []
    until(page, lambda: b"nobody reads the second" in backend.bodies("/write/assess")[-1], what="the reply is assessed")
    assert not [body for _, _, body in backend.received if b"Harbour pilots" in body]
    assert "Harbour pilots" not in page.evaluate("JSON.stringify({ ...localStorage })")
    page.get_by_role("button", name="New draft").click()
    expect(page.get_by_label("The post you are answering")).to_have_value("")


def test_the_preview_folds_the_post_where_readers_see_the_fold(composer: Composer) -> None:
    page = composer.page
    composer.type(f"{TEXT} {TEXT} Read https://example.com/form and say what you think #forms today.")
    page.get_by_role("button", name="Preview as a post").click()
    post = page.get_by_role("figure")
    assert "#forms" not in post.inner_text()
    assert violations(page) == []
    post.get_by_text("LinkedIn may show a preview of example.com here").wait_for()
    post.get_by_role("button", name="see more").click()
    expect(post.get_by_text("#forms", exact=True)).to_have_class("write-post-link")
    page.get_by_text("X post", exact=True).click()
    page.get_by_text("Readers see all of it without clicking.").wait_for()
    expect(page.get_by_role("figure").get_by_role("button")).to_have_count(0)


def test_a_post_becomes_a_document_with_a_page_for_each_paragraph(composer: Composer) -> None:
    page = composer.page
    composer.type(TEXT)
    expect(page.get_by_role("button", name="Preview as a document")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    composer.type("Which form would you drop first?")
    page.get_by_role("button", name="Preview as a document").click()
    pages = page.get_by_role("list", name="Pages of the document").get_by_role("listitem")
    expect(pages).to_have_count(2)
    expect(pages.last).to_contain_text("Which form would you drop first?")
    assert violations(page) == []
    photograph(page, "write-document")
    # The dialogue of a headless browser closes at once. Here it stays open while the pages are printed.
    page.evaluate("window.print = () => {}")
    page.get_by_role("button", name="Save as PDF").click()
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 2
    assert printed.count(b"/MediaBox [0 0 810 1013") == 2, "1080 by 1350 pixels, in points"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".write-print")).to_have_count(0)
    page.get_by_text("X post", exact=True).click()
    expect(page.get_by_role("button", name="Preview as a document")).to_have_count(0)


def test_an_own_goal_grows_when_a_post_is_counted(open_web_composer: Callable[[User], Composer], backend: Backend) -> None:
    user = backend.new_user()
    with unit_of_work(backend.engine) as session:
        own_week.set_goal(session, user_id=user.id, measure="posts", target="1")
    composer = open_web_composer(user)
    page = composer.page
    goal = page.get_by_role("list", name="My goals").get_by_role("listitem")
    expect(goal).to_have_text("Posts a week0 of 1")
    composer.clock.install()
    page.click(".write-editor")
    composer.type(TEXT)
    page.get_by_role("button", name="I posted this").click()
    expect(goal).to_have_text("Posts a week1 of 1, reached")
    assert violations(page) == []
    photograph(page, "write-goal")


def test_a_draft_starts_with_the_opening_of_an_own_item(
    open_web_composer: Callable[[User], Composer], backend: Backend
) -> None:
    user = backend.new_user()
    with unit_of_work(backend.engine) as session:
        make_item(session, user).text = "Nine ferry captains told us which form they dread.\n\nSeven named customs."
    composer = open_web_composer(user)
    page = composer.page
    composer.clock.install()
    page.click(".write-editor")
    composer.type(TEXT)
    page.goto(f"{backend.base_url}/me/library")
    follow(page.get_by_role("link", name="Start a draft with this opening"))
    page.get_by_role("button", name="2 drafts").wait_for()
    assert composer.text() == "Nine ferry captains told us which form they dread."
    assert page.url == f"{backend.base_url}/write"
    page.reload()
    page.get_by_role("button", name="2 drafts").wait_for()
    page.close()

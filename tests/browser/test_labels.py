"""Labelling by keyboard, in a real browser: pairs, marks, and the pages around them in both themes and at every width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.labels import filling, operations, queries
from server.labels.models import LabelExpert, LabelText
from server.labels.removal import remove_texts
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.waiting import TIMEOUT_SECONDS
from tests.factories import make_identity
from tests.server.labels.label_helpers import choice, make_item, marks

PAIRS = 10


@pytest.fixture
def open_as(chromium: Browser, backend: Backend) -> Iterator:
    """A function that signs somebody in and opens a page."""
    contexts = []

    def open_page(user, address: str) -> Page:
        context = chromium.new_context(base_url=backend.base_url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(TIMEOUT_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        backend.sign_in(context, user)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def expert(backend: Backend):
    """In an organisation whose queue is empty."""
    user = backend.new_user(role="rep", name="Ana Blum")
    with unit_of_work(backend.engine) as session:
        remove_texts(session, text_ids=session.scalars(select(LabelText.id)).all())
        session.add(LabelExpert(user_id=user.id, named_by=user.id))
    return user


def heading(page: Page):
    return page.locator("#label-question")


def test_ten_pairs_are_labelled_by_keyboard_alone(open_as, backend, expert):
    with unit_of_work(backend.engine) as session:
        items = [make_item(session) for _ in range(PAIRS + 2)]
    page = open_as(expert, "/tuning/labels")
    status = page.locator("[data-label-status]")
    for number in range(PAIRS):
        expect(status).to_contain_text(f"You have answered {number}.")
        page.keyboard.press("120"[number % 3])
        if number == 3:
            page.keyboard.press("v")
            page.keyboard.press("n")
            page.keyboard.type("1 port, 2 figures")
        page.keyboard.press("Enter")
        expect(status).to_contain_text(f"You have answered {number + 1}.")
        expect(heading(page)).to_be_focused()
    page.keyboard.press("s")
    expect(status).to_contain_text("1 pair waits for you")
    with unit_of_work(backend.engine) as session:
        own = [queries.own_answer(session, item_id=item, user_id=expert.id) for item in items]
        given = [answer for answer in own if answer is not None and not answer.is_skipped]
        assert len(given) == PAIRS
        assert sum(answer.choice == "same" for answer in given) == 3
        assert [(answer.reasons, answer.note) for answer in given if answer.note] == [(["voice"], "1 port, 2 figures")]
        assert sum(answer.is_skipped for answer in own if answer is not None) == 1


def test_a_draft_is_marked_by_digits(open_as, backend, expert):
    with unit_of_work(backend.engine) as session:
        item = make_item(session, kind="draft")
    page = open_as(expert, "/tuning/labels?show=draft")
    for digit in "432054321":
        page.keyboard.press(digit)
    expect(page.locator("#whole")).to_be_focused()
    page.keyboard.type("64")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing waits for you here")).to_be_focused()
    with unit_of_work(backend.engine) as session:
        stored = queries.own_answer(session, item_id=item, user_id=expert.id)
        assert "".join(str(mark) for mark in stored.marks.values()) == "43254321"
        assert "story" not in stored.marks
        assert stored.whole == 64


def test_an_answer_that_is_not_complete_keeps_what_was_typed(open_as, backend, expert):
    with unit_of_work(backend.engine) as session:
        make_item(session)
    page = open_as(expert, "/tuning/labels")
    page.keyboard.press("n")
    page.keyboard.type("Which one?")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_value("Which one?")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing waits for you here")).to_be_visible()


def test_pages_look_right_full_and_empty(open_as, backend, expert):
    admin, other = (backend.new_user(role="admin", name=name) for name in ("Ida Holm", "Bo Kern"))
    page = open_as(admin, "/tuning/labels")
    for path, name in (("", "label"), ("/disagreements", "disagreements"), ("/agreement", "agreement"), ("/texts", "texts")):
        page.goto(f"/tuning/labels{path}")
        check_page(page, f"labels-{name}-empty")
    with unit_of_work(backend.engine) as session:
        filling.fill(session)
        readers = [make_identity(user) for user in (expert, other)]
        disputed = []
        for kind in ("pair", "draft"):
            for number in range(8):
                texts = queries.next_item(session, user_id=expert.id, kind=kind)
                item = texts.item.id
                for index, reader in enumerate(readers):
                    value = ("first", "second")[(number + index * (number < 3)) % 2]
                    pair_answer = choice(value, reasons=("hook",), note="Names a customer and what it cost them.")
                    draft_answer = marks(1 + (number + index) % 5, whole=40 + number, story=3)
                    given = pair_answer if kind == "pair" else draft_answer
                    operations.answer_item(session, reader=reader, item_id=item, given=given)
                if operations.disagreement(queries.given_answers(session, item_id=item)):
                    disputed.append((kind, item))
        pair = next(item for kind, item in disputed if kind == "pair")
        draft = next(item for kind, item in disputed if kind == "draft")
        operations.comment(session, author=readers[0], item_id=pair, text="I would not sign Draft B: whose figure is it?")
        operations.settle(session, settler=readers[1], item_id=pair, given=choice("first"))
    page.goto("/tuning/labels")
    check_page(page, "labels-label-pair")
    page.get_by_text("Why? (optional)").click()
    page.get_by_role("radio", name="Draft B").check()
    check_page(page, "labels-label-why")
    for path, name in (
        ("?show=draft", "label-draft"),
        ("/disagreements", "disagreements"),
        (f"/disagreements/{pair}", "discussion-pair"),
        (f"/disagreements/{draft}", "discussion-draft"),
        ("/agreement", "agreement"),
        ("/texts", "texts"),
        ("/experts", "experts"),
    ):
        page.goto(f"/tuning/labels{path}")
        check_page(page, f"labels-{name}")
    page.goto("/me/data")
    check_page(page, "labels-my-data")
    own = open_as(expert, "/tuning/labels")
    check_page(own, "labels-label-expert")

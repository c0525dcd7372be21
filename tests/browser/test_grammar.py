"""Spelling and grammar on the rep's own device: listed separately, applied like any tip, never sent, not loaded while off."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from server.people.models import User
from tests.browser.appearance import check_page
from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.composers import Composer, linkedin_share_box, x_composer
from tests.browser.keyboard import end_undo_step
from tests.browser.waiting import until

#: A misspelled word and a verb that does not agree; also a name, a hashtag and an industry term that no dictionary has, and a
#: plural that looks like a verb.
MISTAKES = "Xaver Quinb told you guys about his omnichannel plan #salestips. He want a definate answer by Monday. We agreed."
WORD, RIGHT = "definate", "definite"


def set_grammar(rep: Rep, *, on: bool) -> None:
    rep.change({"kind": "settings", "grammar": {"on": on, "dialect": "british"}})


@pytest.fixture(scope="module")
def grammar_on(rep: Rep) -> Iterator[None]:
    """Once for all tests but the first, because Harper takes a second to load."""
    set_grammar(rep, on=True)
    yield
    set_grammar(rep, on=False)


def words(composer: Composer) -> list[str]:
    return composer.marked().get("rp-d", [])


@pytest.fixture(scope="module")
def fetched(rep: Rep) -> Callable[[], list[str]]:
    """The names of the files and calls that the worker requested."""
    worker = rep.worker
    worker.evaluate(
        """() => {
          const original = self.fetch;
          self.fetched = [];
          self.fetch = (input, ...args) => { self.fetched.push(String(input.url ?? input)); return original(input, ...args) };
        }"""
    )
    return lambda: [address.rsplit("/", 1)[-1] for address in worker.evaluate("self.fetched")]


def open_tip(composer: Composer, text: str) -> None:
    """Opens the tip on spelling or grammar that says ``text``."""
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-open", text), what=f"“{text}” is listed"))


def test_while_off_harper_is_not_loaded(rep: Rep, fetched: Callable[[], list[str]]) -> None:
    composer = x_composer(rep)
    composer.type(MISTAKES + " We leverage synergies.")
    composer.wait_for_mark("leverage")
    assert words(composer) == []
    assert "assess" in fetched()
    assert "harper.wasm" not in fetched()
    composer.page.close()


@pytest.mark.usefixtures("grammar_on")
def test_mistakes_get_their_own_underline_names_do_not_and_nothing_is_sent(
    rep: Rep, backend: Backend, fetched: Callable[[], list[str]]
) -> None:
    composer = x_composer(rep)
    composer.type(MISTAKES)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    assert set(words(composer)) == {WORD, "want"}
    assert "harper.wasm" in fetched()
    composer.page.close()
    sent = [json.loads(body) for body in backend.bodies("/api/v1/assess")]
    assert all(set(draft) == {"surface", "text", "read_anyway"} for draft in sent)
    assert not any("Harper" in body.decode(errors="replace") for _, _, body in backend.received)


@pytest.mark.usefixtures("grammar_on")
@pytest.mark.parametrize("open_composer", [linkedin_share_box, x_composer], ids=["share box", "X"])
def test_a_correction_is_one_undo_step_and_does_not_change_the_score(
    rep: Rep, open_composer: Callable[[Rep], Composer]
) -> None:
    composer = open_composer(rep)
    composer.type(MISTAKES)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    composer.open_card()
    until(composer.page, lambda: composer.card.find("ui-muted", "Doesn't affect your score"), what="spelling has its own list")
    open_tip(composer, WORD)
    assert composer.card.find("tip-evidence") is None, "it cites no evidence"
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-apply", RIGHT), what="the right word is offered"))
    until(composer.page, lambda: composer.text() == MISTAKES.replace(WORD, RIGHT), what="the word is replaced")
    until(composer.page, lambda: set(words(composer)) == {"want"}, what="its underline is gone, the other stays")
    end_undo_step(composer.page)
    composer.page.keyboard.press("Control+z")
    until(composer.page, lambda: composer.text() == MISTAKES, what="one undo reverts it")
    composer.page.close()


@pytest.mark.usefixtures("grammar_on")
def test_a_word_is_added_to_the_dictionary_and_removed(rep: Rep) -> None:
    composer = x_composer(rep)
    composer.type(MISTAKES)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    composer.open_card()
    open_tip(composer, WORD)
    composer.card.click(
        until(composer.page, lambda: composer.card.button("Add to dictionary"), what="the button Add to dictionary")
    )
    until(composer.page, lambda: words(composer) == ["want"], what="the word is known")
    options = rep.options()
    with options.expect_event("domcontentloaded"):
        options.reload()
    options.get_by_role("button", name=f"Remove {WORD}").click()
    until(composer.page, lambda: WORD in words(composer), what="the word is underlined again")
    options.close()
    composer.page.close()


@pytest.mark.usefixtures("grammar_on")
def test_a_kind_of_mistake_can_be_turned_off_and_on_again(rep: Rep, backend: Backend) -> None:
    composer = x_composer(rep)
    composer.type(MISTAKES)
    until(composer.page, lambda: "want" in words(composer), what="the verb is underlined")
    before = len(backend.bodies("/api/v1/me/preferences"))
    composer.open_card()
    open_tip(composer, "Did you mean “wants”")
    for label in ("Turn off…", "For X posts"):
        button = until(composer.page, lambda: composer.card.button(label), what=f"the button {label}")  # noqa: B023
        composer.card.click(button)
    until(composer.page, lambda: words(composer) == [WORD], what="the mistake is not flagged any more")
    options = rep.options()
    options.get_by_text("for X posts", exact=True).wait_for()
    options.get_by_role("button", name="Turn on again").click()
    until(composer.page, lambda: "want" in words(composer), what="the mistake is flagged again")
    assert len(backend.bodies("/api/v1/me/preferences")) == before, "the kinds of mistakes a person makes are not sent"
    options.close()
    composer.page.close()


@pytest.mark.usefixtures("grammar_on")
def test_an_ignored_mistake_stays_hidden_and_is_not_sent(rep: Rep, backend: Backend) -> None:
    composer = x_composer(rep)
    composer.type(MISTAKES)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    before = len(backend.bodies("/api/v1/me/preferences"))
    composer.open_card()
    open_tip(composer, WORD)
    composer.card.click(until(composer.page, lambda: composer.card.button("Ignore"), what="the button Ignore"))
    until(composer.page, lambda: words(composer) == ["want"], what="it has gone")
    composer.type(" She want it, too.")
    until(composer.page, lambda: words(composer) == ["want", "want"], what="the longer draft is checked, and it stays away")
    until(composer.page, lambda: composer.card.find("tip-below", "1 tip"), what="it is counted as ignored")
    composer.card.click(until(composer.page, lambda: composer.card.button("Bring back"), what="the button Bring back"))
    until(composer.page, lambda: WORD in words(composer), what="it is underlined again")
    assert len(backend.bodies("/api/v1/me/preferences")) == before
    composer.page.close()


@pytest.mark.usefixtures("grammar_on")
def test_other_languages_and_protected_talk_are_not_corrected(rep: Rep) -> None:
    texts = {
        "another language": "Gestern hat uns ein Kunde gefragt, ob wir das Lager auch nachts beliefern. Wir haben es versucht.",
        "protected topics": "My salary was cut and the union said nothing about the definate answer we got on pay.",
    }
    composers = {why: x_composer(rep) for why in texts}
    for why, text in texts.items():
        composers[why].page.bring_to_front()
        composers[why].type(text)
    other = linkedin_share_box(rep)
    other.type(MISTAKES)
    until(other.page, lambda: WORD in words(other), what="a draft written after them is checked")
    assert [why for why, composer in composers.items() if words(composer)] == []
    for composer in (*composers.values(), other):
        composer.page.close()


def test_the_web_composer_checks_spelling_once_the_rep_turns_it_on_there(
    open_web_composer: Callable[[User], Composer], backend: Backend
) -> None:
    composer = open_web_composer(backend.new_user())
    page = composer.page
    requested: list[str] = []
    page.context.on("request", lambda request: requested.append(request.url.split("?")[0].rsplit("/", 1)[-1]))
    composer.clock.install()
    page.click(".write-editor")
    composer.type(MISTAKES)
    until(page, lambda: backend.bodies("/write/assess"), what="the draft is scored")
    choice = page.get_by_role("checkbox", name="Check spelling and grammar")
    expect(choice).to_have_accessible_description(re.compile("nothing is sent.*Its 16 MB come from"))
    assert not {"grammar.js", "harper.wasm"} & set(requested), "nothing is loaded while it is off"

    choice.check()
    page.get_by_label("English as written in").select_option("british")
    until(page, lambda: set(words(composer)) == {WORD, "want"}, what="the mistakes are underlined")
    assert {"grammar.js", "harper.wasm"} <= set(requested)
    check_page(page, "write-grammar")
    ignored, turned_off = (len(backend.bodies(path)) for path in ("/write/ignore", "/write/turn-off"))
    open_tip(composer, WORD)
    composer.card.click(until(page, lambda: composer.card.button("Add to dictionary"), what="the button Add to dictionary"))
    until(page, lambda: words(composer) == ["want"], what="the word is known")
    open_tip(composer, "Did you mean “wants”")
    for button in ("Turn off…", "Everywhere"):
        composer.card.click(until(page, lambda: composer.card.button(button), what=f"the button {button}"))  # noqa: B023
    until(page, lambda: words(composer) == [], what="the mistake is not flagged any more")

    page.reload()
    expect(choice).to_be_checked()
    page.get_by_text("Your dictionary and tips turned off: 2 entries").click()
    page.get_by_role("button", name=f"Remove: {WORD}").click()
    until(page, lambda: words(composer) == [WORD], what="the choice and the dictionary are remembered")
    page.get_by_role("button", name="Turn on again").click()
    until(page, lambda: set(words(composer)) == {WORD, "want"}, what="the mistake is flagged again")
    open_tip(composer, WORD)
    composer.card.click(until(page, lambda: composer.card.button("Ignore"), what="the button Ignore"))
    until(page, lambda: words(composer) == ["want"], what="the ignored mistake is hidden")
    assert ignored == len(backend.bodies("/write/ignore")), "the kinds of mistakes a person makes are not sent"
    assert turned_off == len(backend.bodies("/write/turn-off"))
    assert not any(b"Harper" in body for _, _, body in backend.received)

    choice.uncheck()
    until(page, lambda: words(composer) == [], what="it is off")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("summary", has_text="your menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    stored = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('repute-grammar'))")
    assert stored == ["repute-grammar"], "whether it is on stays with the device, the dictionary does not"
    assert page.complaints == []
    page.close()

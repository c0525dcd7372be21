"""Spelling and grammar on the rep's own device: shown apart, applied like any tip, never sent, not loaded while off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.composers import Composer, linkedin_share_box, x_composer
from tests.browser.keyboard import end_undo_step
from tests.browser.waiting import until

#: One word misspelled, one verb that does not agree; and a name, a topic and a word of the trade that no dictionary has, and
#: a plural that looks like a verb.
SLIPS = "Xaver Quinb told you guys about his omnichannel plan #salestips. He want a definate answer by Monday. We agreed."
WORD, RIGHT = "definate", "definite"


def turn(rep: Rep, *, on: bool) -> None:
    rep.change({"kind": "settings", "grammar": {"on": on, "dialect": "british"}})


@pytest.fixture
def checked(rep: Rep) -> Iterator[None]:
    turn(rep, on=True)
    yield
    turn(rep, on=False)


def words(composer: Composer) -> list[str]:
    return composer.marked().get("rp-d", [])


@pytest.fixture(scope="module")
def fetched(rep: Rep) -> Callable[[], list[str]]:
    """The names of the files and calls that the worker requested."""
    worker = rep.context.service_workers[0]
    worker.evaluate(
        """() => {
          const own = self.fetch;
          self.fetched = [];
          self.fetch = (what, ...more) => { self.fetched.push(String(what.url ?? what)); return own(what, ...more) };
        }"""
    )
    return lambda: [address.rsplit("/", 1)[-1] for address in worker.evaluate("self.fetched")]


def tip(composer: Composer, text: str) -> None:
    """Opens the tip on spelling or grammar that says ``text``."""
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-open", text), what=f"“{text}” is listed"))


def test_while_off_harper_is_not_loaded(rep: Rep, fetched: Callable[[], list[str]]) -> None:
    composer = x_composer(rep)
    composer.type(SLIPS + " We leverage synergies.")
    composer.wait_for_mark("leverage")
    assert words(composer) == []
    assert "assess" in fetched()
    assert "harper.wasm" not in fetched()
    composer.page.close()


@pytest.mark.usefixtures("checked")
def test_mistakes_get_their_own_underline_names_none_and_nothing_is_sent(
    rep: Rep, backend: Backend, fetched: Callable[[], list[str]]
) -> None:
    composer = x_composer(rep)
    composer.type(SLIPS)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    assert set(words(composer)) == {WORD, "want"}
    assert "harper.wasm" in fetched()
    composer.page.close()
    sent = [json.loads(body) for body in backend.bodies("/api/v1/assess")]
    assert all(set(draft) == {"surface", "text"} for draft in sent)
    assert not any("Harper" in body.decode(errors="replace") for _, _, body in backend.received)


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("open_composer", [linkedin_share_box, x_composer], ids=["share box", "X"])
def test_a_correction_is_one_undo_step_and_does_not_change_the_score(
    rep: Rep, open_composer: Callable[[Rep], Composer]
) -> None:
    composer = open_composer(rep)
    composer.type(SLIPS)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    composer.open_card()
    until(composer.page, lambda: composer.card.find("ui-muted", "Doesn't affect your score"), what="spelling has its own list")
    tip(composer, WORD)
    assert composer.card.find("tip-evidence") is None, "no evidence is claimed for it"
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-apply", RIGHT), what="the right word is offered"))
    until(composer.page, lambda: composer.text() == SLIPS.replace(WORD, RIGHT), what="the word is replaced")
    until(composer.page, lambda: set(words(composer)) == {"want"}, what="its underline is gone, the other stays")
    end_undo_step(composer.page)
    composer.page.keyboard.press("Control+z")
    until(composer.page, lambda: composer.text() == SLIPS, what="one undo takes it back")
    composer.page.close()


@pytest.mark.usefixtures("checked")
def test_a_word_is_added_to_the_dictionary_and_removed(rep: Rep) -> None:
    composer = x_composer(rep)
    composer.type(SLIPS)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    composer.open_card()
    tip(composer, WORD)
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


@pytest.mark.usefixtures("checked")
def test_a_kind_of_mistake_can_be_turned_off_and_on_again(rep: Rep, backend: Backend) -> None:
    composer = x_composer(rep)
    composer.type(SLIPS)
    until(composer.page, lambda: "want" in words(composer), what="the verb is underlined")
    before = len(backend.bodies("/api/v1/me/preferences"))
    composer.open_card()
    tip(composer, "Did you mean “wants”")
    composer.card.click(
        until(composer.page, lambda: composer.card.button("Turn off this tip"), what="the button Turn off this tip")
    )
    until(composer.page, lambda: words(composer) == [WORD], what="the mistake is not flagged any more")
    options = rep.options()
    options.get_by_role("button", name="Turn on again").click()
    until(composer.page, lambda: "want" in words(composer), what="the mistake is flagged again")
    assert len(backend.bodies("/api/v1/me/preferences")) == before, "which kinds of mistakes a person makes is their own affair"
    options.close()
    composer.page.close()


@pytest.mark.usefixtures("checked")
def test_an_ignored_mistake_stays_away_and_is_not_sent(rep: Rep, backend: Backend) -> None:
    composer = x_composer(rep)
    composer.type(SLIPS)
    until(composer.page, lambda: WORD in words(composer), what="the misspelled word is underlined")
    before = len(backend.bodies("/api/v1/me/preferences"))
    composer.open_card()
    tip(composer, WORD)
    composer.card.click(until(composer.page, lambda: composer.card.button("Ignore"), what="the button Ignore"))
    until(composer.page, lambda: words(composer) == ["want"], what="it has gone")
    composer.type(" She want it, too.")
    until(composer.page, lambda: words(composer) == ["want", "want"], what="the longer draft is checked, and it stays away")
    until(composer.page, lambda: composer.card.find("tip-ignored", "1 tip"), what="it is counted as ignored")
    composer.card.click(until(composer.page, lambda: composer.card.button("Bring back"), what="the button Bring back"))
    until(composer.page, lambda: WORD in words(composer), what="it is back")
    assert len(backend.bodies("/api/v1/me/preferences")) == before
    composer.page.close()


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "Gestern hat uns ein Kunde gefragt, ob wir das Lager auch nachts beliefern. Wir haben es versucht.",
            "another language",
        ),
        ("My salary was cut and the union said nothing about the definate answer we got on pay.", "protected talk"),
    ],
)
def test_other_languages_and_protected_talk_are_not_corrected(rep: Rep, text: str, why: str) -> None:
    composer = x_composer(rep)
    composer.type(text)
    other = linkedin_share_box(rep)
    other.type(SLIPS)
    until(other.page, lambda: WORD in words(other), what="a draft written after it is checked")
    assert words(composer) == [], why
    for page in (composer.page, other.page):
        page.close()

"""While a rep writes: what is read, underlined and changed by a click, and what is not."""

from __future__ import annotations

import pytest

from tests.browser.appearance import check_appearance
from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.clock import IDLE_MS, TYPING_PAUSE_MS
from tests.browser.composers import COMPOSERS, Composer, wait_for_visible_underlines, write_long_draft
from tests.browser.posting import post, press, wait_for_question
from tests.browser.screenshots import save_screenshot
from tests.browser.sites import X
from tests.browser.storage import stored_value
from tests.browser.waiting import until

#: A weak draft; the caret ends in a sentence without a finding.
WEAK = "They asked for it twice. We leverage our forms to move the needle for buyers. My last line is here"
#: A sentence that is too long, with a word that has a tip of its own.
ENDLESS = (
    "In May we went to see a buyer in Hull who had our form on her desk and told us that she did not leverage it at all since"
    " it was too long for her to read and that she would wait for one that has two pages and no more than six fields and then"
    " she would sign."
)
#: Some of WEAK's words, and the replacement offered for them.
WORDS, BETTER = "move the needle", "make a difference"
#: What does not depend on the editor. What does is in `behaviours.py`, for every engine.
ON_ONE_EDITOR = pytest.mark.parametrize("composer", ["X"], indirect=True)


def test_findings_are_underlined_where_they_are(composer: Composer) -> None:
    with composer.clock.frozen() as clock:
        composer.type(WEAK)
        composer.wait_for_mark(WORDS)
        # After this nothing draws the underlines again.
        clock.advance(IDLE_MS)
    assert "leverage" in composer.words()
    assert set(composer.marked()) <= {"rp-a", "rp-b", "rp-c", "rp-e"}, "the page can read the names, so they carry no meaning"
    editor = composer.page.locator(composer.editor).first

    def at_rest() -> bytes | None:
        picture = editor.screenshot()
        return picture if editor.screenshot() == picture else None

    underlined = until(composer.page, at_rest, what="two screenshots in a row are the same")
    composer.page.evaluate("CSS.highlights.clear()")
    until(composer.page, lambda: editor.screenshot() != underlined, what="the underlines are gone from the screenshot")


@ON_ONE_EDITOR
def test_two_tips_on_the_same_words_are_both_underlined_listed_and_opened(composer: Composer) -> None:
    with composer.clock.frozen() as clock:
        composer.type(f"{ENDLESS} My last line is here")
        composer.wait_for_mark("leverage")
        # A click into a sentence that is being typed would hide its lines.
        clock.advance(IDLE_MS)
    assert {"leverage", ENDLESS} <= composer.words()
    left, top, width, height = composer.page.evaluate(
        "() => { const { x, y, width, height } = [...CSS.highlights.get('rp-c')][0].getBoundingClientRect();"
        " return [x, y, width, height]; }"
    )
    for words in ("leverage", "59 words", "leverage"):
        composer.page.mouse.click(left + width / 2, top + height / 2)
        until(composer.page, lambda: _opened(composer, words), what=f"the tip on “{words}” is open")  # noqa: B023
        assert len(composer.card.all("tip-open")) == 2
        save_screenshot(composer.page, "card-overlap")


def _opened(composer: Composer, words: str) -> bool:
    opened = [node.text for node in composer.card.all("tip-open") if node.attributes.get("aria-expanded") == "true"]
    return len(opened) == 1 and words in opened[0]


@ON_ONE_EDITOR
def test_the_sentence_being_written_is_not_underlined(composer: Composer) -> None:
    with composer.clock.frozen():
        composer.type("They asked for it twice in May. We leverage our forms")
        until(composer.page, lambda: composer.card.find("ring-number"), what="the draft is scored")
        assert composer.card.find("ui-count") is None, "a tip on half a sentence is not counted either"
        for key in " for it":
            composer.page.keyboard.press("Space" if key == " " else key)
            composer.clock.advance(TYPING_PAUSE_MS)
            wait_for_paint(composer)
            assert composer.words() == set()
    composer.type(". And now the caret is here")
    composer.wait_for_mark("leverage")


def wait_for_paint(composer: Composer) -> None:
    """Waits until the result of the last key press has been painted."""
    composer.page.evaluate("() => new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)))")


@ON_ONE_EDITOR
def test_a_sentence_is_underlined_once_it_ends_or_the_rep_pauses(composer: Composer) -> None:
    with composer.clock.frozen() as clock:
        composer.type("We leverage our forms for every buyer in town")
        until(composer.page, lambda: composer.card.find("ring-number"), what="the draft is scored")
        clock.advance(IDLE_MS)
        composer.wait_for_mark("leverage")
        # The rep continues the sentence and ends it.
        composer.type(" and move the needle")
        wait_for_paint(composer)
        assert composer.words() == set()
        clock.advance(IDLE_MS)
        until(composer.page, lambda: composer.words() == {"leverage", WORDS}, what="both are underlined once the rep is idle")
        until(composer.page, lambda: composer.card.find("ui-count"), what="and counted")
        composer.type(".")
        composer.wait_for_mark("leverage")
        composer.wait_for_mark(WORDS)


@ON_ONE_EDITOR
def test_the_next_word_belongs_to_the_unfinished_sentence(composer: Composer) -> None:
    with composer.clock.frozen() as clock:
        composer.type("They asked for it twice in May. We leverage our forms ")
        until(composer.page, lambda: composer.card.find("ring-number"), what="the draft is scored")
        clock.advance(IDLE_MS)
        composer.wait_for_mark("leverage")
        # The sentence ranges are from before this key press, as nothing has been sent since.
        composer.page.keyboard.press("f")
        wait_for_paint(composer)
        assert composer.words() == set()
        clock.advance(IDLE_MS)
        composer.wait_for_mark("leverage")


@pytest.mark.usefixtures("spelling")
@pytest.mark.parametrize("composer", ["share box", "X"], indirect=True)
def test_only_visible_underlines_are_drawn(composer: Composer) -> None:
    write_long_draft(composer)
    assert wait_for_visible_underlines(composer) > "zqi"
    composer.page.keyboard.press("Control+Home")
    until(composer.page, lambda: wait_for_visible_underlines(composer) < "zqj", what="the beginning is visible")
    # In a short draft all underlines are drawn.
    composer.page.keyboard.press("Control+a")
    composer.page.keyboard.press("Delete")
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)


@pytest.mark.parametrize("name", COMPOSERS)
def test_only_the_rep_changes_the_editors_content(rep: Rep, name: str) -> None:
    """The same typing causes the same kinds of changes whether the coach is paused or active. `behaviours.py` checks that
    painting and a click in the card cause none."""
    changes = []
    for paused in (True, False):
        for host in ("www.linkedin.com", "x.com"):
            rep.change({"kind": "settings", "pausedHost": {"host": host, "paused": paused}})
        composer = COMPOSERS[name](rep)
        composer.type(WEAK)
        if not paused:
            composer.wait_for_mark(WORDS)
            composer.open_card()
            composer.card.click(until(composer.page, lambda: composer.card.find("ui-icon"), what="the close button"))  # noqa: B023
        composer.type(". Done")
        if not paused:
            composer.wait_for_mark(WORDS)
        until(composer.page, lambda: composer.text() == WEAK + ". Done", what="the text is there")  # noqa: B023
        changes.append(composer.page.evaluate("commentMutations.kinds" if name == "comment" else "mutations.kinds"))
        composer.page.close()
    assert changes[0] == changes[1]


def test_an_emoji_before_the_words_does_not_shift_their_span(composer: Composer) -> None:
    # Inserted whole, as by an input method.
    composer.page.keyboard.insert_text(
        "\U0001f680\U0001f44d\U0001f3fd\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1e9\U0001f1ea "
    )
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.open_card()
    composer.open_tip(BETTER)
    composer.card.click(until(composer.page, lambda: composer.card.find("tip-apply", BETTER), what="the replacement"))
    until(composer.page, lambda: WEAK.replace(WORDS, BETTER) in composer.text(), what="the right words were replaced")


@ON_ONE_EDITOR
def test_an_ignored_tip_stays_hidden_until_it_is_restored(composer: Composer) -> None:
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.open_card()
    composer.open_tip(BETTER)
    composer.card.click(until(composer.page, lambda: composer.card.button("Ignore"), what="Ignore"))
    until(composer.page, lambda: WORDS not in composer.words(), what="the underline is gone")
    # A new underline shows that the answer to the longer draft has arrived; none is under way when the tip is brought back.
    composer.type(". So we utilize it. And")
    composer.wait_for_mark("utilize")
    assert "leverage" in composer.words()
    assert WORDS not in composer.words()
    composer.card.click(until(composer.page, lambda: composer.card.button("Bring back"), what="Bring back"))
    composer.wait_for_mark(WORDS)


def test_a_tip_left_in_three_posts_is_folded_away_although_they_are_skipped(rep: Rep, on_x: Composer, backend: Backend) -> None:
    rule = "Repute.Buzzwords"
    rep.change({"kind": "restore-seen", "rules": [rule]})
    for _ in range(2):
        rep.change({"kind": "posted", "left": [rule], "fixed": []})
    on_x.page.bring_to_front()
    on_x.type(WEAK)
    on_x.wait_for_mark(WORDS)
    post(on_x)
    wait_for_question(on_x)
    before = len(backend.received)
    press(on_x, "Skip")
    until(on_x.page, lambda: on_x.card.find("card") is None, what="the card closes")
    assert not [path for _, path, _ in backend.received[before:] if path == "/api/v1/shares"], "nothing is sent"
    on_x.clock.unfreeze()
    assert stored_value(rep, "seen")[rule]["posts"] == 3
    on_x.page.bring_to_front()
    on_x.page.click(on_x.editor)
    # A slip is never folded away.
    on_x.type(f"We saw it it twice. {WEAK}")
    on_x.wait_for_mark("it it")
    assert on_x.words() == {"it it"}
    on_x.open_card()
    save_screenshot(on_x.page, "card-seen-folded")
    press(on_x, "2 tips you have seen before")
    on_x.wait_for_mark(WORDS)
    on_x.open_tip(WORDS)
    save_screenshot(on_x.page, "card-seen-open")
    page = rep.options()
    page.locator("#seen").wait_for()
    check_appearance(page, "options-seen")
    page.close()
    press(on_x, "Turn on again")
    until(on_x.page, lambda: on_x.card.find("tip-seen") is None, what="the tip is among the others")
    assert WORDS in on_x.words()
    until(on_x.page, lambda: rule not in stored_value(rep, "seen"), what="the tip counts as new")


def test_the_card_works_by_keyboard_alone(composer: Composer) -> None:
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    keys = composer.page.keyboard
    keys.press("Alt+Shift+R")
    first = until(composer.page, composer.card.focused, what="the card has the focus")
    assert first.has("tip-open")
    keys.press("ArrowDown")
    second = until(composer.page, composer.card.focused, what="the next tip")
    assert second.has("tip-open")
    assert second.backend != first.backend
    keys.press("Escape")
    until(composer.page, lambda: composer.card.find("card") is None, what="Escape closes the card")
    until(composer.page, lambda: composer.caret() == len(WEAK), what="the caret is where it was")
    composer.type("!")
    until(composer.page, lambda: composer.text() == WEAK + "!", what="typing continues in the editor")


def test_keys_in_the_card_do_not_reach_the_site(rep: Rep) -> None:
    composer = COMPOSERS["X"](rep)
    composer.page.evaluate(
        "() => { window.received_keys = []; addEventListener('keydown', event => received_keys.push(event.key)) }"
    )
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    composer.page.keyboard.press("Alt+Shift+R")
    until(composer.page, composer.card.focused, what="the card has the focus")
    composer.page.evaluate("() => { received_keys.length = 0 }")
    composer.page.keyboard.press("n")
    composer.page.keyboard.press("ArrowDown")
    assert composer.page.evaluate("received_keys") == []
    composer.page.close()


def test_synthetic_focus_and_shortcut_events_open_nothing(rep: Rep, backend: Backend) -> None:
    page = rep.open(X)
    before = len(backend.received)
    page.evaluate(
        """() => {
          const editor = document.querySelector('[data-testid="tweetTextarea_0"]');
          editor.dispatchEvent(new FocusEvent('focusin', { bubbles: true, composed: true }));
          const shortcut = { key: 'R', code: 'KeyR', altKey: true, shiftKey: true, bubbles: true };
          editor.dispatchEvent(new KeyboardEvent('keydown', shortcut));
        }"""
    )
    composer = COMPOSERS["share box"](rep)
    composer.type(WEAK)
    composer.wait_for_mark(WORDS)
    assert page.evaluate("document.querySelector('rp-card')") is None
    assert all(path != "/api/v1/shares" for _, path, _ in backend.received[before:])
    composer.page.close()
    page.close()


def test_nothing_is_sent_while_an_input_method_composes(rep: Rep, backend: Backend) -> None:
    composer = COMPOSERS["X"](rep)
    before = len(backend.bodies("/api/v1/assess"))
    devtools = composer.page.context.new_cdp_session(composer.page)
    with composer.clock.frozen() as clock:
        for part in ("w", "we", "we move the needle"):
            devtools.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
            clock.advance(IDLE_MS)
        wait_for_paint(composer)
    assert len(backend.bodies("/api/v1/assess")) == before
    devtools.send("Input.insertText", {"text": "They asked us twice. We leverage our forms. And so on"})
    composer.wait_for_mark("leverage")
    composer.page.close()


def test_dark_and_light_follow_the_page(rep: Rep) -> None:
    for name, theme in (("share box", "light"), ("X", "dark")):
        composer = COMPOSERS[name](rep)
        composer.type(WEAK)
        box = until(composer.page, lambda: composer.card.find("rp"), what="the card's box")  # noqa: B023
        assert box.attributes["data-theme"] == theme
        composer.page.close()

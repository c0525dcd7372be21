"""A suggested wording: beside advice on a site and at /write, from an endpoint and from a browser's own model, and absent while
it is off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from server.core.database.session import unit_of_work
from server.people.models import User
from server.privacy.operations import acknowledge_notice
from server.wording_help import operations
from server.wording_help.operations import Chosen
from tests.browser.appearance import check_page
from tests.browser.axe import violations
from tests.browser.backend import Backend, sign_in
from tests.browser.chromium import Rep
from tests.browser.composers import Composer
from tests.browser.navigation import press
from tests.browser.screenshots import save_screenshot
from tests.browser.waiting import until
from tests.server.wording_help.endpoint_server import KEY, MODEL, EndpointServer, endpoint_server

#: With advice on its last sentence, whatever else.
LAST = "That is a great result for everyone involved and we are proud of it."
TEXT = (
    "We have been working hard on improving the way that our customers label pallets, and I am really excited to share that it "
    "is going very well. Our team changed the label on every pallet in the Leeds depot last spring. Fewer of them came back. "
    f"{LAST}"
)
ANSWER = "The depot got 40% fewer pallets back, and Siemens noticed."
#: Without what the draft does not say.
SUGGESTED = "The depot got [your figure] fewer pallets back, and [name] noticed."
#: The interface of the Prompt API. ``asked``: what the model was given.
FAKE_MODEL = """answer => {
  globalThis.asked = [];
  globalThis.LanguageModel = {
    availability: async () => globalThis.modelState ?? 'available',
    create: async ({ monitor, initialPrompts }) => {
      monitor({ addEventListener: (_, listener) => listener({ loaded: 0.42 }) });
      if (globalThis.holdDownload) await new Promise(go => { globalThis.finishDownload = go; });
      return { prompt: async input => { asked.push([initialPrompts[0].content, input]); return answer; }, destroy() {} };
    },
  };
}"""


@pytest.fixture
def endpoint() -> Iterator[EndpointServer]:
    with endpoint_server() as server:
        server.answer = ANSWER
        yield server


@pytest.fixture
def choose(backend: Backend, endpoint: EndpointServer) -> Iterator[Callable[[str], None]]:
    """What an administrator chooses; off again after the test."""
    settings = backend.app.extensions["settings"].model_copy(update={"wording_hosts": endpoint.host})
    before = backend.app.extensions["settings"]
    backend.app.extensions["settings"] = settings

    def change(mode: str) -> None:
        with unit_of_work(backend.engine) as session:
            chosen = Chosen(mode, company="Quill Models", base_url=endpoint.url, model=MODEL, api_key=KEY)
            operations.change(session, settings, chosen=chosen)

    yield change
    change("off")
    backend.app.extensions["settings"] = before


def write(composer: Composer, text: str = TEXT) -> None:
    composer.page.keyboard.insert_text(text)
    composer.pass_typing_pause()


def find(composer: Composer, css_class: str, text: str = ""):
    return until(composer.page, lambda: composer.card.find(css_class, text), what=f"“{text or css_class}” is in the card")


def ask(composer: Composer) -> None:
    """For the first advice on the last sentence."""
    item = until(
        composer.page,
        lambda: next((one for one in composer.card.all("advice") if LAST in one.text and "Suggest" in one.text), None),
        what="a wording is offered",
    )
    advice = next(node for node in composer.card.nodes() if node.has("advice-message") and node.text in item.text)
    label = f"Suggest a wording: {advice.text}"
    composer.card.click(until(composer.page, lambda: composer.card.button(label), what=label))


def download_and_switch_off(rep: Rep) -> None:
    """In the options: downloads the browser's model, and switches suggestions off and on again, which the worker accepts."""
    options = rep.context.new_page()
    fake = f"({FAKE_MODEL})({json.dumps(ANSWER)}); holdDownload = true; modelState = 'downloadable'"
    options.add_init_script(fake)
    options.goto(f"{rep.extension}/options.html")
    section = options.get_by_role("region", name="Suggested wordings")
    section.get_by_role("button", name="Download the model").click()
    expect(section.get_by_text("The browser is downloading its model: 42%")).to_be_visible()
    assert violations(options) == []
    save_screenshot(options, "wording-options", full_page=True)
    options.evaluate("modelState = 'available'; finishDownload()")
    expect(section.get_by_text("The browser's model is ready.")).to_be_visible()
    choice = section.get_by_label("Offer me a suggested wording")
    # The page is rendered again when the worker has stored the choice, so the box may change back and forth before.
    for mode in ("off", "device"):
        choice.click()
        expect(choice).to_be_checked(checked=mode != "off")
        until(options, lambda: rep.send({"kind": "client-state"})["ok"]["wordingHelp"]["mode"] == mode, what=f"it is {mode}")  # noqa: B023
        expect(choice).to_be_checked(checked=mode != "off")
    options.close()


def test_suggestion_on_a_site(
    rep: Rep, share_box: Composer, backend: Backend, endpoint: EndpointServer, choose: Callable[[str], None]
) -> None:
    page, card = share_box.page, share_box.card
    write(share_box)
    share_box.open_card()
    find(share_box, "advice-message")
    assert card.find("wording") is None, "nothing of it is visible while it is off"

    choose("endpoint")
    with unit_of_work(backend.engine) as session:
        acknowledge_notice(session, user_id=rep.user.id)
    rep.change({"kind": "refresh-account"})
    find(share_box, "wording", "Sends your draft to Quill Models")
    ask(share_box)
    shown = find(share_box, "wording-diff")
    assert "Added: " in shown.text
    assert {node.name for node in card.nodes()} >= {"del", "ins", "mark"}
    assert find(share_box, "wording-open", "The coach scores your draft")
    assert share_box.text() == TEXT, "nothing is inserted by itself"
    save_screenshot(page, "wording-card-light")
    card.click(until(page, lambda: card.button("Use this wording"), what="it can be used"))
    until(page, lambda: share_box.text() == TEXT.replace(LAST, SUGGESTED), what="it replaces the sentence")
    until(page, lambda: card.find("card-message", "Applied"), what="the card says so")
    page.keyboard.press("Control+z")
    until(page, lambda: share_box.text() == TEXT, what="one step for Undo")
    assert endpoint.material["passage"] == LAST
    sent = rep.send({"kind": "sent"})["ok"]
    assert [entry["what"] for entry in sent].count("wording") == 1
    assert LAST not in json.dumps(sent)

    # With a protected sentence in the draft, it is not even offered.
    write(share_box, " My salary is too low.")
    until(page, lambda: card.find("ui-notice-unread"), what="a sentence is protected")
    until(page, lambda: card.find("wording") is None, what="and nothing is offered")
    assert len(endpoint.requests) == 1

    page.keyboard.press("Control+z")
    until(page, lambda: share_box.text() == TEXT, what="without it")
    endpoint.fault = "403"
    ask(share_box)
    assert "refuses the organisation's key" in find(share_box, "wording-failed").text
    save_screenshot(page, "wording-card-failed")

    choose("device")
    worker = rep.worker
    worker.evaluate(FAKE_MODEL, ANSWER)
    rep.change({"kind": "refresh-account"})
    asked = len(endpoint.requests)
    card.click(until(page, lambda: card.button("Close"), what="the failed one can be closed"))
    find(share_box, "wording", "on this device")
    ask(share_box)
    find(share_box, "wording-diff")
    assert len(endpoint.requests) == asked, "nobody else is asked"
    ((system, material),) = worker.evaluate("asked")
    assert json.loads(material)["passage"] == LAST
    assert LAST not in system
    download_and_switch_off(rep)


def test_suggestion_at_write(
    open_web_composer: Callable[[User], Composer],
    backend: Backend,
    endpoint: EndpointServer,
    choose: Callable[[str], None],
) -> None:
    choose("endpoint")
    composer = open_web_composer(backend.new_user())
    page, card = composer.page, composer.card
    composer.clock.install()
    page.click(".write-editor")
    write(composer)
    ask(composer)
    find(composer, "wording-diff")
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 1100})
        save_screenshot(page, f"wording-write-{width}-{scheme}", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (scheme, width)
        assert violations(page, only_colours=scheme == "dark") == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    card.click(until(page, lambda: card.button("Use this wording"), what="it can be used"))
    until(page, lambda: composer.text() == TEXT.replace(LAST, SUGGESTED), what="it replaces the sentence")
    assert page.complaints == []

    choose("device")
    page.add_init_script(f"({FAKE_MODEL})({json.dumps(ANSWER)}); holdDownload = true; modelState = 'downloadable'")
    page.evaluate("localStorage.clear()")
    page.reload()
    composer.clock.install()
    page.click(".write-editor")
    write(composer)
    ask(composer)
    assert "42%" in find(composer, "wording-open", "downloading").text
    save_screenshot(page, "wording-write-download", full_page=True)
    card.click(until(page, lambda: card.button("Cancel"), what="it can be cancelled"))
    until(page, lambda: card.find("wording-open") is None, what="it is cancelled")
    page.evaluate("holdDownload = false")
    ask(composer)
    find(composer, "wording-diff")
    page.click(".write-editor")
    composer.type("!")
    until(page, lambda: card.find("wording-diff") is None, what="it goes with the next change")
    page.close()


def test_administrator_chooses_and_tests(
    chromium, backend: Backend, endpoint: EndpointServer, choose: Callable[[str], None]
) -> None:
    page: Page = chromium.new_page()
    sign_in(page, backend.login_link(backend.new_user(role="admin")))
    page.goto(f"{backend.base_url}/settings/wording-help")
    check_page(page, "wording-settings-off")
    page.get_by_label("An endpoint that you choose").check()
    page.get_by_label("Company that runs it").fill("Quill Models")
    page.get_by_label("Address", exact=True).fill("http://10.0.0.5/v1")
    page.get_by_label("Model", exact=True).fill(MODEL)
    page.get_by_label("Key", exact=True).fill(KEY)
    press(page, "Save")
    expect(page.get_by_text("Not saved.")).to_be_visible()
    expect(page.get_by_label("Company that runs it")).to_have_value("Quill Models")
    check_page(page, "wording-settings-error")
    page.get_by_label("Address", exact=True).fill(endpoint.url)
    page.get_by_label("Key", exact=True).fill(KEY)
    press(page, "Save")
    press(page, "Send a test")
    expect(page.get_by_text("It works.")).to_be_visible()
    check_page(page, "wording-settings-endpoint")
    endpoint.fault = "403"
    press(page, "Send a test")
    expect(page.get_by_text("The endpoint refuses the key")).to_be_visible()
    check_page(page, "wording-settings-refused")
    choose("device")
    page.goto(f"{backend.base_url}/settings/wording-help")
    check_page(page, "wording-settings-device")
    page.close()

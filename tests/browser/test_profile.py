"""The rep's own profile: read on their click, where the page is certainly theirs, and reviewed before it is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.backend import Backend
from tests.browser.chromium import Rep
from tests.browser.extension_pages import open_beside, tab_of
from tests.browser.mutations import Guard, MutatedBuilds
from tests.browser.places import at
from tests.browser.screenshots import save_screenshot
from tests.browser.waiting import until

pytestmark = pytest.mark.usefixtures("close_pages")

OWN = {"linkedin": "robin-vale", "x": "robinvale"}
LINKEDIN = at("linkedin-profile", address="https://www.linkedin.com/in/robin-vale/")
CLASSIC = at("linkedin-profile-classic", address="https://www.linkedin.com/in/Robin-Vale/details/")
X = at("x-profile", address="https://x.com/RobinVale")
HEADLINE = "I help bakeries with two ovens plan their nights"
ABOUT = "In 2023 I ran a night shift in a bakery.\n\nSince then I have planned 41 of them."

READ: dict[str, dict[str, Any]] = {
    LINKEDIN: {
        "headline": HEADLINE,
        "about": ABOUT,
        "experience": ["Account executive\nHearth & Sons", "Baker\nVale's 🥐"],
        "education": None,
        "skills": ["Oven planning", "Night shifts"],
        "recommendations": "1",
        "photo": "yes",
    },
    CLASSIC: {
        "headline": HEADLINE,
        "about": "Since 2023 I have planned 41 nights.",
        "experience": ["Account executive\nPlanned nights for 41 bakeries", "Baker"],
        "skills": None,
        "photo": None,
    },
    X: {
        "bio": "Nights for bakeries 🥖",
        "location": None,
        "website": "hearth.example",
        "pinned": "We moved one oven to the night and kept the morning bread.",
        "photo": "yes",
    },
}

ASK = """({ tab, name }) => new Promise(resolve => {
  const port = chrome.tabs.connect(tab, { name, frameId: 0 });
  port.onMessage.addListener(resolve);
  port.onDisconnect.addListener(() => { void chrome.runtime.lastError; resolve({ error: "no answer" }) });
})"""


def ask_page(rep: Rep, page: Page) -> dict[str, Any]:
    """The content script's response to a click on "Read my profile from this page" in the panel."""
    tab = tab_of(rep, page.evaluate("location.host"))
    answer: dict[str, Any] = rep.extension_file().evaluate(ASK, {"tab": tab, "name": "profile"})
    return answer


def sections(answer: dict[str, Any]) -> dict[str, Any]:
    return {section["name"]: section["value"] for section in answer["ok"]["sections"]}


@pytest.fixture(scope="module")
def rep(paired_rep: Rep) -> Rep:
    paired_rep.change({"kind": "settings", "profiles": OWN})
    return paired_rep


@pytest.mark.parametrize("address", READ, ids=["server-driven", "classic", "X"])
def test_profile_sections_are_read_and_those_not_loaded_are_left_out(rep: Rep, address: str) -> None:
    answer = ask_page(rep, rep.open(address))
    assert sections(answer) == READ[address]
    unsure = {section["name"] for section in answer["ok"]["sections"] if not section["isCertain"]}
    assert unsure == ({"pinned"} if address == X else {"headline"}), "an uncertain section is marked as such"
    assert "customer" not in json.dumps(answer), "what other people wrote is not read"


def test_opening_or_scrolling_a_profile_sends_nothing(rep: Rep, backend: Backend) -> None:
    page = rep.open(LINKEDIN)
    page.click(".top")
    page.mouse.wheel(0, 2_000)
    assert ask_page(rep, page)["ok"]
    assert backend.bodies("/api/v1/profile/assess") == [], "reading sends nothing"


def remove(selector: str) -> str:
    return f"document.querySelector({json.dumps(selector)}).remove()"


def add(selector: str, name: str, **attributes: str) -> str:
    return f"""document.querySelector({json.dumps(selector)})
      .append(Object.assign(document.createElement({json.dumps(name)}), {json.dumps(attributes)}))"""


#: Reasons to doubt whose profile it is: an address, a change to the page, and the guard that detects it.
DOUBTS: dict[str, tuple[str, str, Guard]] = {
    "somebody else's address": (
        at("linkedin-profile", address="https://www.linkedin.com/in/somebody-else/"),
        "0",
        Guard("sites/linkedin-profile.ts", 'if (slug !== own) return { error: "not-own-address" };', ""),
    ),
    "nothing to edit": (
        LINKEDIN,
        remove("#edit"),
        Guard(
            "sites/linkedin-profile.ts",
            "return edit && slugOf(new URL(edit.href).pathname) === own ? top : null;",
            "return top;",
        ),
    ),
    "somebody else's edit": (
        LINKEDIN,
        "document.querySelector('#edit').href = '/in/somebody-else/edit/intro/'",
        Guard("sites/linkedin-profile.ts", "return edit && slugOf(new URL(edit.href).pathname) === own", "return edit"),
    ),
    "somebody else's identity": (
        LINKEDIN,
        "document.querySelector('[componentkey*=Verif]').setAttribute('componentkey', 'ProfileVerificationTriggerRef-other')",
        Guard("sites/linkedin-profile.ts", "if (identity !== null && identity !== undefined && ", "if (false && identity && "),
    ),
    "a message to them": (
        LINKEDIN,
        add(".top", "a", href="/messaging/compose/?recipient=1"),
        Guard("sites/linkedin-profile.ts", " || top.querySelector(MESSAGE)", ""),
    ),
    "a message from their page": (
        LINKEDIN,
        add("main", "a", href="/write?screenContext=NON_SELF_PROFILE_VIEW"),
        Guard("sites/linkedin-profile.ts", ', a[href*="NON_SELF_PROFILE_VIEW"]', ""),
    ),
    "somebody else's photo": (
        CLASSIC,
        add(".top", "div", className="pv-top-card__non-self-photo-wrapper"),
        Guard("sites/linkedin-profile.ts", ".pv-top-card__non-self-photo-wrapper, ", ""),
    ),
    "a page while it navigates": (
        LINKEDIN,
        "document.querySelector('main').append(document.querySelector('.top').cloneNode(true))",
        Guard("sites/linkedin-profile.ts", "if (!top || cards.length !== 1)", "if (!top)"),
    ),
    "somebody else's address on X": (
        at("x-profile", address="https://x.com/SomebodyElse"),
        "0",
        Guard("sites/x-profile.ts", 'if (handle !== own) return { error: "not-own-address" };', ""),
    ),
    "somebody else signed in on X": (
        X,
        "document.querySelector('#me').href = '/SomebodyElse'",
        Guard("sites/x-profile.ts", "handleOf(new URL(ownLink.href).pathname) !== own || ", ""),
    ),
    "nothing to edit on X": (
        X,
        remove("#edit"),
        Guard("sites/x-profile.ts", " || !column.querySelector(EDIT)", ""),
    ),
}


def test_a_profile_is_not_read_while_its_owner_is_in_doubt(rep: Rep) -> None:
    page = rep.context.new_page()
    answers = {}
    for doubt, (address, change, _) in DOUBTS.items():
        page.goto(address)
        page.evaluate(change)
        answers[doubt] = ask_page(rep, page).get("error")
    assert {doubt: error for doubt, error in answers.items() if error not in ("not-own-address", "not-own-page")} == {}


def test_before_the_rep_has_confirmed_which_is_theirs_no_page_is_read(rep: Rep) -> None:
    rep.change({"kind": "settings", "profiles": {"linkedin": "", "x": ""}})
    try:
        for address in (LINKEDIN, X):
            page = rep.open(address)
            assert ask_page(rep, page) == {"error": "not-confirmed"}
            page.close()
    finally:
        rep.change({"kind": "settings", "profiles": OWN})


def test_on_a_paused_site_no_profile_is_read(rep: Rep) -> None:
    rep.change({"kind": "settings", "pausedHost": {"host": "www.linkedin.com", "paused": True}})
    try:
        assert ask_page(rep, rep.open(LINKEDIN)) == {"error": "paused"}
    finally:
        rep.change({"kind": "settings", "pausedHost": {"host": "www.linkedin.com", "paused": False}})


@pytest.fixture(scope="module")
def mutations(
    playwright: Playwright, backend: Backend, fixtures: Path, tmp_path_factory: pytest.TempPathFactory
) -> MutatedBuilds:
    builds = MutatedBuilds.set_up(playwright, backend, fixtures, tmp_path_factory.mktemp("mutations"))
    context, extension = builds.start()
    Rep(context, backend, extension).change({"kind": "settings", "profiles": OWN})
    context.close()
    return builds


@pytest.mark.soak
@pytest.mark.parametrize("doubt", DOUBTS)
def test_without_its_guard_the_page_would_have_been_read(mutations: MutatedBuilds, doubt: str) -> None:
    address, change, guard = DOUBTS[doubt]
    with mutations.without(guard) as rep:
        page = rep.open(address)
        page.evaluate(change)
        assert "ok" in ask_page(rep, page)


def panel_beside(rep: Rep, page: Page) -> Page:
    """The panel's profile tab, as beside ``page``."""
    panel = open_beside(rep, "panel", page.evaluate("location.host"))
    panel.set_viewport_size({"width": 380, "height": 900})
    panel.get_by_role("tab", name="My profile").click()
    return panel


def test_the_rep_edits_the_profile_before_it_is_sent_and_reads_the_tips(rep: Rep, backend: Backend) -> None:
    rep.change({"kind": "settings", "profiles": {"linkedin": "", "x": ""}})
    panel = panel_beside(rep, rep.open(LINKEDIN))
    before = len(backend.bodies("/api/v1/profile/assess"))
    own = panel.get_by_label("Your LinkedIn profile's address")
    own.fill("see my page")
    panel.get_by_role("button", name="This is me").click()
    panel.get_by_text("Paste the address from your browser").wait_for()
    own.fill("https://www.linkedin.com/in/Robin-Vale/?trk=home")
    panel.get_by_role("button", name="This is me").click()
    panel.get_by_text("linkedin.com/in/robin-vale").wait_for()

    panel.get_by_role("button", name="Read my profile from this page").click()
    until(panel, lambda: panel.get_by_label("About", exact=True).input_value() == ABOUT, what="what was read is shown")
    assert panel.get_by_label("Headline").input_value() == HEADLINE
    assert panel.get_by_text("this may be the wrong part").count() == 1
    assert panel.get_by_text("Empty on your profile").count() == 1
    save_screenshots(panel, "profile-read")
    panel.get_by_label("Headline").fill("I help bakeries bake at night")
    panel.get_by_label("Skills").fill("Oven planning\n\nNight shifts\n\nListening")
    assert len(backend.bodies("/api/v1/profile/assess")) == before, "nothing has been sent yet"

    panel.get_by_role("button", name="Check these sections").click()
    panel.locator(".profile-verdict .band").wait_for()
    (body,) = backend.bodies("/api/v1/profile/assess")[before:]
    assert json.loads(body) == {
        "surface": "linkedin-profile",
        "sections": READ[LINKEDIN]
        | {
            "headline": "I help bakeries bake at night",
            "skills": ["Oven planning", "Night shifts", "Listening"],
            "recommendations": ["A recommendation"],
        },
    }
    assert panel.locator(".profile-verdict .tip").count() > 0
    save_screenshots(panel, "profile-verdict")
    options = rep.options()
    options.get_by_role("row", name="LinkedIn profile").first.wait_for()
    assert "bakeries" not in options.inner_text("body"), "the log contains no text"


def test_pasted_profile_sections_are_sent_and_omitted_ones_are_not(rep: Rep, backend: Backend) -> None:
    rep.change({"kind": "settings", "profiles": OWN})
    panel = panel_beside(rep, rep.open(at("linkedin")))
    panel.get_by_role("button", name="Read my profile from this page").click()
    panel.get_by_text("Open your own profile in the active tab").wait_for()
    panel.get_by_role("button", name="Check these sections").click()
    panel.get_by_text("Fill in at least one section").wait_for()
    panel.get_by_label("About", exact=True).fill("I plan nights for bakeries. In 2023 I planned 41 of them.")
    panel.get_by_role("button", name="Check these sections").click()
    panel.locator(".profile-verdict .ui-meter").first.wait_for()
    assert json.loads(backend.bodies("/api/v1/profile/assess")[-1])["sections"] == {
        "about": "I plan nights for bakeries. In 2023 I planned 41 of them."
    }


def test_profile_sections_survive_an_unreachable_server(rep: Rep, backend: Backend) -> None:
    panel = panel_beside(rep, rep.open(at("linkedin")))
    about = panel.get_by_label("About", exact=True)
    about.fill("I plan nights for bakeries.")
    backend.stop()
    try:
        panel.get_by_role("button", name="Check these sections").click()
        panel.get_by_text("The server is not responding").wait_for()
        assert about.input_value() == "I plan nights for bakeries."
    finally:
        backend.start()
    panel.get_by_role("button", name="Check these sections").click()
    panel.locator(".profile-verdict .ui-meter").first.wait_for()


def save_screenshots(panel: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        panel.emulate_media(color_scheme=scheme)
        save_screenshot(panel, f"{name}-{scheme}", full_page=True)

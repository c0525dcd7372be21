"""Opens the extension's panel and popup in a tab of their own.

Both ask the browser for the active tab. In a tab of their own that would be themselves, so the result is overridden here."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.chromium import Rep

#: Content scripts report their host to the extension's pages.
FIND_TAB = """async host => {
  const tabs = (await chrome.tabs.query({})).map(({ id }) => new Promise(resolve => {
    const port = chrome.tabs.connect(id, { name: 'host', frameId: 0 });
    port.onMessage.addListener(message => resolve(message.host === host ? id : null));
    port.onDisconnect.addListener(() => { void chrome.runtime.lastError; resolve(null) });
  }));
  return (await Promise.all(tabs)).find(id => id !== null);
}"""


def tab_of(rep: Rep, host: str) -> int:
    """The browser's id of the tab that shows ``host``."""
    tab: int = rep.extension_file().evaluate(FIND_TAB, host)
    return tab


def open_beside(rep: Rep, name: str, host: str) -> Page:
    """Opens ``name``, ``panel`` or ``popup``, as if beside the tab of ``host``."""
    tab = tab_of(rep, host)
    page = rep.context.new_page()
    page.add_init_script(f"chrome.tabs.query = async () => [{{ id: {tab} }}]")
    page.goto(f"{rep.extension}/{name}.html")
    return page

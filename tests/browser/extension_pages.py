"""The extension's panel and popup, opened in a tab of their own.

They ask the browser which tab is active. Beside a site's tab that is the site's; in a tab of their own it would be
themselves, so that the answer is set here."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.chromium import Rep

#: Content scripts name their host to the extension's pages.
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
    tab: int = rep.own_file().evaluate(FIND_TAB, host)
    return tab


def open_beside(rep: Rep, name: str, host: str) -> Page:
    """The page ``name``, ``panel`` or ``popup``, as beside the tab of ``host``."""
    tab = tab_of(rep, host)
    page = rep.context.new_page()
    page.add_init_script(f"chrome.tabs.query = async () => [{{ id: {tab} }}]")
    page.goto(f"{rep.extension}/{name}.html")
    return page

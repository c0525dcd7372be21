"""Types as a person does."""

from __future__ import annotations

from playwright.sync_api import Page

#: This many characters at the end of a line are typed key by key.
TYPED_CHARACTERS = 6


def write(page: Page, text: str) -> None:
    """Writes into the focused element. Most of a long line is inserted at once, as by dictation, and only its end is
    typed, because key presses are slow. `behaviours.py` types everything key by key in every editor."""
    inserted = 0 if "\n" in text or len(text) < 2 * TYPED_CHARACTERS else len(text) - TYPED_CHARACTERS
    if inserted:
        page.keyboard.insert_text(text[:inserted])
    page.keyboard.type(text[inserted:])


def end_undo_step(page: Page) -> None:
    """Ends the current undo step. Editors merge changes within a second, by ``Date.now``, so the test need not wait."""
    page.evaluate(SKIP_UNDO_MERGE)


#: An expression that sets the page's clock ahead. Used in Firefox too.
SKIP_UNDO_MERGE = "(() => { const now = Date.now; Date.now = () => now.call(Date) + 1_100; return true })()"

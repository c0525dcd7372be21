"""Typing as a person does."""

from __future__ import annotations

from playwright.sync_api import Page

#: So many characters at the end of a line are typed key by key.
TYPED_CHARACTERS = 12


def write(page: Page, text: str) -> None:
    """Into the focused element. Most of a long line is inserted at once, as by dictation, and its end typed, for keys are what
    costs time. `behaviours.py` types everything by keys in every editor."""
    inserted = 0 if "\n" in text or len(text) < 2 * TYPED_CHARACTERS else len(text) - TYPED_CHARACTERS
    if inserted:
        page.keyboard.insert_text(text[:inserted])
    page.keyboard.type(text[inserted:])


def end_undo_step(page: Page) -> None:
    """Editors merge what happens within a second into one undo step. They read ``Date.now``, so the second need not pass."""
    page.evaluate(LATER)


#: An expression that sets the page's clock ahead; in Firefox, too.
LATER = "(() => { const now = Date.now; Date.now = () => now.call(Date) + 1_100; return true })()"

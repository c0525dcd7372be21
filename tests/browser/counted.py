"""A page that counts what a person does in it: clicks, fields typed into, and the characters typed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Dialog, Locator, Page

#: A practised typist: 40 words of five characters.
CHARACTERS_PER_MINUTE = 200


@dataclass
class CountedPage:
    """``seconds``: how long the browser and the server took for the counted actions, without the person's own time."""

    page: Page
    clicks: int = 0
    fields: int = 0
    characters: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.page.on("dialog", self._accept)

    @property
    def minutes(self) -> float:
        """The actions as measured, and typing. Reading and deciding are not included."""
        return self.seconds / 60 + self.characters / CHARACTERS_PER_MINUTE

    def click(self, target: Locator) -> None:
        with self._counted(clicks=1):
            target.click()
            self.page.wait_for_load_state()

    def open(self, link: str) -> None:
        """Follows the link with this name; the first one, if the page has several."""
        self.click(self.page.get_by_role("link", name=link, exact=True).first)

    def press(self, button: str) -> None:
        self.click(self.page.get_by_role("button", name=button, exact=True))

    def type(self, target: Locator, text: str) -> None:
        """A click into the field, and typing; a date is typed too."""
        with self._counted(clicks=1, fields=1, characters=len(text)):
            target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        """Opens a list and picks an entry."""
        with self._counted(clicks=2):
            target.select_option(label=label)

    def upload(self, target: Locator, path: Path) -> None:
        """The button, the file in the system's dialog, and that dialog's button."""
        with self._counted(clicks=3):
            target.set_input_files(path)

    def _accept(self, dialog: Dialog) -> None:
        self.clicks += 1
        dialog.accept()

    @contextmanager
    def _counted(self, *, clicks: int, fields: int = 0, characters: int = 0) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - started
        self.clicks += clicks
        self.fields += fields
        self.characters += characters

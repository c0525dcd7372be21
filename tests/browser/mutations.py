"""Builds the extension without one of its guards, to show that the guard's test would fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.browser.backend import Backend
from tests.browser.build import EXTENSION, ROOT, build_extension
from tests.browser.chromium import Rep, open_chromium


@dataclass(frozen=True)
class Guard:
    """A piece of a source file under ``content``, and its replacement in the mutated build."""

    file: str
    guard: str
    without: str


@dataclass
class MutatedBuilds:
    """Builds the extension from a copy of the sources, each time without one guard, for a browser in which the rep has agreed
    and paired."""

    folder: Path
    backend: Backend
    start: Callable[[], tuple[BrowserContext, str]]
    builds: int = 0

    @classmethod
    def set_up(cls, playwright: Playwright, backend: Backend, fixtures: Path, folder: Path) -> MutatedBuilds:
        shutil.copytree(EXTENSION, folder / "extension", ignore=shutil.ignore_patterns("node_modules", "dist"))
        # The build also reads these.
        for path in ("extension/node_modules", "server", "nlp"):
            (folder / path).symlink_to(ROOT / path)

        def start() -> tuple[BrowserContext, str]:
            return open_chromium(playwright, folder / "dist", fixtures, folder / "profile", again=True)

        mutations = cls(folder, backend, start)
        mutations.build()
        context, extension = start()
        rep = Rep(context, backend, extension)
        rep.agree()
        rep.pair()
        context.close()
        return mutations

    def build(self, guard: Guard | None = None) -> None:
        sources = self.folder / "extension/src"
        shutil.rmtree(sources, ignore_errors=True)
        shutil.copytree(EXTENSION / "src", sources)
        # The browser would keep running the worker of a version it already knows.
        self.builds += 1
        package = self.folder / "extension/package.json"
        package.write_text(json.dumps(json.loads(package.read_text()) | {"version": f"0.1.{self.builds}"}))
        # The browser may treat any build as a new installation, and the options page would open over the page under test.
        self._replace("background/main.ts", 'if (reason === "install") void chrome.runtime.openOptionsPage();', "")
        if guard:
            self._replace(f"content/{guard.file}", guard.guard, guard.without)
        build_extension(self.backend.base_url, self.folder / "dist", source=self.folder / "extension")

    def _replace(self, file: str, old: str, new: str) -> None:
        path = self.folder / "extension/src" / file
        source = path.read_text()
        assert source.count(old) == 1, "the guard occurs exactly once in the source"
        path.write_text(source.replace(old, new))

    @contextmanager
    def without(self, guard: Guard) -> Iterator[Rep]:
        self.build(guard)
        context, extension = self.start()
        try:
            yield Rep(context, self.backend, extension)
        finally:
            context.close()

"""The behaviours in Firefox. Writes the table to ``var/behaviour/firefox.md``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import engines
from tests.browser.backend import Backend
from tests.browser.behaviours import BEHAVIOURS, Results
from tests.browser.engines import ENGINES, FirefoxBrowser

#: Every behaviour on one engine, and on the two sites' other engines those that depend most on the engine. The soak test runs
#: the whole table.
EVERY_RUN = {
    "quill-1-shadow": set(BEHAVIOURS),
    "quill-1": {"applies in one undo step"},
    "draft-js": {
        "underlines follow edits before them",
        "applies in one undo step",
        "reads nothing while composing",
        "changes nothing in the editor",
    },
    "prosemirror": {"applies in one undo step", "reads a paste of 3,000 characters"},
}


@pytest.fixture(scope="module")
def firefox(backend: Backend, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirefoxBrowser]:
    pages = engines.bundle(tmp_path_factory.mktemp("engines"))
    with engines.launch_firefox(backend, dist, pages, tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    results = Results("Firefox")
    yield results
    results.write()


@pytest.mark.parametrize(
    ("engine", "behaviour"),
    [
        pytest.param(engine, behaviour, marks=() if behaviour in EVERY_RUN.get(engine, ()) else pytest.mark.soak)
        for engine in ENGINES
        for behaviour in BEHAVIOURS
    ],
)
def test_behaviour(engine: str, behaviour: str, firefox: FirefoxBrowser, results: Results, backend: Backend) -> None:
    results.check(firefox, engine, behaviour, backend)

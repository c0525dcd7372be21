"""Each behaviour on each editor engine in Chromium. Writes the table to ``var/behaviour/chromium.md``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import engines
from tests.browser.backend import Backend
from tests.browser.behaviours import BEHAVIOURS, Results
from tests.browser.chromium import Rep
from tests.browser.engines import ENGINES, Chromium

#: The engines of the two sites; and a textarea, where nothing can be underlined and the list shows the tips instead. The soak
#: runs the whole table.
ON_SITES = {"quill-1", "quill-1-shadow", "draft-js", "prosemirror"}
IN_TEXTAREA = {
    "underlines the right words", "underlines vanish with their words", "applies in one undo step", "ignoring keeps the caret",
}  # fmt: skip


#: What depends on the page and not only on the engine.
ON_ARTICLES = {
    "underlines the right words", "applies in one undo step", "changes nothing in the editor", "leaves nothing behind when off",
}  # fmt: skip


def is_soak(engine: str, behaviour: str) -> bool:
    if engine == "prosemirror-article":
        return behaviour not in ON_ARTICLES
    return engine not in ON_SITES and not (engine == "textarea" and behaviour in IN_TEXTAREA)


@pytest.fixture(scope="module")
def chromium(rep: Rep, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(rep, engines.bundle(tmp_path_factory.mktemp("engines"))).served() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    results = Results("Chromium")
    yield results
    results.write()


@pytest.mark.parametrize(
    ("engine", "behaviour"),
    [
        pytest.param(engine, behaviour, marks=pytest.mark.soak if is_soak(engine, behaviour) else ())
        for engine in ENGINES
        for behaviour in BEHAVIOURS
    ],
)
def test_behaviour(engine: str, behaviour: str, chromium: Chromium, results: Results, backend: Backend) -> None:
    results.check(chromium, engine, behaviour, backend)

"""Each behaviour on each editor engine in Chromium. Writes the table to ``var/behaviour/chromium.md``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import engines
from tests.browser.backend import Backend
from tests.browser.behaviours import BEHAVIOURS, Results
from tests.browser.chromium import Rep
from tests.browser.engines import ENGINES, Chromium

#: Editors that neither site uses today run only in the soak test, which covers the whole table. The textarea always runs,
#: because nothing can be underlined there and the list is used instead.
ON_NO_SITE = {"contenteditable", "quill-2", "prosemirror-shadow"}


@pytest.fixture(scope="module")
def chromium(rep: Rep, tmp_path_factory: pytest.TempPathFactory) -> Chromium:
    return Chromium(rep, engines.bundle(tmp_path_factory.mktemp("engines")))


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    results = Results("Chromium")
    yield results
    results.write()


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize(
    "engine", [pytest.param(engine, marks=pytest.mark.soak if engine in ON_NO_SITE else ()) for engine in ENGINES]
)
def test_behaviour(engine: str, behaviour: str, chromium: Chromium, results: Results, backend: Backend) -> None:
    results.check(chromium, engine, behaviour, backend)

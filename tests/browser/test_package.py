"""What the built packages contain, checked without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nlp.measures import NAMES
from nlp.quality import bait, style
from nlp.quality.marks.aspects import ASPECTS
from tests.browser.build import EXTENSION


@pytest.mark.parametrize("browser", ["chrome", "firefox"])
def test_the_bundle_has_no_forbidden_permission_or_call(dist: Path, browser: str) -> None:
    manifest = json.loads((dist / browser / "manifest.json").read_text())
    assert manifest["permissions"] == (["scripting", "sidePanel"] if browser == "chrome" else ["scripting"])
    assert manifest["host_permissions"] == ["http://127.0.0.1/*"]
    assert manifest["optional_host_permissions"] == ["https://*/*"]
    assert not {"web_accessible_resources", "externally_connectable"} & manifest.keys()
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.cookie|importScripts|/voyager/|localStorage"
    )
    for script in (dist / browser).glob("*.js"):
        assert not forbidden.search(script.read_text()), script.name
    content = (dist / browser / "content.js").read_text()
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource|scrollIntoView", content)


def test_every_measure_has_a_message_on_how_to_fix_it() -> None:
    messages = json.loads((EXTENSION / "src/messages.json").read_text())
    measured = (
        {name for names in NAMES.values() for name in names} | {*style.STYLES, bait.MEASURE, "near_copy"} | {*ASPECTS, "flow"}
    )
    assert {key.removeprefix("fix_") for key in messages if key.startswith("fix_")} == measured

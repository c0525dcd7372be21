"""The extension as ``make extension`` built it, and what of it lies in a data folder."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: In the data folder: packages, update manifests and policies.
FOLDER = "extension"
_BACKEND = re.compile(r"connect-src 'self' ([^\s;]+)")


class ExtensionError(Exception):
    """The message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Build:
    """``browser`` is ``chrome`` (also for Edge) or ``firefox``."""

    browser: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def version(self) -> str:
        return str(self.manifest["version"])


def read_build(dist: Path, browser: str, *, backend: str) -> Build:
    """Raises ``ExtensionError`` if there is no build, or it talks to another server than ``backend``."""
    path = dist / browser / "manifest.json"
    if not path.is_file():
        raise ExtensionError(f"There is no build at {path.parent}: run `make extension REPUTE_BASE_URL={backend}`.")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    found = _BACKEND.search(manifest["content_security_policy"]["extension_pages"])
    if found is None or found[1] != backend:
        talks_to = found[1] if found else "no server"
        raise ExtensionError(
            f"The build at {path.parent} talks to {talks_to}, not to {backend}: run `make extension REPUTE_BASE_URL={backend}`."
        )
    return Build(browser, path.parent, manifest)


def read_packed_manifest(package: Path) -> dict[str, Any]:
    """The manifest in a .zip, .xpi or .crx."""
    with zipfile.ZipFile(package) as archive:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return manifest


def firefox_id(manifest: dict[str, Any]) -> str:
    return str(manifest["browser_specific_settings"]["gecko"]["id"])

"""Packs the extension into the data folder, and writes policies and update manifests there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.core.settings import Settings
from server.extension import packages, policies
from server.extension.builds import FOLDER, Build, ExtensionError, firefox_id, read_build, read_packed_manifest

BROWSERS = ("chrome", "edge", "firefox")


@dataclass(slots=True)
class Policy:
    """``value``: of ExtensionSettings. ``notes``: what is still missing."""

    value: dict[str, Any]
    files: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def folder_of(settings: Settings) -> Path:
    return settings.data / FOLDER


def pack(settings: Settings, dist: Path, *, key: Path | None = None, own_firefox_id: str = "") -> list[Path]:
    """Writes a zip for each browser, and with ``key`` a signed CRX. Raises ``ExtensionError``."""
    builds = [read_build(dist, browser, backend=settings.origin) for browser in ("chrome", "firefox")]
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for build in builds:
        target = folder / f"repute-{build.browser}-{build.version}.zip"
        packages.write_zip(
            build,
            target,
            firefox_id=own_firefox_id,
            # Firefox updates over TLS only.
            update_url=_url(settings, "updates.json") if settings.secure else "",
        )
        written.append(target)
    if key is not None:
        target = folder / f"repute-{builds[0].version}.crx"
        packages.write_crx(builds[0], key, target)
        written.append(target)
    return written


def write_policy(settings: Settings, dist: Path, browser: str, *, extension_id: str = "", update_url: str = "") -> Policy:
    """``update_url``: of a store or another server; without it, this server serves the extension. Raises ``ExtensionError``."""
    if not settings.secure and not update_url:
        raise ExtensionError("Browsers install over TLS only: set REPUTE_BASE_URL to an https address, or give --update-url.")
    build = read_build(dist, "firefox" if browser == "firefox" else "chrome", backend=settings.origin)
    folder_of(settings).mkdir(parents=True, exist_ok=True)
    if browser == "firefox":
        return _write_firefox_policy(settings, build, extension_id, update_url)
    return _write_chromium_policy(settings, build, browser, extension_id, update_url)


def _write_chromium_policy(settings: Settings, build: Build, browser: str, extension_id: str, update_url: str) -> Policy:
    folder = folder_of(settings)
    crx = folder / f"repute-{build.version}.crx"
    if crx.is_file() and not update_url:
        packed_id = packages.read_crx_id(crx)
        if extension_id not in ("", packed_id):
            raise ExtensionError(f"{crx} has the id {packed_id}, not {extension_id}.")
        extension_id = packed_id
    if not extension_id:
        raise ExtensionError("The extension's id is unknown: give --id, or sign a package with `extension pack --key FILE`.")
    value = policies.chromium_policy(browser, extension_id=extension_id, update_url=update_url or _url(settings, "update.xml"))
    policy = Policy(value)
    _write_json(policy, folder / f"{browser}-policy.json", {"ExtensionSettings": value})
    if update_url:
        return policy
    if not crx.is_file():
        policy.notes.append(f"{crx} is missing: run `extension pack --key FILE`, then this command again.")
        return policy
    manifest = policies.update_xml(
        extension_id=extension_id,
        version=build.version,
        crx_url=_url(settings, crx.name),
        minimum_version=build.manifest["minimum_chrome_version"],
    )
    path = folder / "update.xml"
    path.write_text(manifest, encoding="utf-8")
    policy.files.append(path)
    return policy


def _write_firefox_policy(settings: Settings, build: Build, extension_id: str, install_url: str) -> Policy:
    folder = folder_of(settings)
    xpi = folder / f"repute-{build.version}.xpi"
    manifest = read_packed_manifest(xpi) if xpi.is_file() else build.manifest
    extension_id = extension_id or firefox_id(manifest)
    if xpi.is_file() and not install_url and extension_id != firefox_id(manifest):
        raise ExtensionError(f"{xpi} has the id {firefox_id(manifest)}, not {extension_id}.")
    value = policies.firefox_policy(extension_id=extension_id, install_url=install_url or _url(settings, xpi.name))
    policy = Policy(value)
    _write_json(policy, folder / "policies.json", {"policies": {"ExtensionSettings": value}})
    if install_url:
        return policy
    if not xpi.is_file():
        policy.notes.append(f"{xpi} is missing: have Mozilla sign the zip, save it there, then run this command again.")
        return policy
    updates = policies.updates_json(
        extension_id=extension_id,
        version=build.version,
        xpi_url=_url(settings, xpi.name),
        sha256=hashlib.sha256(xpi.read_bytes()).hexdigest(),
        minimum_version=build.manifest["browser_specific_settings"]["gecko"]["strict_min_version"],
    )
    _write_json(policy, folder / "updates.json", updates)
    return policy


def _url(settings: Settings, name: str) -> str:
    return f"{settings.origin}/{FOLDER}/{name}"


def _write_json(policy: Policy, path: Path, content: dict[str, Any]) -> None:
    path.write_text(f"{json.dumps(content, indent=2)}\n", encoding="utf-8")
    policy.files.append(path)

"""Packages of a build: reproducible zip files, and a CRX3 file that a Chromium browser signs."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from server.extension.builds import Build, ExtensionError

#: The first date that a zip file can have.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
#: Programs that can sign, unless the variable CHROMIUM names one.
BROWSERS = ("chromium", "google-chrome", "chrome", "microsoft-edge")
SIGN_TIMEOUT_SECONDS = 120
#: The start of a CRX3 file's signed data with the extension's id (crx3.proto: field 10000, in it field 1 of 16 bytes).
_ID_MARK = b"\x82\xf1\x04\x12\x0a\x10"


def write_zip(build: Build, target: Path, *, firefox_id: str = "", update_url: str = "") -> None:
    """The same bytes from the same build on every machine. For Firefox, the manifest gets the company's own id and the address
    of its update manifest."""
    manifest = copy.deepcopy(build.manifest)
    if build.browser == "firefox":
        gecko = manifest["browser_specific_settings"]["gecko"]
        gecko |= {"id": firefox_id} if firefox_id else {}
        gecko |= {"update_url": update_url} if update_url else {}
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in build.folder.rglob("*") if path.is_file()):
            name = path.relative_to(build.folder).as_posix()
            changed = name == "manifest.json" and manifest != build.manifest
            content = f"{json.dumps(manifest, indent=2)}\n".encode() if changed else path.read_bytes()
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.create_system = 3  # Unix, whatever this machine is
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)


def write_crx(build: Build, key: Path, target: Path) -> None:
    """Has a Chromium browser sign the build with ``key`` (PEM). Raises ``ExtensionError`` if there is none or it fails."""
    browser = os.environ.get("CHROMIUM") or next(filter(shutil.which, BROWSERS), None)
    if browser is None:
        raise ExtensionError(f"Signing needs one of {', '.join(BROWSERS)}; the variable CHROMIUM may name its path.")
    if not key.is_file():
        raise ExtensionError(f"There is no key at {key}: make one with `openssl genrsa -out {key} 2048` and keep it.")
    with TemporaryDirectory() as name:
        folder = Path(name, "extension")
        shutil.copytree(build.folder, folder)
        command = [browser, f"--user-data-dir={name}/profile", f"--pack-extension={folder}", f"--pack-extension-key={key.resolve()}"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")  # refused otherwise; it opens no page
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SIGN_TIMEOUT_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ExtensionError(f"{browser} could not sign: {type(error).__name__}.") from None
        signed = folder.with_suffix(".crx")
        if not signed.is_file():
            raise ExtensionError(f"{browser} did not sign: is {key} an RSA key in PEM format?")
        shutil.copyfile(signed, target)


def read_crx_id(crx: Path) -> str:
    """The extension's id, 32 letters from a to p, which follows from the key."""
    content = crx.read_bytes()
    header = content[12 : 12 + int.from_bytes(content[8:12], "little")]
    at = header.find(_ID_MARK)
    if content[:8] != b"Cr24\x03\0\0\0" or at < 0:
        raise ExtensionError(f"{crx} is no CRX3 file.")
    digits = header[at + len(_ID_MARK) :][:16].hex()
    return digits.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))

"""The locked packages: what pyproject.toml and the extension's package.json resolve to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Packages that a server needs, and with those that it may have for evidence. The other lock files add packages for training,
#: tests and checks.
RUN_TIME, WITH_EVIDENCE = ROOT / "requirements.txt", ROOT / "requirements-evidence.txt"
_PACKAGE = re.compile(r"^([a-z0-9][\w.-]*)==(\S+)[^\n]*\\\n((?: +--hash=\S+[^\n]*\n?)+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    #: SHA-256 of each file that may be installed: one for each platform.
    hashes: tuple[str, ...]


def read(path: Path) -> list[Package]:
    """The packages of a hashed requirements file. One with a version for each Python version appears several times."""
    return [
        Package(name, version, tuple(_HASH.findall(hashes)))
        for name, version, hashes in _PACKAGE.findall(path.read_text(encoding="utf-8"))
    ]


def optional_packages() -> list[Package]:
    """What ``WITH_EVIDENCE`` adds."""
    needed = {(package.name, package.version) for package in read(RUN_TIME)}
    return [package for package in read(WITH_EVIDENCE) if (package.name, package.version) not in needed]

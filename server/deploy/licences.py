"""Writes the licence of every package that runs on the server or is part of the extension to var/sbom/licences.csv.

Exit codes: 0 if all are allowed, 1 if a package states no licence or one that ``licence_policy`` does not allow. The Python
packages are those of requirements.txt and what evidence adds to them, by their installed metadata; npm's are those that a
build puts into its scripts."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from server.deploy.licence_policy import is_allowed
from server.deploy.locks import ROOT, RUN_TIME, optional_packages, read

FILE = ROOT / "var" / "sbom" / "licences.csv"
#: What metadata states instead of SPDX ids, in a classifier or a field.
SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Apache2": "Apache-2.0",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "ISC license": "ISC",
    "2-clause BSD": "BSD-2-Clause",
    "Python Software Foundation License": "PSF-2.0",
    "PSFL": "PSF-2.0",
}
#: Looked up by hand, with the reason why the metadata is not used.
REVIEWED = {
    "spylls": ("MPL-2.0", "its licence file; the classifier says MIT"),
    "async-timeout": ("Apache-2.0", "only installed on Python before 3.11.3"),
    "python-dateutil": ("Apache-2.0 OR BSD-3-Clause", "its licence file; the field says Dual License"),
    "colorama": ("BSD-3-Clause", "only installed on Windows"),
}


@dataclass(frozen=True)
class Licence:
    registry: str
    package: str
    version: str
    #: An SPDX expression where the package states one; empty if it states nothing.
    licence: str
    #: Where the licence is from, unless it is from the metadata of this version.
    note: str = ""


def stated_licence(name: str) -> str:
    """What the metadata of an installed package states; empty if it states nothing or is not installed."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classifiers = [line.rsplit(" :: ", 1)[-1] for line in about.get_all("Classifier", []) if line.startswith("License :: ")]
    stated = next((about[key] for key in ("License-Expression", "License") if key in about), "")
    # Some packages put the whole text into the field.
    if not stated or stated == "UNKNOWN" or "\n" in stated:
        return " AND ".join(SPDX.get(classifier, classifier) for classifier in classifiers)
    return SPDX.get(stated, stated)


def python_licence(name: str, version: str) -> Licence:
    if name in REVIEWED:
        return Licence("pypi", name, version, *REVIEWED[name])
    stated = stated_licence(name)
    # A package may be locked in several versions, one for each Python version.
    installed = metadata.version(name) if stated else version
    return Licence("pypi", name, version, stated, "" if installed == version else f"as in version {installed}")


def python_licences() -> list[Licence]:
    return [python_licence(package.name, package.version) for package in (*read(RUN_TIME), *optional_packages())]


def extension_licences() -> list[Licence]:
    """Of the packages in the scripts of a fresh build, which fails by itself if one has no licence file."""
    with TemporaryDirectory() as folder:
        command = ("node", "build.mjs", "--out", folder, "--composer", f"{folder}/composer")
        subprocess.run(command, cwd=ROOT / "extension", check=True)
        packages = json.loads(Path(folder, "packages.json").read_text(encoding="utf-8"))
    return [Licence("npm", package["name"], package["version"], package["licence"]) for package in packages]


def refusals(licences: Iterable[Licence]) -> list[str]:
    """One line for each package that may not be used."""
    return [
        f"{one.registry}: {one.package} {one.version}: {one.licence or 'states no licence'}"
        for one in licences
        if not is_allowed(one.package, one.licence)
    ]


def write(licences: Iterable[Licence], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(field.name for field in fields(Licence))
        rows.writerows(astuple(one) for one in licences)


def main() -> int:
    try:
        licences = [*python_licences(), *extension_licences()]
    except subprocess.CalledProcessError:
        return 1  # The build said why.
    write(licences, FILE)
    refused = refusals(licences)
    if refused:
        print("Packages without a licence that server/deploy/licence_policy.py allows:", *refused, sep="\n", file=sys.stderr)  # noqa: T201
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())

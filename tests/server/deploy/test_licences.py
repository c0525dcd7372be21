"""The list of licences is complete and read from real metadata, and a package whose terms are not allowed is named."""

import csv
import json
from importlib import metadata
from pathlib import Path

import pytest

from server.deploy import licences
from server.deploy.licences import Licence, extension_licences, python_licence, python_licences, refusals
from server.deploy.locks import ROOT, RUN_TIME, optional_packages, read


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for the list and for installed packages that nobody else sees."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(licences, "FILE", tmp_path / "sbom" / "licences.csv")
    return tmp_path


def install(folder: Path, name: str, *lines: str) -> None:
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("\n".join(["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines, ""]))


def lock(folder: Path, monkeypatch, *names: str) -> None:
    path = folder / "requirements.txt"
    path.write_text("".join(f"{name}==1.0 \\\n    --hash=sha256:{'0' * 64}\n" for name in names))
    monkeypatch.setattr(licences, "RUN_TIME", path)
    monkeypatch.setattr(licences, "optional_packages", list)


def listed() -> list[dict[str, str]]:
    with licences.FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_package_that_runs_or_is_bundled_has_an_allowed_licence(folder, capfd):
    assert licences.main() == 0, capfd.readouterr().err
    rows = listed()
    assert all(row["licence"] for row in rows)
    packages = [(row["package"], row["version"]) for row in rows if row["registry"] == "pypi"]
    assert packages == [(package.name, package.version) for package in (*read(RUN_TIME), *optional_packages())]
    assert {"pyfixest", "matplotlib", "statsmodels"} <= {name for name, _ in packages}
    assert [row["package"] for row in rows if row["registry"] == "npm"] == ["harper.js", "preact"]


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("flask", "BSD-3-Clause"),  # License-Expression
        ("certifi", "MPL-2.0"),  # License
        ("blinker", "MIT"),  # classifier only
        ("wtforms", "BSD"),  # the whole text in License, and a classifier
        ("pycld2", "Apache-2.0"),  # License with a name of its own
        ("psycopg-binary", "LGPL-3.0-only"),
        ("structlog", "MIT OR Apache-2.0"),
    ],
)
def test_a_licence_is_read_from_the_installed_metadata(name, licence):
    assert python_licence(name, metadata.version(name)) == Licence("pypi", name, metadata.version(name), licence)


def test_spylls_counts_by_its_licence_file_because_its_metadata_contradicts_it():
    text = metadata.distribution("spylls").read_text("LICENSE")
    assert text is not None
    assert text.startswith("Mozilla Public License Version 2.0")
    assert python_licence("spylls", "0.1.7").licence == "MPL-2.0"


def test_a_version_that_is_not_installed_here_says_whose_metadata_was_read():
    assert python_licence("numpy", "999.0").note == f"as in version {metadata.version('numpy')}"


def test_licences_of_bundled_packages_are_those_of_npm_metadata():
    found = extension_licences()
    for licence in found:
        about = json.loads((ROOT / "extension/node_modules" / licence.package / "package.json").read_text())
        assert (licence.version, licence.licence) == (about["version"], about["license"])


def test_packages_without_an_allowed_licence_are_named_and_still_listed(folder, monkeypatch, capsys):
    install(folder, "silent")
    install(folder, "unknown", "License: UNKNOWN")
    install(folder, "vague", "Classifier: License :: OSI Approved")
    install(folder, "strict", "License-Expression: AGPL-3.0-only")
    install(folder, "free", "License-Expression: MIT")
    lock(folder, monkeypatch, "absent", "free", "silent", "strict", "unknown", "vague")
    assert licences.main() == 1
    assert capsys.readouterr().err.splitlines()[1:] == [
        "pypi: absent 1.0: states no licence",
        "pypi: silent 1.0: states no licence",
        "pypi: strict 1.0: AGPL-3.0-only",
        "pypi: unknown 1.0: states no licence",
        "pypi: vague 1.0: OSI Approved",
    ]
    assert [row["licence"] for row in listed() if row["registry"] == "pypi"] == [
        "",
        "MIT",
        "",
        "AGPL-3.0-only",
        "",
        "OSI Approved",
    ]


def test_a_bundled_package_is_judged_too():
    assert refusals([Licence("npm", "strict", "2.0", "GPL-3.0-only")]) == ["npm: strict 2.0: GPL-3.0-only"]


def test_every_hand_made_entry_is_still_needed():
    locked = {licence.package for licence in python_licences()}
    assert locked >= licences.REVIEWED.keys()

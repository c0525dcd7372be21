"""The bill of materials is complete, and nothing is shipped under a licence that was not reviewed."""

import pytest

from server.deploy.locks import RUN_TIME, read
from server.deploy.sbom import licence, python_bom

PERMISSIVE = {
    "MIT", "MIT License", "MIT-0", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache2", "Apache-2.0",
    "ISC License", "PSF-2.0", "Zlib", "CC0-1.0", "CNRI-Python",
}  # fmt: skip
#: Weak copyleft: used unchanged, as packages of their own, so their terms do not reach our code.
REVIEWED = {
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
    "psycopg-pool": "LGPL-3.0-only",
    "certifi": "MPL-2.0",
    "tqdm": "MPL-2.0 AND MIT",
}
#: Not installed on every platform; the metadata of spylls contradicts itself (MPL 2.0 in its text, MIT in its classifier).
UNSTATED = {"spylls", "async-timeout", "colorama", "tomli"}
TRAINING_ONLY = {"scikit-learn", "scipy", "joblib", "faker", "narwhals", "cloudpickle"}


@pytest.mark.parametrize("name", sorted({package.name for package in read(RUN_TIME)} - UNSTATED))
def test_a_run_time_package_has_a_reviewed_licence(name):
    stated = licence(name)
    terms = set(stated.replace(" OR ", " AND ").split(" AND "))
    assert terms <= PERMISSIVE or REVIEWED.get(name) == stated


def test_the_bill_of_materials_lists_each_locked_package_with_its_hashes():
    locked = {(package.name, package.version) for package in read(RUN_TIME)}
    lines = RUN_TIME.read_text(encoding="utf-8").splitlines()
    assert len(locked) == sum("==" in line and not line.startswith(" ") for line in lines)
    bom = python_bom()
    assert {(component.name, component.version) for component in bom.components} == locked
    assert all(component.hashes for component in bom.components)


def test_a_server_installs_no_training_package():
    assert not TRAINING_ONLY & {package.name for package in read(RUN_TIME)}

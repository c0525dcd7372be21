"""The bill of materials is complete."""

from cyclonedx.model.component import ComponentScope

from server.deploy.locks import RUN_TIME, optional_packages, read
from server.deploy.sbom import python_bom

TRAINING_ONLY = {"scikit-learn", "scipy", "joblib", "faker", "narwhals", "cloudpickle"}


def test_the_bill_of_materials_lists_each_locked_package_with_its_hashes():
    locked = {(package.name, package.version) for package in read(RUN_TIME)}
    lines = RUN_TIME.read_text(encoding="utf-8").splitlines()
    assert len(locked) == sum("==" in line and not line.startswith(" ") for line in lines)
    bom = python_bom()
    needed = {(one.name, one.version) for one in bom.components if one.scope == ComponentScope.REQUIRED}
    optional = {(one.name, one.version) for one in bom.components if one.scope == ComponentScope.OPTIONAL}
    assert needed == locked
    assert optional == {(package.name, package.version) for package in optional_packages()}
    assert not {name for name, _ in optional} & {name for name, _ in needed}
    assert all(component.hashes and component.licenses for component in bom.components)


def test_a_server_installs_no_training_package():
    assert not TRAINING_ONLY & {package.name for package in read(RUN_TIME)}

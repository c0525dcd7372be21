"""Writes bills of materials (CycloneDX) of the run-time packages, with those of evidence as optional ones, and of the
extension's packages to var/sbom."""

from __future__ import annotations

import subprocess
import tomllib

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from server.deploy.licences import python_licence
from server.deploy.locks import ROOT, RUN_TIME, Package, optional_packages, read

FOLDER = ROOT / "var" / "sbom"


def python_bom() -> Bom:
    root = Component(name="repute", version=_version(), type=ComponentType.APPLICATION)
    optional = [_component(package, ComponentScope.OPTIONAL) for package in optional_packages()]
    bom = Bom(components=[*(_component(package, ComponentScope.REQUIRED) for package in read(RUN_TIME)), *optional])
    bom.metadata.component = root
    bom.register_dependency(root, bom.components)
    return bom


def _version() -> str:

    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _component(package: Package, scope: ComponentScope) -> Component:
    stated = python_licence(package.name, package.version).licence
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        scope=scope,
        purl=PackageURL("pypi", None, package.name, package.version),
        bom_ref=f"{package.name}@{package.version}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=value) for value in package.hashes],
        licenses=[LicenseFactory().make_from_string(stated)] if stated else [],
    )


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    JsonV1Dot6(python_bom()).output_to_file(str(FOLDER / "python.cdx.json"), allow_overwrite=True, indent=2)
    command = ("npm", "--prefix", "extension", "sbom", "--sbom-format=cyclonedx", "--package-lock-only")
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    (FOLDER / "extension.cdx.json").write_text(result.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()

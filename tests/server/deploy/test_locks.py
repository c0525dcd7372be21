"""The lock files agree, so that a group can be installed into the environment of another."""

from __future__ import annotations

from collections import defaultdict

from server.deploy.locks import ROOT, read


def test_a_package_has_the_same_versions_in_every_lock_file():
    found = defaultdict(dict)
    for path in sorted(ROOT.glob("requirements*.txt")):
        for package in read(path):
            found[package.name].setdefault(path.name, set()).add(package.version)
    assert len(found) > 100
    assert {name: files for name, files in found.items() if len(set(map(frozenset, files.values()))) > 1} == {}

"""A licence is allowed only if each of its terms is, and nothing that a program cannot judge is allowed."""

import pytest

from server.deploy.licence_policy import is_allowed


@pytest.mark.parametrize(
    "licence", ["MIT", "MPL-2.0 AND MIT", "MIT OR GPL-3.0-only", "GPL-3.0-only OR Apache-2.0 AND BSD-2-Clause"]
)
def test_permissive_terms_and_choices_are_allowed(licence):
    assert is_allowed("package", licence)


@pytest.mark.parametrize(
    "licence",
    [
        "",
        "UNKNOWN",
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "LGPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "GPL-3.0-only OR LGPL-3.0-only",
        "MIT AND (GPL-3.0-only OR MIT)",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "mit license, see file",
    ],
)
def test_other_and_unreadable_terms_are_refused(licence):
    assert not is_allowed("package", licence)


@pytest.mark.parametrize("package", ["psycopg", "psycopg-binary", "psycopg-pool"])
def test_only_psycopg_may_have_the_lgpl(package):
    assert is_allowed(package, "LGPL-3.0-only")
    assert not is_allowed(package, "GPL-3.0-only")

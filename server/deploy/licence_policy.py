"""Which licences a package may have that runs on the server or is part of the extension."""

from __future__ import annotations

#: SPDX ids, and "BSD", which older packages state without saying how many clauses.
PERMISSIVE = frozenset({
    "0BSD", "Apache 2.0", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause",
    "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0",
    "Unlicense", "Zlib",
})  # fmt: skip
#: Copyleft for the package's own files only; we change none of them.
PER_FILE = frozenset({"MPL-2.0"})
#: The LGPL lets other code use a library that its user can replace. psycopg is installed unchanged, as packages of its own.
#: The extension's packages cannot be replaced one by one, so this is no rule for all.
REPLACEABLE = {name: frozenset({"LGPL-3.0-only"}) for name in ("psycopg", "psycopg-binary", "psycopg-pool")}


def is_allowed(package: str, licence: str) -> bool:
    """Whether an SPDX expression is allowed: all terms of an ``AND``, any side of an ``OR``.

    ``AND`` binds tighter. An expression with parentheses or ``WITH`` is refused: it needs a look by a person."""
    allowed = PERMISSIVE | PER_FILE | REPLACEABLE.get(package, frozenset())
    return any(set(side.split(" AND ")) <= allowed for side in licence.split(" OR "))

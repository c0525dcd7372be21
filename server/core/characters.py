"""Characters that a database or an encoder does not accept."""

from __future__ import annotations

import re

#: What is said of a value that fails ``is_storable``, after its name.
STORABLE_REQUIREMENT = "must be text without NUL characters or unpaired surrogates"
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether ``text`` has no NUL character, which PostgreSQL refuses, and no half of a surrogate pair, which has no UTF-8."""
    return _NOT_STORABLE.search(text) is None

"""The names by which a file means people."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from server.people.models import User

MAX_CHARACTERS = 200


def stored_name(source: str, name: str) -> str:
    """The key under which a match is remembered. An id without letters, such as HubSpot's of owners, is only known in its
    system; a name or an address means the same person in each."""
    lowered = name.lower()
    key = lowered if any(char.isalpha() for char in lowered) else f"{source}:{lowered}"
    return key[:MAX_CHARACTERS]


def file_name(source: str, key: str) -> str:
    """The name, in lower case, that a file of this source has for the key."""
    name = key.removeprefix(f"{source}:")
    return key if any(char.isalpha() for char in name) else name


def known_names(users: Sequence[User], matched: Mapping[str, int | None]) -> dict[str, str | None]:
    """E-mail addresses by the name in lower case: the addresses themselves, names that only one person has, and what was
    matched by hand, with None for names to skip."""
    names = Counter(user.name.lower() for user in users)
    found: dict[str, str | None] = {user.name.lower(): user.email for user in users if names[user.name.lower()] == 1}
    found |= {user.email: user.email for user in users}
    emails = {user.id: user.email for user in users}
    return found | {name: None if user_id is None else emails.get(user_id) for name, user_id in matched.items()}


def suggest(name: str, users: Sequence[User]) -> int | None:
    """The id of the only person whose name or address looks like this: "Birk, Ben" or "b.birk@acme.com" for Ben Birk."""
    parts = _parts(name)
    found = [user.id for user in users if _resembles(parts, _parts(user.name)) or _resembles(parts, _parts(user.email))]
    return found[0] if len(found) == 1 else None


def _parts(name: str) -> frozenset[str]:
    """The words of a name, or of the part of an address before the @, without accents."""
    plain = unicodedata.normalize("NFKD", name.partition("@")[0].lower())
    return frozenset(re.findall(r"[a-z]+", "".join(char for char in plain if not unicodedata.combining(char))))


def _resembles(parts: frozenset[str], others: frozenset[str]) -> bool:
    """A word that they share, of three letters or more, and the others may be initials of each other."""
    rest, other_rest = parts - others, others - parts
    if not any(len(word) > 2 for word in parts & others):
        return False
    if not rest and not other_rest:
        return True
    is_initial = {word[0] for word in rest} == {word[0] for word in other_rest}
    return is_initial and (all(len(word) == 1 for word in rest) or all(len(word) == 1 for word in other_rest))

"""Where a person goes after signing in: the page that they asked for, such as the one that pairs their extension."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from flask import session as form_session

#: Longer ones do not fit into a cookie.
MAX_LENGTH = 1_000
#: A one-time link that is opened later leads to the start page.
REMEMBERED_SECONDS = 3600
_KEY = "next"


def local_path(address: str) -> str:
    """``address`` if it is a path on this server, else "/": signing in must not redirect to another site."""
    if (
        not address.isprintable()
        or not address.startswith("/")
        or address.startswith(("//", "/\\"))
        or len(address) > MAX_LENGTH
    ):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else address


def remember_path(address: str) -> None:
    """For ways of signing in that do not carry the path along: one-time links, and setting up the second factor."""
    form_session[_KEY] = (local_path(address), int(time.time()))


def take_path() -> str:
    """The path that was remembered in this browser, once; "/" without one."""
    path, at = form_session.pop(_KEY, ("/", 0))
    return local_path(path) if time.time() - at < REMEMBERED_SECONDS else "/"

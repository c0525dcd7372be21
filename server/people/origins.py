"""Origins of web pages and apps, as browsers send them: a scheme, a host, and a port unless it is the usual one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from server.core.problems import Problem, field_problem

FIELD = "editor_origins"
MAX_ORIGINS = 20
MAX_ORIGIN_LENGTH = 255
#: Of Obsidian's apps, for computers and for iPhones; its app for Android has http://localhost.
APP_ORIGINS = frozenset({"app://obsidian.md", "capacitor://localhost"})
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})
_USUAL_PORTS = {"https": 443, "http": 80}
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def validated_origins(lines: Iterable[str]) -> list[str]:
    """Sorted, without empty lines and repetitions. ``Problem`` 422 that names the line for what is not an origin."""
    origins = {_validated(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()}
    if len(origins) > MAX_ORIGINS:
        raise field_problem(FIELD, f"must be at most {MAX_ORIGINS} origins", limit=MAX_ORIGINS)
    return sorted(origins)


def _validated(number: int, line: str) -> str:
    if len(line) > MAX_ORIGIN_LENGTH:
        message = f"must have at most {MAX_ORIGIN_LENGTH} characters in each line, unlike line {number}"
        raise field_problem(FIELD, message, limit=MAX_ORIGIN_LENGTH)
    origin = line.lower().removesuffix("/")
    if origin in APP_ORIGINS:
        return origin
    parts = split_origin(origin)
    if parts is None:
        raise _not_an_origin(number)
    port = parts.port
    host = parts.netloc.removesuffix(f":{port}") if port is not None else parts.netloc
    is_usual = port in (None, _USUAL_PORTS.get(parts.scheme))
    is_known_scheme = parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE)
    if not is_known_scheme or not (HOST.fullmatch(host) or host == "[::1]") or port == 0:
        raise _not_an_origin(number)
    if origin != f"{parts.scheme}://{parts.netloc}":
        raise _not_an_origin(number)
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def split_origin(origin: str) -> SplitResult | None:
    """None for what has no host or an impossible port."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    return parts if parts.netloc and port != 0 else None


def _not_an_origin(number: int) -> Problem:
    return field_problem(
        FIELD,
        f"must have an origin in each line, such as https://notes.example.com, http://localhost:3000 or app://obsidian.md, "
        f"without a path or *; line {number} is not one",
    )

"""Which addresses an endpoint may have. The server connects to the very address that was checked, so that a name whose records
change in between leads nowhere else."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from server.core.problems import Problem, field_problem
from server.people.origins import HOST
from server.wording_help.failures import WordingFailure

MAX_CHARS = 500
COMPLETIONS = "/chat/completions"
EXAMPLE = "https://llm.example.com/v1"
_USUAL_PORTS = {"https": 443, "http": 80}
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
#: Public by their prefix, but they lead to an IPv4 address inside them (RFC 6052, 8215, 3056, 4380, 4291, 2765) or to a site's
#: own network (3879).
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96", "fec0::/10"),
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and what to ask for there."""

    scheme: str
    host: str
    port: int
    path: str
    #: The checked address.
    address: str


def validated(text: str, *, allowed_hosts: frozenset[str]) -> str:
    """The base URL without a final slash. ``Problem`` 422 that says what is wrong with it. Nothing is looked up."""
    url = text.strip().rstrip("/").removesuffix(COMPLETIONS)
    if not url:
        raise _refused("is missing")
    _refuse_long(url)
    # ``urlsplit`` leaves some of these out.
    if not url.isprintable() or " " in url:
        raise _refused(f"must be an address without blanks and control characters, such as {EXAMPLE}")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts) if parts.netloc else ""
    except ValueError:
        raise _refused(f"must be an address with the name of a host, such as {EXAMPLE}") from None
    is_allowed = _is_allowed(host, port or _USUAL_PORTS.get(parts.scheme, 0), allowed_hosts)
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_allowed)):
        raise _refused(f"must start with https://, as in {EXAMPLE}")
    if port == 0:
        raise _refused("must have a port from 1 to 65535, or none")
    if "@" in parts.netloc or "?" in url or "#" in url or not _PATH.fullmatch(parts.path):
        raise _refused(f"must be an address without user name, options and special characters, such as {EXAMPLE}")
    literal = _literal(host)
    if literal is not None and not is_allowed and not _is_public(literal):
        raise _refused("must not lead to this machine or an internal network; REPUTE_WORDING_HOSTS can allow a host there")
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    stored = f"{parts.scheme}://{netloc}{parts.path}"
    # A name is longer in ASCII.
    _refuse_long(stored)
    return stored


def _refuse_long(url: str) -> None:
    if len(url) > MAX_CHARS:
        raise field_problem("base_url", f"must have at most {MAX_CHARS} characters", limit=MAX_CHARS)


def resolve(base_url: str, *, allowed_hosts: frozenset[str]) -> Target:
    """Looks the host up. Raises ``WordingFailure`` if it is unknown, or any of its addresses may not be called."""
    parts = urlsplit(base_url)
    try:
        # Of addresses from before they were stored in ASCII, too.
        host = _ascii_host(parts)
    except ValueError:
        raise WordingFailure("address") from None
    port = parts.port or _USUAL_PORTS[parts.scheme]
    is_allowed = _is_allowed(host, port, allowed_hosts)
    if parts.scheme != "https" and not is_allowed:
        raise WordingFailure("address")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise WordingFailure("unreachable") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not is_allowed and not all(_is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise WordingFailure("address")
    return Target(parts.scheme, host, port, parts.path + COMPLETIONS, addresses[0])


def _is_allowed(host: str, port: int, allowed_hosts: frozenset[str]) -> bool:
    """Whether the operator has named this host, with or without its port."""
    return host in allowed_hosts or f"{host}:{port}" in allowed_hosts


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(address.ipv4_mapped)
        if any(address in network for network in _NOT_PUBLIC):
            return False
    return address.is_global and not address.is_multicast


def _ascii_host(parts: SplitResult) -> str:
    """The host as it is looked up, and as headers and certificates name it. ``ValueError`` if no host has such a name."""
    found = parts.hostname or ""
    # An IPv6 address, without a zone of this machine's network.
    host = found if ":" in found else found.encode("idna").decode("ascii").lower()
    if not HOST.fullmatch(host) and ("%" in host or _literal(host) is None):
        raise ValueError
    return host


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refused(message: str) -> Problem:
    return field_problem("base_url", message)

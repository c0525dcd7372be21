"""Which addresses are Salesforce's. Requests with the consumer secret or a token go nowhere else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from server.connections.source import SourceError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: My Domains, those of sandboxes and other kinds of organisations included: acme.my, acme--test.sandbox.my, acme.develop.my.
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z]+)?\.my\.salesforce\.com")
#: What the browser shows while one works in Salesforce, and in its setup.
_PAGES = (".lightning.force.com", ".my.salesforce-setup.com")


def find_base_url(text: str, *, allows_loopback: bool) -> str:
    """The scheme and host of a My Domain, typed or pasted from the browser. Raises ``SourceError``."""
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise _not_salesforce() from None
    for ending in _PAGES:
        if host.endswith(ending):
            host = host.removesuffix(ending) + ".my.salesforce.com"
    if allows_loopback and host in LOOPBACK and parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{parts.netloc}"
    if parts.scheme != "https" or "@" in parts.netloc or port not in (None, 443) or not _HOST.fullmatch(host):
        raise _not_salesforce()
    return f"https://{host}"


def _not_salesforce() -> SourceError:
    return SourceError(
        "address",
        "This is not the address of a Salesforce organisation. It looks like https://acme.my.salesforce.com; in Salesforce it "
        "is under Setup, My Domain. login.salesforce.com cannot be used.",
    )

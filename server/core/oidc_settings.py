"""What the server knows about its identity provider (OpenID Connect), and which groups may do what."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """``issuer``: exactly as the provider writes it in its tokens. ``name``: what the button on the sign-in page says."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str
    name: str
    groups_claim: str
    admin_groups: frozenset[str]
    manager_groups: frozenset[str]
    allowed_groups: frozenset[str]

    @property
    def decides_roles(self) -> bool:
        """Whether roles follow the provider's groups. Otherwise administrators give them in Repute."""
        return bool(self.admin_groups or self.manager_groups)

    def role_for(self, groups: AbstractSet[str]) -> str:
        if groups & self.admin_groups:
            return "admin"
        return "manager" if groups & self.manager_groups else "rep"

    def may_be_created(self, groups: AbstractSet[str]) -> bool:
        """Whether people in these groups get an account at their first sign-in."""
        return bool(groups & (self.allowed_groups | self.admin_groups | self.manager_groups))

    def may_sign_in(self, groups: AbstractSet[str]) -> bool:
        """Whether people in these groups may use the account that they have."""
        return not self.allowed_groups or self.may_be_created(groups)


def split_groups(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def is_secure_url(url: object) -> bool:
    """HTTPS, or HTTP to this machine, with a host and without credentials."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)

"""Where to report a vulnerability of this server: ``/.well-known/security.txt`` (RFC 9116)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response

from server.core.access import public
from server.core.clock import now
from server.core.problems import not_found
from server.core.settings import Settings
from server.security.guard import settings

pages = Blueprint("security_txt", __name__)

PATH = "/.well-known/security.txt"


# Public: for people who found a vulnerability and have no account. It contains two settings.
@pages.get(PATH)
@public(writes=False, anonymous=True)
def security_txt() -> Response:
    if not settings().security_contact:
        raise not_found()
    return Response(compose(settings(), today=now().date()), content_type="text/plain; charset=utf-8")


def compose(settings: Settings, *, today: date) -> str:
    """Expires a year after the start of the month, so that a host that is no longer maintained stops asking for reports."""
    expires = today.replace(year=today.year + 1, day=1)
    lines = [f"Contact: {settings.security_contact}", f"Expires: {expires.isoformat()}T00:00:00Z"]
    # Only an address with TLS may be named.
    if settings.base_url and settings.secure:
        lines.append(f"Canonical: {settings.base_url}{PATH}")
    return "\n".join([*lines, ""])

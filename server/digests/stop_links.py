"""The address in each digest that stops it. It needs no sign-in, works for nothing else, and does not expire: a person may
look for it in a message of last year."""

from __future__ import annotations

import hmac

from server.core.secret_keys import SecretKeys
from server.security.secrets import keyed_digest

PATH = "/digest/stop"
PURPOSE = "digest-stop"


def stop_path(secret_keys: SecretKeys, *, user_id: int) -> str:
    return f"{PATH}/{user_id}-{keyed_digest(secret_keys.current, PURPOSE, str(user_id))}"


def user_of(secret_keys: SecretKeys, token: str) -> int | None:
    """Whose digest the link with this ``token`` stops; None if it was not made by this server."""
    number, _, digest = token.partition("-")
    if not number.isascii() or not number.isdigit() or not digest.isascii():
        return None
    is_genuine = any(hmac.compare_digest(keyed_digest(key, PURPOSE, number), digest) for key in secret_keys)
    return int(number) if is_genuine else None

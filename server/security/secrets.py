"""Generating, recognising and hashing secrets.

The database stores only digests. Links, session ids and tokens have 256 random bits, so a plain SHA-256 cannot be brute-forced;
a pairing code is short enough to type, so its digest is keyed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

TOKEN_PREFIX = "rpt_"  # noqa: S105 (a public prefix by which secret scanners find leaked tokens)
#: Letters and digits without those that are easily confused.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_GROUP = 4


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_digest(key: bytes, purpose: str, secret: str) -> str:
    return hmac.new(key, f"{purpose}\0{secret}".encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    body = new_secret()
    return f"{TOKEN_PREFIX}{body}{_checksum(body)}"


def looks_like_token(token: str) -> bool:
    """Whether prefix and checksum are valid; mistyped tokens are rejected without a database query."""
    body, checksum = token.removeprefix(TOKEN_PREFIX)[:-8], token[-8:]
    return token.isascii() and token.startswith(TOKEN_PREFIX) and hmac.compare_digest(checksum, _checksum(body))


def _checksum(body: str) -> str:
    return f"{binascii.crc32(body.encode()):08x}"


def new_code() -> str:
    """A pairing code such as ``K7QM-3XRA``: about 40 bits, enough for ten minutes and five attempts."""
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(2 * CODE_GROUP)]
    return "".join(letters[:CODE_GROUP]) + "-" + "".join(letters[CODE_GROUP:])


def new_recovery_code() -> str:
    """Such as ``K7QM3-XRA9P``: about 50 bits, and attempts are limited."""
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(10)]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def normalize_code(typed: str) -> str:
    """Ignores letter case, spaces and hyphens."""
    return "".join(char for char in typed.upper() if char.isalnum())


def pkce_challenge(verifier: str) -> str:
    """base64url(sha256(verifier)) without padding, as PKCE's S256 (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

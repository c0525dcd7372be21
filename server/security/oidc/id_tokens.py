"""Checks of ID tokens: signature, issuer, audience, nonce and times (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from server.security.oidc.refusals import Refused

#: Signatures with a private key only. With "none" or HS256, whoever knows the public key or the client's secret could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
KEY_TYPES = frozenset({"RSA", "EC"})
#: How far the provider's clock may differ.
LEEWAY_SECONDS = 60
MAX_SUBJECT_LENGTH = 255
REFUSED_CLAIMS = {"iss": "issuer", "aud": "audience", "azp": "audience", "nonce": "nonce", "iat": "clock", "nbf": "clock"}


class UnknownKey(Exception):
    """The token names a key that is not in the key set."""


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)


def check_keys(document: dict[str, Any]) -> None:
    _key_set(document)


def _key_set(document: dict[str, Any]) -> KeySet:
    keys = document.get("keys")
    usable = [key for key in keys if isinstance(key, dict) and key.get("kty") in KEY_TYPES] if isinstance(keys, list) else []
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError):
        raise Refused("metadata") from None


def verify(id_token: str, keys: dict[str, Any], expected: Expected) -> dict[str, Any]:
    """The token's claims. ``Refused`` if anything is wrong, ``UnknownKey`` if the key set may be out of date."""
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        token = jwt.decode(id_token, _key_set(keys), registry=registry)
    except InvalidKeyIdError:
        raise UnknownKey from None
    except (JoseError, ValueError):
        raise Refused("signature") from None
    claims = CodeIDToken(
        token.claims,
        token.header,
        {"iss": {"essential": True, "value": expected.issuer}, "aud": {"essential": True, "value": expected.client_id}},
        {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token},
    )
    try:
        claims.validate(leeway=LEEWAY_SECONDS)
    except ExpiredTokenError:
        raise Refused("expired") from None
    except ClaimError as error:
        raise Refused(REFUSED_CLAIMS.get(error.claim, "malformed")) from None
    if not 0 < len(claims["sub"]) <= MAX_SUBJECT_LENGTH:
        raise Refused("malformed")
    return dict(claims)

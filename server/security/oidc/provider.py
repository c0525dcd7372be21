"""The identity provider: where it sends people to sign in, and what its answer says about a person.

Nothing here may be called inside a database transaction, because the provider may take seconds to respond."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from server.core.characters import is_storable
from server.core.oidc_settings import OidcSettings, is_secure_url
from server.security.oidc import id_tokens
from server.security.oidc.attempts import Attempt
from server.security.oidc.documents import TIMEOUT_SECONDS, CachedDocument, fetch
from server.security.oidc.refusals import Refused

#: Requests of one process that wait for the provider at the same time. The other threads stay free if it hangs.
MAX_PENDING = 4
REQUIRED_METADATA = ("authorization_endpoint", "token_endpoint", "jwks_uri")
#: The error codes of a token response (RFC 6749, section 5.2) that need words of their own.
TOKEN_ERRORS = {"invalid_grant": "code", "invalid_client": "client", "unauthorized_client": "client"}


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """A person as the provider describes them. ``email``: lower case, empty if the provider sent none. ``authenticated_at``:
    when they last signed in there, in seconds since 1970, if the provider tells."""

    issuer: str
    subject: str
    email: str
    name: str
    groups: frozenset[str]
    authenticated_at: float | None = None


class Provider:
    def __init__(self, settings: OidcSettings, *, redirect_uri: str) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        well_known = f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        self._metadata = CachedDocument(lambda: well_known, self._check_metadata)
        self._keys = CachedDocument(lambda: self._metadata.get()["jwks_uri"], id_tokens.check_keys)
        self._pending = threading.BoundedSemaphore(MAX_PENDING)

    def authorization_url(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in, or to sign in again where somebody proves who they are."""
        with self._turn():
            endpoint = self._metadata.get()["authorization_endpoint"]
        again = {} if attempt.confirms is None else {"prompt": "login", "max_age": "0"}
        url, _state = self._client().create_authorization_url(
            endpoint, state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier, **again
        )
        return str(url)

    def exchange(self, code: str, attempt: Attempt) -> ProviderAccount:
        """Exchanges the code of the provider's answer and checks what comes back. ``Refused`` says what was wrong."""
        with self._turn():
            tokens = self._fetch_tokens(code, attempt)
            access_token = str(tokens.get("access_token") or "")
            claims = self._verify(tokens.get("id_token"), attempt, access_token)
            return self._account(self._complete(claims, access_token))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._pending.acquire(blocking=False):
            raise Refused("busy")
        try:
            yield
        finally:
            self._pending.release()

    def _check_metadata(self, metadata: dict[str, Any]) -> None:
        if metadata.get("issuer") != self._settings.issuer:
            raise Refused("issuer")
        if not all(is_secure_url(metadata.get(name)) for name in REQUIRED_METADATA):
            raise Refused("metadata")

    def _client(self) -> OAuth2Session:
        methods = self._metadata.get().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope=self._settings.scopes,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if "client_secret_basic" in methods else "client_secret_post",
        )

    def _fetch_tokens(self, code: str, attempt: Attempt) -> dict[str, Any]:
        endpoint = self._metadata.get()["token_endpoint"]
        try:
            with self._client() as client:
                tokens: dict[str, Any] = client.fetch_token(
                    endpoint,
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=self._redirect_uri,
                    code_verifier=attempt.verifier,
                    timeout=TIMEOUT_SECONDS,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise Refused(TOKEN_ERRORS.get(str(error.error), "provider-error")) from None
        except requests.RequestException:
            raise Refused("provider-down") from None
        except ValueError:
            raise Refused("provider-error") from None
        return tokens

    def _verify(self, id_token: object, attempt: Attempt, access_token: str) -> dict[str, Any]:
        """The token's claims. A key that is not known yet is looked up once: providers replace their keys."""
        if not isinstance(id_token, str):
            raise Refused("malformed")
        expected = id_tokens.Expected(self._settings.issuer, self._settings.client_id, attempt.nonce, access_token)
        try:
            return id_tokens.verify(id_token, self._keys.get(), expected)
        except id_tokens.UnknownKey:
            pass
        try:
            return id_tokens.verify(id_token, self._keys.fetch_again(), expected)
        except id_tokens.UnknownKey:
            raise Refused("signature") from None

    def _complete(self, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """Adds what some providers tell only at their user-info endpoint."""
        endpoint = self._metadata.get().get("userinfo_endpoint")
        if ("email" in claims and self._settings.groups_claim in claims) or not access_token or not is_secure_url(endpoint):
            return claims
        more = fetch(str(endpoint), headers={"Authorization": f"Bearer {access_token}"})
        if more.get("sub") != claims["sub"]:
            raise Refused("malformed")
        return more | claims

    def _account(self, claims: dict[str, Any]) -> ProviderAccount:
        # Amazon Cognito sends the text "true".
        if claims.get("email_verified", True) not in (True, "true"):
            raise Refused("email-unverified")
        email = str(claims.get("email") or "").strip().lower()
        if not all(is_storable(str(claims.get(name, ""))) for name in ("sub", "email", "name")):
            raise Refused("malformed")
        authenticated_at = claims.get("auth_time")
        return ProviderAccount(
            issuer=self._settings.issuer,
            subject=str(claims["sub"]),
            email=email,
            name=str(claims.get("name") or "").strip() or email.partition("@")[0],
            groups=self._groups(claims),
            authenticated_at=authenticated_at if isinstance(authenticated_at, int | float) else None,
        )

    def _groups(self, claims: dict[str, Any]) -> frozenset[str]:
        claim = self._settings.groups_claim
        value = claims.get(claim, [])
        # Microsoft Entra leaves out long lists of groups. Taking that for "no groups" would take away roles.
        if claim not in claims and claim in (claims.get("_claim_names") or ()):
            raise Refused("groups-missing")
        values = [value] if isinstance(value, str) else value
        return frozenset(str(group) for group in values) if isinstance(values, list) else frozenset()

"""An OpenID provider for tests: a process on this machine that signs real tokens, and misbehaves when told to.

It signs in, without asking, the person that ``IdentityProvider.person`` describes. ``fault`` names what goes wrong; the faults
are in ``_spoil`` and in the handler."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID = "repute"
CLIENT_SECRET = "a client secret for tests"
ROOT = Path(__file__).parents[1]


@dataclass
class IdentityProvider:
    """The process, seen from the tests."""

    port: int
    _process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> IdentityProvider:
        command = [sys.executable, "-m", "tests.identity_provider", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return self

    def stop(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            self._process.terminate()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def describe(self, *, fault: str = "", userinfo: dict[str, Any] | None = None, **claims: Any) -> None:
        """The person who signs in from now on, and what goes wrong."""
        body = json.dumps({"claims": claims, "userinfo": userinfo, "fault": fault}).encode()
        urllib.request.urlopen(f"{self.issuer}/control", body).close()  # noqa: S310 (our own)

    def requests(self) -> list[str]:
        """The paths that were requested since the person was described."""
        with urllib.request.urlopen(f"{self.issuer}/requests") as response:  # noqa: S310 (our own)
            paths: list[str] = json.load(response)
        return paths


def follow(url: str) -> str:
    """What a browser does at the provider: opens the address and is sent to another, which is returned."""

    class Stop(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments: Any) -> None:
            return None

    try:
        urllib.request.build_opener(Stop).open(url)
    except urllib.request.HTTPError as error:
        with error:
            if error.code == 302:
                return str(error.headers["Location"])
            raise AssertionError(f"the provider responded with {error.code}") from None
    raise AssertionError("the provider did not redirect")


# --- the process ------------------------------------------------------------------------------------------------------


@dataclass
class _State:
    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    fault: str = ""
    key: Any = None
    published: list[Any] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    requested: list[str] = field(default_factory=list)

    def new_key(self) -> Any:
        from joserfc.jwk import RSAKey

        return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    def rotate(self) -> None:
        self.key = self.new_key()
        self.published = [self.key]

    def set(self, *, claims: dict[str, Any], userinfo: dict[str, Any] | None, fault: str) -> None:
        self.claims, self.userinfo, self.fault = claims, userinfo, fault
        self.requested.clear()
        if fault == "rotated":
            self.rotate()

    def id_token(self, nonce: str, access_token: str) -> str:
        from joserfc import jws

        at, half = int(time.time()), hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "iat": at, "exp": at + 300, "nonce": nonce,
            "at_hash": _base64(half),
        } | self.claims  # fmt: skip
        header, key = {"alg": "RS256", "kid": self.key.kid}, self.key
        claims |= _spoil(self.fault, at)
        if self.fault == "nonce-missing":
            del claims["nonce"]
        if self.fault == "other-key":
            key = self.new_key()
        if self.fault == "unknown-key":
            key = self.new_key()
            header["kid"] = key.kid
        if self.fault == "none":
            return _sign_by_hand({"alg": "none"}, claims, None)
        if self.fault == "hs256":
            return _sign_by_hand(header | {"alg": "HS256"}, claims, self.key.as_pem(private=False))
        if self.fault == "hs256-client-secret":
            return _sign_by_hand(header | {"alg": "HS256"}, claims, CLIENT_SECRET.encode())
        # In ASCII, so that a test can send texts that have no UTF-8.
        return jws.serialize_compact(header, json.dumps(claims), key)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _sign_by_hand(header: dict[str, Any], claims: dict[str, Any], key: bytes | None) -> str:
    """As an attacker would who knows the public key, the client's secret or nothing. The library refuses to."""
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_base64(hmac.digest(key, signed.encode(), 'sha256')) if key else ''}"


def _spoil(fault: str, at: int) -> dict[str, Any]:
    return {
        "nonce": {"nonce": "of another sign-in"},
        "audience": {"aud": "another application"},
        "azp": {"aud": [CLIENT_ID, "another application"], "azp": "another application"},
        "azp-missing": {"aud": [CLIENT_ID, "another application"]},
        "issuer": {"iss": "https://login.example.com"},
        "expired": {"iat": at - 900, "exp": at - 600},
        "slow-clock": {"iat": at - 330, "exp": at - 30},
        "fast-clock": {"iat": at + 30, "exp": at + 330},
        "future": {"iat": at + 600, "exp": at + 900},
        "at-hash": {"at_hash": "of another token"},
        "no-subject": {"sub": ""},
    }.get(fault, {})


class _Handler(BaseHTTPRequestHandler):
    state: _State

    def log_message(self, *_arguments: Any) -> None:
        pass

    def _answer(self, body: object, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/requests":
            self._answer(self.state.requested)
            return
        self.state.requested.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self._answer(_metadata(self.state))
        elif parts.path == "/jwks":
            self._answer({"keys": [key.as_dict(private=False) for key in self.state.published]})
        elif parts.path == "/authorize":
            self._authorize({name: values[0] for name, values in parse_qs(parts.query).items()})
        elif parts.path == "/userinfo":
            is_known = self.headers["Authorization"] == "Bearer an access token"
            self._answer(self.state.userinfo if is_known else {}, 200 if is_known else 401)
        else:
            self._answer({}, 404)

    def _authorize(self, query: dict[str, str]) -> None:
        expected = {"client_id": CLIENT_ID, "response_type": "code", "code_challenge_method": "S256"}
        is_complete = {"redirect_uri", "state", "nonce", "code_challenge"} <= query.keys()
        if not is_complete or not expected.items() <= query.items() or "openid" not in query["scope"].split():
            self._answer({"error": "invalid_request"}, 400)
            return
        answer = {"state": query["state"], "iss": self.state.issuer}
        if self.state.fault.startswith("error="):
            answer |= {"error": self.state.fault.removeprefix("error="), "error_description": "text of the provider"}
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self.state.codes[answer["code"]] = query
        if self.state.fault == "mix-up":
            answer["iss"] = "https://login.example.com"
        self._answer({}, 302, Location=f"{query['redirect_uri']}?{urlencode(answer)}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/control":
            self.state.set(**json.loads(body))
            self._answer({})
        else:
            self.state.requested.append(self.path)
            self._token({name: values[0] for name, values in parse_qs(body).items()})

    def _token(self, form: dict[str, str]) -> None:
        fault = self.state.fault
        client = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if fault == "token-hangs":
            self.connection.recv(1)  # until the client closes the connection
            self.close_connection = True
        elif fault == "token-down":
            self._answer({}, 500)
        elif fault == "token-text":
            self._answer("not an object")
        elif fault == "token-redirect":
            self._answer({}, 307, Location="/elsewhere")
        elif self.headers["Authorization"] != f"Basic {client}" or fault == "client":
            self._answer({"error": "invalid_client"}, 401)
        else:
            self._exchange(form)

    def _exchange(self, form: dict[str, str]) -> None:
        asked = self.state.codes.pop(form.get("code", ""), None)
        challenge = _base64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or (asked["redirect_uri"], asked["code_challenge"]) != (form["redirect_uri"], challenge):
            self._answer({"error": "invalid_grant"}, 400)
            return
        tokens = {"access_token": "an access token", "token_type": "Bearer", "expires_in": 300}
        if self.state.fault != "no-id-token":
            tokens["id_token"] = self.state.id_token(asked["nonce"], "an access token")
        self._answer(tokens)


def _serve(port: int) -> None:
    _Handler.state = _State(f"http://127.0.0.1:{port}")
    _Handler.state.rotate()
    with ThreadingHTTPServer(("127.0.0.1", port), _Handler) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


def _metadata(state: _State) -> dict[str, Any]:
    metadata = {
        "issuer": "https://login.example.com" if state.fault == "metadata-issuer" else state.issuer,
        "authorization_endpoint": f"{state.issuer}/authorize",
        "token_endpoint": f"{state.issuer}/token",
        "jwks_uri": f"{state.issuer}/jwks",
    }
    if state.fault == "metadata-plain-http":
        metadata["token_endpoint"] = "http://login.example.com/token"
    if state.userinfo is not None:
        metadata["userinfo_endpoint"] = f"{state.issuer}/userinfo"
    return metadata


if __name__ == "__main__":
    _serve(int(sys.argv[1]))

"""Serves Canaille, an identity provider that somebody else wrote, with one person, one group and Repute as its client.

Runs in a virtual environment of its own: ``canaille_server.py PORT REDIRECT_URI CLIENT_ID CLIENT_SECRET PASSWORD``."""

from __future__ import annotations

import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server


def main(port: int, redirect_uri: str, client_id: str, client_secret: str, password: str) -> None:
    app = create_app(
        {
            "SECRET_KEY": "a key for tests that nobody else uses",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)]},
        }
    )
    with app.app_context(), Backend.instance.session():
        person = models.User(
            user_name="noor",
            formatted_name="Noor Adeyemi",
            family_name="Adeyemi",
            emails=["noor@example.com"],
            password=password,
        )
        Backend.instance.save(person)
        Backend.instance.save(models.Group(display_name="leads", members=[person]))
        client = models.Client(
            client_id=client_id,
            client_secret=client_secret,
            client_name="Repute",
            client_uri="http://127.0.0.1",
            redirect_uris=[redirect_uri],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "email", "profile", "groups"],
            token_endpoint_auth_method="client_secret_basic",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    server = make_server("127.0.0.1", port, app, threaded=True)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])

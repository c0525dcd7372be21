"""An application with single sign-on, and its provider."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from server.core.settings import Settings
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, follow
from tests.live import free_port


@pytest.fixture(scope="package")
def provider():
    provider = IdentityProvider(free_port()).start()
    yield provider
    provider.stop()


@pytest.fixture
def sso(make_app, settings, provider):
    """``sso(**settings)`` is a browser of an application that uses the provider; ``sign_in`` is the whole way."""

    def make(**values):
        values = {
            "base_url": "http://localhost", "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET, **values,
        }  # fmt: skip
        app = make_app(Settings(**(settings.model_dump() | values)))
        app.config.update(PROPAGATE_EXCEPTIONS=False)
        client = app.test_client()

        def answer(next_path=""):
            """The address to which the provider sends the browser back."""
            started = client.get("/sign-in/oidc", query_string={"next": next_path} if next_path else {})
            assert started.status_code == 303, started.text
            returned = urlsplit(follow(started.location))
            assert f"{returned.scheme}://{returned.netloc}" == "http://localhost"
            return f"{returned.path}?{returned.query}"

        return SimpleNamespace(
            app=app, client=client, answer=answer, sign_in=lambda next_path="": client.get(answer(next_path))
        )

    return make

"""The content security policy: no page permits WebAssembly. Only the worker that checks spelling does; it has no document."""

from __future__ import annotations

import pytest

from server.security.headers import CONTENT_SECURITY_POLICY
from server.web.pages import STATIC

pytestmark = pytest.mark.sqlite_only

WORKER = "/static/built/grammar.js"


@pytest.fixture(scope="module")
def built():
    """The worker, where the extension has not been built."""
    path = STATIC / "built/grammar.js"
    exists = path.is_file()
    if not exists:
        path.parent.mkdir(exist_ok=True)
        path.write_text("self.onmessage = null;\n", encoding="utf-8")
    yield
    if not exists:
        path.unlink()


@pytest.mark.usefixtures("built")
def test_only_the_worker_that_checks_spelling_may_run_webassembly(client):
    policy = policy_of(client, f"{WORKER}?v=1")
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "default-src 'none'" in policy
    assert "'unsafe-eval'" not in policy
    for path in ("/write", "/sign-in", "/static/pages.js", "/static/built/other.js", f"{WORKER}/"):
        assert policy_of(client, path) == CONTENT_SECURITY_POLICY, path
    assert "wasm" not in CONTENT_SECURITY_POLICY


def policy_of(client, path):
    with client.get(path) as response:
        return response.headers["Content-Security-Policy"]

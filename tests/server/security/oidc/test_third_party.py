"""Signing in through a provider that somebody else wrote (Canaille), with its own pages."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.people.models import User
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET
from tests.live import free_port

HERE = Path(__file__).parent
LOCK = HERE / "canaille.txt"
PASSWORD = "four hedgehogs cross at dawn"
REDIRECT_URI = "http://localhost/sign-in/oidc/callback"


@pytest.fixture(scope="session")
def canaille_python(pytestconfig):
    """The interpreter of an environment that has Canaille, installed once from locked and hashed packages."""
    folder = Path(pytestconfig.cache.mkdir("canaille"))
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    if not installed.exists() or installed.read_text() != LOCK.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", LOCK]
        result = subprocess.run(install, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            pytest.skip("Canaille cannot be installed: the package registry does not respond")
        installed.write_text(LOCK.read_text())
    return python


@pytest.fixture
def issuer(canaille_python):
    port = free_port()
    command = [canaille_python, HERE / "canaille_server.py", str(port), REDIRECT_URI, CLIENT_ID, CLIENT_SECRET, PASSWORD]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout.readline() == "ready\n"
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()
    process.stdout.close()


def submit(browser, page, **fields):
    csrf_token = unescape(re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1])
    return browser.post(page.url, data={"csrf_token": csrf_token, **fields}, allow_redirects=False)


def sign_in_at_provider(url):
    """Fills in the provider's pages and returns the address to which it sends the browser back."""
    with requests.Session() as browser:
        response = browser.get(url, allow_redirects=False)
        while not response.headers.get("Location", "").startswith(REDIRECT_URI):
            if response.is_redirect:
                response = browser.send(response.next, allow_redirects=False)
            elif 'name="login"' in response.text:
                response = submit(browser, response, login="noor")
            else:
                response = submit(browser, response, password=PASSWORD)
            assert response.status_code in {200, 302}
        return response.headers["Location"]


def test_person_in_a_group_gets_an_account_with_its_role(sso, issuer, engine):
    client = sso(
        oidc_issuer=issuer, oidc_scopes="openid email profile groups", oidc_allowed_groups="sales", oidc_manager_groups="leads"
    ).client
    answer = sign_in_at_provider(client.get("/sign-in/oidc").location)
    assert client.get(answer.removeprefix("http://localhost")).location == "/"
    assert "Noor Adeyemi" in client.get("/settings").text
    with unit_of_work(engine, writes=False) as session:
        assert session.scalar(select(User.role).where(User.email == "noor@example.com")) == "manager"

"""Sends HTML forms as a browser without scripts does."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def extract_csrf_token(page: str) -> str:
    match = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert match
    return match[1]


def send(client: FlaskClient, address: str, page_with_form: str, **fields: str) -> TestResponse:
    token = extract_csrf_token(client.get(page_with_form).text)
    return client.post(address, data={"csrf_token": token, **fields})

"""Submits HTML forms as a browser without JavaScript does."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def extract_csrf_token(page: str) -> str:
    match = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert match
    return match[1]


def send(client: FlaskClient, path: str, form_path: str, **fields: str) -> TestResponse:
    token = extract_csrf_token(client.get(form_path).text)
    return client.post(path, data={"csrf_token": token, **fields})

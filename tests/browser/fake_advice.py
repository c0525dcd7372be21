"""Gives the server's assessments other advice, so that a test does not depend on what the coach advises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from werkzeug.test import run_wsgi_app

from tests.browser.backend import Backend


def advice(code: str, message: str, *words: str, question: str = "", worth: int = 0) -> dict[str, Any]:
    """Advice about the places where ``words`` are in the draft; about the whole draft without any."""
    return {"code": code, "message": message, "question": question, "worth": worth, "words": words}


def answer_with(backend: Backend, items: list[dict[str, Any]] | None) -> None:
    """From now on drafts are assessed as always, but get this advice; ``None`` leaves it out, as older servers do."""

    def intercept(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes] | None:
        if not environ["PATH_INFO"].endswith("/assess"):
            return None
        # A profile has sections instead of a text.
        text = json.loads(environ["wsgi.input"].getvalue()).get("text", "")
        body, status, headers = run_wsgi_app(backend.app, environ, buffered=True)
        assessment = json.loads(b"".join(body))
        del assessment["advice"]
        if items is not None:
            assessment["advice"] = [_located(item, text) for item in items]
        changed = json.dumps(assessment).encode()
        headers["Content-Length"] = str(len(changed))
        start(status, list(headers))
        return [changed]

    backend.intercept = intercept


def _located(item: dict[str, Any], text: str) -> dict[str, Any]:
    spans = [{"offset": text.index(words), "length": len(words)} for words in item["words"] if words in text]
    return {**{name: value for name, value in item.items() if name != "words"}, "spans": spans}

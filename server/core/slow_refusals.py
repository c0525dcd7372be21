"""Answers refused attempts to sign in, and requests above a limit, after a pause.

A program that guesses passwords or ignores Retry-After sends its next request when the last is answered, and hundreds of
refusals a second would take the processor time that everybody else needs. While a refusal waits it takes a thread, but no
processor time: gunicorn has ``MAX_WAITING`` more threads than requests may be handled at the same time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Refusals of one process that wait at the same time; further ones are sent at once.
MAX_WAITING = 32
SECONDS = 1.0
_KEY = "repute.refused"


def answer_slowly() -> None:
    """Marks the request: its response waits."""
    request.environ[_KEY] = True


class SlowRefusals:
    """WSGI middleware that lets marked responses wait."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._waiting = BoundedSemaphore(MAX_WAITING)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = self._application(environ, start_response)
        if environ.get(_KEY) and self._waiting.acquire(blocking=False):
            try:
                time.sleep(SECONDS)
            finally:
                self._waiting.release()
        return body

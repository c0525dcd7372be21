"""Keeps request threads free, so that health checks and metrics are answered at once while all other requests wait for work."""

from __future__ import annotations

import threading

from flask import Flask, g, request

from server.core.error_handlers import OPERATOR_PATHS
from server.core.problems import Problem

#: Threads of a process that only answer operators and refusals.
RESERVED_THREADS = 2


def init_app(app: Flask, *, threads: int) -> None:
    """``threads``: of this process. At most ``threads - RESERVED_THREADS`` requests are handled at once; a further one gets 503
    with Retry-After, before anything is looked up for it."""
    places = threading.BoundedSemaphore(max(1, threads - RESERVED_THREADS))

    def enter() -> None:
        if request.path in OPERATOR_PATHS:
            return
        if not places.acquire(blocking=False):
            raise Problem(503, "busy", "The server is busy", detail="Try again in a second.", headers={"Retry-After": "1"})
        g.admitted = True

    def leave(_error: BaseException | None) -> None:
        if g.pop("admitted", False):
            places.release()

    app.before_request(enter)
    app.teardown_request(leave)

"""Waiting for a state, never for a duration."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain, repeat
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

T = TypeVar("T")

#: Only limits how long a failure takes: nothing that works takes this long, however busy the machine is.
TIMEOUT_SECONDS = 120
#: Between two checks: at first short, because most states come at once, then longer, because each check takes time too.
POLLS_MS = (5, 10, 20, 40)

expect.set_options(timeout=TIMEOUT_SECONDS * 1000)


def until(page: Page, check: Callable[[], T], *, what: str) -> T:
    """Waits for a truthy result of ``check`` and returns it. Between two checks ``page`` processes browser events."""
    return _poll(check, page.wait_for_timeout, what)


def poll_until(check: Callable[[], T], *, what: str) -> T:
    """Like ``until``, without a Playwright page, as for Firefox."""
    return _poll(check, lambda milliseconds: time.sleep(milliseconds / 1000), what)


def _poll(check: Callable[[], T], pause: Callable[[float], object], what: str) -> T:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    pauses = chain(POLLS_MS, repeat(POLLS_MS[-1]))
    while True:
        if result := check():
            return result
        if time.monotonic() > deadline:
            pytest.fail(f"timed out after {TIMEOUT_SECONDS} s, waiting for: {what}")
        pause(next(pauses))

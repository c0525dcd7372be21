"""Waiting for a state, never for a duration."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

T = TypeVar("T")

#: Only limits how long a failure takes: nothing that works takes this long, however busy the machine is.
TIMEOUT_SECONDS = 120
POLL_MS = 50

expect.set_options(timeout=TIMEOUT_SECONDS * 1000)


def until(page: Page, check: Callable[[], T], *, what: str) -> T:
    """Waits for a truthy result of ``check`` and returns it. Between two checks ``page`` processes browser events."""
    return _poll(check, lambda: page.wait_for_timeout(POLL_MS), what)


def poll_until(check: Callable[[], T], *, what: str) -> T:
    """Like ``until``, without a Playwright page, as for Firefox."""
    return _poll(check, lambda: time.sleep(POLL_MS / 1000), what)


def _poll(check: Callable[[], T], pause: Callable[[], object], what: str) -> T:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        if result := check():
            return result
        if time.monotonic() > deadline:
            pytest.fail(f"timed out after {TIMEOUT_SECONDS} s, waiting for: {what}")
        pause()

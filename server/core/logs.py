"""Structured logs: one JSON line per event on standard output.

No bodies, no query strings, no headers and no error messages (which may quote a user's text): an error is logged as its
type and stack frames."""

from __future__ import annotations

import contextlib
import sys
import traceback

import structlog


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=_make_logger,
        cache_logger_on_first_use=False,
    )


class _Logger(structlog.WriteLogger):
    """A line that cannot be written, for example on a full disk, must not fail the request that it describes."""

    def msg(self, message: str) -> None:
        with contextlib.suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = error = critical = msg


def _make_logger(*_arguments: object) -> _Logger:
    # Not cached: looks up sys.stdout for each event, because tests replace it after this call.
    return _Logger(sys.stdout)


log: structlog.stdlib.BoundLogger = structlog.get_logger()


def describe_error(error: BaseException) -> dict[str, object]:
    """What may be logged about an error: types and stack frames, outermost first."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": [type(exception).__name__ for exception in chain],
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }

"""Structured logs: one JSON line an event on standard output. No bodies, no query strings, no headers, no messages of errors
(those may quote what somebody wrote): an error is told by its type and the places it passed."""

from __future__ import annotations

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
        # To standard output as it is when something is said, not as it was here.
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,
    )


log: structlog.stdlib.BoundLogger = structlog.get_logger()


def failure(error: BaseException) -> dict[str, object]:
    """What may be logged of an error: types and places, outermost first."""
    chain = [error]
    while (inner := chain[-1].__cause__ or chain[-1].__context__) is not None and inner not in chain:
        chain.append(inner)
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": [type(one).__name__ for one in chain],
        "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }

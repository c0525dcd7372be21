"""Metrics for operators. Labels are route templates, statuses and codes; never a person, never a text."""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("repute_requests", "Responses sent.", ("route", "method", "status"))
SECONDS = Histogram("repute_request_seconds", "Time from request to response.", ("route",))
ASSESSMENT_SECONDS = Histogram("repute_assessment_seconds", "Time the coach took for one draft.", ("surface",))
LIMITS_UNCOUNTED = Counter("repute_limits_uncounted", "Calls that no store could count.", ("limit",))
SIGN_INS = Counter("repute_sign_ins", "Attempts to sign in.", ("outcome",))
PROBLEMS = Counter("repute_problems", "Refusals by code.", ("code",))


def exposition() -> bytes:
    """The sum over all processes in Prometheus' text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)

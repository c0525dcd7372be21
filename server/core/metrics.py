"""Prometheus metrics. Labels are route templates, statuses and codes, never anything personal or any text."""

from __future__ import annotations

import os
from collections.abc import Mapping

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from server.core import metrics_files

metrics_files.install()

REQUESTS = Counter("repute_requests", "Responses sent.", ("route", "method", "status"))
SECONDS = Histogram("repute_request_seconds", "Time from request to response.", ("route",))
ASSESSMENT_SECONDS = Histogram("repute_assessment_seconds", "Time to assess one draft.", ("surface",))
LIMITS_UNCOUNTED = Counter("repute_limits_uncounted", "Calls not counted because the rate-limit store failed.", ("limit",))
LIMITS_FALLBACK = Counter("repute_limits_fallback", "Calls counted in the database because Redis failed.")
SIGN_INS = Counter("repute_sign_ins", "Sign-in attempts.", ("outcome",))
PROBLEMS = Counter("repute_problems", "Problem responses by code.", ("code",))


def exposition() -> bytes:
    """All metrics in Prometheus' text format, summed over all processes."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def gauges(values: Mapping[str, tuple[str, float]]) -> bytes:
    """Descriptions and current values by name, in Prometheus' text format, for what is counted when asked, not in a process."""
    lines = [
        line
        for name, (description, value) in values.items()
        for line in (f"# HELP {name} {description}", f"# TYPE {name} gauge", f"{name} {value}")
    ]
    return "".join(f"{line}\n" for line in lines).encode()

"""Prometheus metrics. Labels are route templates, statuses and codes, never anything personal or any text."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from server.core import metrics_files

metrics_files.install()

REQUESTS = Counter("repute_requests", "Responses sent.", ("route", "method", "status"))
SECONDS = Histogram("repute_request_seconds", "Time from request to response.", ("route",))
ASSESSMENT_SECONDS = Histogram("repute_assessment_seconds", "Time to assess one draft.", ("surface",))
LIMITS_UNCOUNTED = Counter("repute_limits_uncounted", "Calls not counted because the rate-limit store failed.", ("limit",))
LIMITS_FALLBACK = Counter("repute_limits_fallback", "Calls counted in the database because Redis failed.")
SIGN_INS = Counter("repute_sign_ins", "Sign-in attempts.", ("outcome",))
IMPORT_ROWS = Counter("repute_import_rows", "Rows from other systems, by what became of them.", ("outcome",))
CONNECTION_ERRORS = Counter("repute_connection_errors", "Failed attempts to read a connected CRM.", ("source", "code"))
WRITE_SECONDS = Histogram("repute_write_seconds", "Time from the start of a writing transaction to its commit.")
WRITE_WAIT_SECONDS = Histogram("repute_write_wait_seconds", "Time that a transaction waited for SQLite's write lock.")
WRITES_WAITING = Gauge("repute_writes_waiting", "Transactions that wait for SQLite's write lock.", multiprocess_mode="livesum")
PROBLEMS = Counter("repute_problems", "Problem responses by code.", ("code",))


def exposition() -> bytes:
    """All metrics in Prometheus' text format, summed over all processes."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def gauge(name: str, description: str, value: float, **labels: str) -> GaugeMetricFamily:
    """A value that is determined when asked, not counted in a process."""
    family = GaugeMetricFamily(name, description, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family


def render(families: Iterable[GaugeMetricFamily]) -> bytes:
    """In Prometheus' text format."""

    class Collected(Collector):
        def collect(self) -> Iterable[GaugeMetricFamily]:
            return families

    registry = CollectorRegistry()
    registry.register(Collected())
    return generate_latest(registry)

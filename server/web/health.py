"""Liveness, readiness and metrics, for operators."""

from __future__ import annotations

import hmac
from contextlib import suppress

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server.connections import queries as connections
from server.core import metrics
from server.core.access import public
from server.core.database import size
from server.core.database.session import db, engine, unit_of_work
from server.core.problems import Problem, not_found
from server.core.version import VERSION
from server.jobs import queue, status
from server.records import queries as records
from server.security.guard import settings

pages = Blueprint("health", __name__)


# Public: load balancers have no account. It reveals only that the process is running.
@pages.get("/healthz")
@public(writes=False, anonymous=True)
def alive() -> Response:
    return jsonify({"status": "alive"})


# Public: as above. It reveals only whether requests would succeed.
@pages.get("/readyz")
@public(writes=False, anonymous=True)
def ready() -> Response:
    try:
        db().execute(text("SELECT 1 FROM organisation"))
    except SQLAlchemyError:
        raise Problem(503, "not-ready", "The database is not responding", headers={"Retry-After": "5"}) from None
    return jsonify({"status": "ready"})


# Public as a route; the view answers only a caller with REPUTE_METRICS_TOKEN, and 404 to all others.
@pages.get("/metrics")
@public(writes=False, anonymous=True)
def prometheus_metrics() -> Response:
    if not _may_read_metrics():
        raise not_found()
    return Response(metrics.exposition() + _current_values(), content_type=CONTENT_TYPE_LATEST)


def _current_values() -> bytes:
    """Determined now, in the database, for all hosts; only the version while it does not respond."""
    families = [metrics.gauge("repute_build_info", "The version of this release.", 1, version=VERSION)]
    with suppress(SQLAlchemyError), unit_of_work(engine(), writes=False) as session:
        families += _database_metrics(session)
    return metrics.render(families)


def _database_metrics(session: Session) -> list[GaugeMetricFamily]:
    counts = queue.count(session)
    families = [
        metrics.gauge("repute_workers_alive", "Processes that run background jobs.", status.count_workers(session)),
        metrics.gauge("repute_jobs_waiting", "Background jobs that wait or run.", counts.waiting),
        metrics.gauge("repute_jobs_failed", "Background jobs that failed: `python -m server jobs` lists them.", counts.failed),
        metrics.gauge(
            "repute_jobs_overdue_seconds", "How long the oldest waiting job has been due.", status.overdue_seconds(session)
        ),
        metrics.gauge("repute_database_size_bytes", "Size of the database.", size.database_bytes(session)),
        metrics.gauge(
            "repute_lock_waits", "PostgreSQL: connections that wait for another one's lock.", size.count_lock_waits(session)
        ),
    ]
    families.append(_failing_connections(session))
    imported_at = records.last_change_at(session)
    if imported_at is not None:
        families.append(
            metrics.gauge(
                "repute_last_import_timestamp_seconds",
                "When a record of another system was last stored or changed.",
                imported_at.timestamp(),
            )
        )
    return families


def _failing_connections(session: Session) -> GaugeMetricFamily:
    """A connection that an administrator paused is not failing."""
    family = GaugeMetricFamily("repute_connection_failing", "1 if a connected CRM cannot be read.", labels=["source"])
    for connection in connections.all_connections(session):
        family.add_metric([connection.source], int(connection.problem_code is not None))
    return family


def _may_read_metrics() -> bool:
    secret = settings().metrics_token.get_secret_value()
    # Without a token nobody may: behind a tunnel or proxy on this machine, every request looks local.
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(secret) and hmac.compare_digest(token.encode(), secret.encode())

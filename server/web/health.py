"""Liveness, readiness and metrics, for operators."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.core import metrics
from server.core.access import public
from server.core.database.session import db, engine, unit_of_work
from server.core.problems import Problem, not_found
from server.jobs import queue
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
    return Response(metrics.exposition() + _job_metrics(), content_type=CONTENT_TYPE_LATEST)


def _job_metrics() -> bytes:
    """Counted now, in the database, for all hosts; left out while it does not respond."""
    try:
        with unit_of_work(engine(), writes=False) as session:
            counts = queue.count(session)
    except SQLAlchemyError:
        return b""
    return metrics.gauges(
        {
            "repute_jobs_waiting": ("Background jobs that wait or run.", counts.waiting),
            "repute_jobs_failed": ("Background jobs that failed: `python -m server jobs` lists them.", counts.failed),
        }
    )


def _may_read_metrics() -> bool:
    secret = settings().metrics_token.get_secret_value()
    # Without a token nobody may: behind a tunnel or proxy on this machine, every request looks local.
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(secret) and hmac.compare_digest(token.encode(), secret.encode())

"""For operators: liveness, readiness and metrics."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.core import metrics
from server.core.access import public
from server.core.database.session import db
from server.core.problems import Problem, not_found
from server.security.guard import settings

pages = Blueprint("health", __name__)


# Public: a load balancer has no account. It reveals only that the process answers.
@pages.get("/healthz")
@public(writes=False)
def alive() -> Response:
    return jsonify({"status": "alive"})


# Public: as above. It reveals only whether requests would succeed.
@pages.get("/readyz")
@public(writes=False)
def ready() -> Response:
    try:
        db().execute(text("SELECT 1 FROM organisation"))
    except SQLAlchemyError:
        raise Problem(503, "not-ready", "The database does not answer", headers={"Retry-After": "5"}) from None
    return jsonify({"status": "ready"})


# Public only in name: answered for this machine, or with REPUTE_METRICS_TOKEN; a 404 for anybody else.
@pages.get("/metrics")
@public(writes=False)
def numbers() -> Response:
    if not _may_read_metrics():
        raise not_found()
    return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics() -> bool:
    secret = settings().metrics_token.get_secret_value()
    if secret:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), secret.encode())
    # Behind a proxy on this machine every request looks local, so a forwarding header counts as another machine.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return not forwarded and ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104

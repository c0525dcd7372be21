"""gunicorn's configuration; ``server.serving`` starts it with this file."""

from __future__ import annotations

import os
from typing import Any

from prometheus_client import multiprocess

from server.core.settings import load_settings

_settings = load_settings()

wsgi_app = "server.wsgi:application"
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.workers
threads = _settings.threads
# The language pipeline is loaded once, and its memory shared.
preload_app = True
# Limits slow memory leaks of libraries; the jitter keeps the workers from restarting together.
max_requests = 5000
max_requests_jitter = 500
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# A worker's heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
control_socket_disable = True
# Proxies are configured by REPUTE_PROXIES and handled in one place, ProxyFix.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
# Our own log line per request has no address and no query string; below "error" gunicorn would log request lines.
accesslog = None
loglevel = "error"
proc_name = "repute"


def post_fork(_server: Any, worker: Any) -> None:
    """A connection must not be shared between processes. None is open before the fork; the pool is disposed of all the same."""
    for engine in worker.app.callable.extensions["engines"]:
        engine.dispose(close=False)


def child_exit(_server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]

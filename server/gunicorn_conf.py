"""gunicorn's configuration, passed by ``server.serving``."""

from __future__ import annotations

import os
from typing import Any

from prometheus_client import multiprocess

from server.core.settings import load_settings
from server.core.slow_refusals import MAX_WAITING

_settings = load_settings()

wsgi_app = "server.wsgi:application"
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.workers
# The additional threads only wait; ``SlowRefusals`` limits how many handle requests.
threads = _settings.threads + MAX_WAITING
# Loads the language pipeline once, in memory that the workers share.
preload_app = True
# Bounds slow memory leaks in libraries; the jitter keeps the workers from restarting simultaneously.
max_requests = 5000
max_requests_jitter = 500
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# A worker's heartbeat file must not be on a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
control_socket_disable = True
# REPUTE_PROXIES configures proxies, and only ProxyFix handles them.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
# Our own request log has no IP address and no query string; below "error", gunicorn would log request lines.
accesslog = None
loglevel = "error"
proc_name = "repute"


def post_fork(_server: Any, worker: Any) -> None:
    """Processes must not share connections. None should be open before the fork; discarding the pool makes sure."""
    for engine in worker.app.callable.extensions["engines"]:
        engine.dispose(close=False)


def child_exit(_server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]

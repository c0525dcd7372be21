"""gunicorn's configuration, passed by ``server.serving``."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
from typing import Any

import gunicorn.http.wsgi
from prometheus_client import multiprocess

from server.core.settings import load_settings
from server.core.slow_refusals import MAX_WAITING
from server.jobs.worker import embedded
from server.tuning import shadow

_settings = load_settings()

#: A short request runs Python some twenty times between waits for the database, and each time would wait this long for a thread
#: that computes. Python's default is ten times as long.
SWITCH_SECONDS = 0.0005

wsgi_app = "server.wsgi:application"
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.workers
# The additional threads only hold refusals back (``SlowRefusals``); ``core/admission.py`` limits how many handle requests.
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
# gunicorn has no setting for its Server header, which would name the software to look up exploits for.
gunicorn.http.wsgi.SERVER = "Repute"


#: Of <sys/prctl.h>: the signal that this process gets when its parent dies.
_PR_SET_PDEATHSIG = 1


def post_fork(server: Any, worker: Any) -> None:
    """Threads of a process take turns often, because a long text keeps Python busy. Processes must not share connections: none
    should be open before the fork; discarding the pool makes sure."""
    sys.setswitchinterval(SWITCH_SECONDS)
    _stop_with_parent(server.pid)
    for engine in worker.app.callable.extensions["engines"]:
        engine.dispose(close=False)


def on_exit(_server: Any) -> None:
    """The metrics' folder may be in shared memory, where nothing else removes it."""
    shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)


def _stop_with_parent(parent: int) -> None:
    """If the master is killed, its workers would keep the port for up to half a minute, and the next server could not start."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != parent:  # it died before the call
            os._exit(0)


def post_worker_init(worker: Any) -> None:
    """On SQLite, one of the workers also runs the jobs. Each compares its own share of drafts with the challenger."""
    engine = worker.app.callable.extensions["engine"]
    if engine.dialect.name == "sqlite":
        worker.jobs = embedded(engine)
        worker.jobs_thread = worker.jobs.start_thread()
    shadow.start(engine)


def worker_exit(_server: Any, worker: Any) -> None:
    """Finishes the current job and stores what was counted. Also called by the master for a worker that no longer exists."""
    shadow.stop()
    if getattr(worker, "jobs", None) is not None:
        worker.jobs.stop()
        worker.jobs_thread.join()


def child_exit(_server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]

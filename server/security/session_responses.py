"""The response with which a session starts, however the person signed in."""

from __future__ import annotations

from urllib.parse import quote

from flask import redirect
from werkzeug.wrappers import Response

from server.security.guard import STEP_PATHS, caller_address, renew_csrf_token, set_session_cookie, settings
from server.security.operations import NewSession
from server.security.return_paths import local_path, remember_path, take_path
from server.security.secrets import keyed_digest


def start_session_response(started: NewSession, next_path: str) -> Response:
    """Redirects to ``next_path``, by default the remembered one, or first to the step of signing in that is missing."""
    remembered = take_path()
    path = local_path(next_path) if next_path not in {"", "/"} else remembered
    if started.awaiting is not None:
        if path != "/":
            remember_path(path)
        path = STEP_PATHS[started.awaiting] + (f"?next={quote(path)}" if started.awaiting == "code" and path != "/" else "")
    response = redirect(path, code=303)
    renew_csrf_token()
    set_session_cookie(response, started.secret)
    return response


def caller_in_log() -> str:
    """Tells callers apart in the log without revealing their addresses."""
    return keyed_digest(settings().secret_keys.current, "address", caller_address())[:16]

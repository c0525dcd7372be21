"""The real application in this process, on a loopback port, with a record of what it received."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import BaseWSGIServer, make_server

from server.core.database.session import unit_of_work
from server.core.identity import Identity
from server.people.models import User
from server.security import operations, tokens
from tests.factories import make_identity, make_user

#: Tests stop and start the server many times; by default each stop takes half a second.
SHUTDOWN_POLL_SECONDS = 0.02


@dataclass
class Backend:
    """The real application on a loopback port. ``received`` lists the requests: method, path, body. ``intercept`` may answer a
    request instead of the application, delay it, or return ``None`` to let it through."""

    app: Any
    engine: Any
    data: Path
    port: int
    received: list[tuple[str, str, bytes]] = field(default_factory=list)
    intercept: Callable[[dict[str, Any], Callable[..., Any]], Any] | None = None
    _server: BaseWSGIServer | None = None
    _thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _record(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        self.received.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], body))
        answer = self.intercept(environ, start) if self.intercept else None
        return _read(self.app(environ, start)) if answer is None else answer

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._record, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(SHUTDOWN_POLL_SECONDS,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        assert self._server
        assert self._thread
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None

    def bodies(self, path: str) -> list[bytes]:
        return [body for _, requested, body in self.received if requested == path]

    def disable(self, entry: dict[str, Any] | None) -> None:
        """Writes the operator's file that switches an adapter off; ``None`` empties it."""
        (self.data / "adapters.json").write_text(json.dumps([entry] if entry else []))

    def new_user(self, **values: object) -> User:
        with unit_of_work(self.engine) as session:
            user = make_user(session, **values)
            session.expunge(user)
            return user

    def start_session(self, user: User) -> tuple[str, Identity]:
        """Signs somebody in: the value of their cookie, and who they are to the server."""
        with unit_of_work(self.engine) as session:
            started = operations.start_session(session, user_id=user.id)
            return started.secret, replace(make_identity(user), session_id=started.id)

    def sign_in(self, context: BrowserContext, user: User) -> None:
        """Signs somebody in without a page."""
        secret, _ = self.start_session(user)
        context.add_cookies([{"name": "repute", "value": secret, "url": self.base_url}])

    def pairing_code(self, identity: Identity, *, challenge: str) -> str:
        keys = self.app.extensions["settings"].secret_keys
        with unit_of_work(self.engine) as session:
            return tokens.create_pairing_code(session, secret_keys=keys, identity=identity, challenge=challenge)

    def login_link(self, user: User) -> str:
        with unit_of_work(self.engine) as session:
            return self.base_url + operations.create_link(session, user_id=user.id)


def sign_in(page: Page, link: str) -> None:
    """Signs in with a one-time link, like those that the demonstration prints."""
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/link/" not in address)


def _read(body: Iterable[bytes]) -> list[bytes]:
    """The whole body. Werkzeug does not close it when a browser leaves before it has read everything, and gunicorn does."""
    try:
        return list(body)
    finally:
        getattr(body, "close", lambda: None)()

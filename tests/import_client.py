"""Imports files into a live server as an administrator's browser does, and watches what becomes of them."""

from __future__ import annotations

import re
import urllib.parse
from http.client import HTTPConnection, HTTPResponse

from sqlalchemy import select

from server.core.database.session import unit_of_work
from server.imports.models import ImportFile
from server.security import operations as security
from tests.live import LiveServer

BOUNDARY = "a-boundary-that-no-file-contains"


class ImportClient:
    """Signed in as the server's admin."""

    def __init__(self, server: LiveServer) -> None:
        self._server = server
        with unit_of_work(server.engine) as session:
            self._session = f"repute={security.start_session(session, user_id=server.users['admin'].id).secret}"

    def upload(self, content: bytes, name: str = "calls.csv") -> int:
        """The id of the file."""
        token, cookie = self._form()
        parts = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        )
        body = parts.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        _, location = self._post("/imports", body, cookie, f"multipart/form-data; boundary={BOUNDARY}")
        return int(location.rsplit("/", 1)[1])

    def start(self, file_id: int, verb: str) -> None:
        """``verb``: ``check`` or ``import``."""
        token, cookie = self._form()
        body = urllib.parse.urlencode({"csrf_token": token}).encode()
        self._post(f"/imports/{file_id}/{verb}", body, cookie, "application/x-www-form-urlencoded")

    def page(self, file_id: int) -> str:
        return self._read(self._get(f"/imports/{file_id}"))

    def file(self, file_id: int) -> ImportFile:
        """As it is stored now."""
        with unit_of_work(self._server.engine, writes=False) as session:
            file = session.scalars(select(ImportFile).where(ImportFile.id == file_id)).one()
            session.expunge(file)
            return file

    def _form(self) -> tuple[str, str]:
        """The form's token, and the cookies that belong to it."""
        response = self._get("/imports")
        cookie = (response.headers.get("Set-Cookie") or "").partition(";")[0]
        token = re.search(r'name="csrf_token" value="([^"]+)"', self._read(response))
        assert token
        return token[1], f"{self._session}; {cookie}"

    def _get(self, path: str) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=600)
        connection.request("GET", path, headers={"Cookie": self._session})
        return connection.getresponse()

    def _read(self, response: HTTPResponse) -> str:
        content = response.read().decode()
        assert response.status == 200, (response.status, content[-2000:])
        return content

    def _post(self, path: str, body: bytes, cookie: str, content_type: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=600)
        connection.request("POST", path, body, {"Cookie": cookie, "Content-Type": content_type})
        response = connection.getresponse()
        content = response.read().decode()
        connection.close()
        assert response.status == 303, (response.status, content[-2000:])
        return response.status, response.headers["Location"]

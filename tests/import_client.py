"""Imports files into a live server as an administrator's browser does, and watches what becomes of them."""

from __future__ import annotations

import re
import urllib.parse
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection

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
        location = self._post("/imports", body, cookie, f"multipart/form-data; boundary={BOUNDARY}")
        return int(location.rsplit("/", 1)[1])

    def start(self, file_id: int, verb: str) -> None:
        """``verb``: ``check`` or ``import``."""
        token, cookie = self._form()
        body = urllib.parse.urlencode({"csrf_token": token}).encode()
        self._post(f"/imports/{file_id}/{verb}", body, cookie, "application/x-www-form-urlencoded")

    def page(self, file_id: int) -> str:
        return self._get(f"/imports/{file_id}")[0]

    def file(self, file_id: int) -> ImportFile:
        """As it is stored now."""
        with unit_of_work(self._server.engine, writes=False) as session:
            file = session.scalars(select(ImportFile).where(ImportFile.id == file_id)).one()
            session.expunge(file)
            return file

    def _form(self) -> tuple[str, str]:
        """The form's token, and the cookies that belong to it."""
        page, cookie = self._get("/imports")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        return token[1], f"{self._session}; {cookie}"

    def _get(self, path: str) -> tuple[str, str]:
        """The page, and the cookie that it sets."""
        page, headers = self._call("GET", path, b"", {"Cookie": self._session}, expected=200)
        return page, (headers["Set-Cookie"] or "").partition(";")[0]

    def _post(self, path: str, body: bytes, cookie: str, content_type: str) -> str:
        """The path that it leads to."""
        headers = self._call("POST", path, body, {"Cookie": cookie, "Content-Type": content_type}, expected=303)[1]
        return str(headers["Location"])

    def _call(self, method: str, path: str, body: bytes, headers: dict[str, str], *, expected: int) -> tuple[str, Message]:
        with closing(HTTPConnection("127.0.0.1", self._server.port, timeout=600)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read().decode()
        assert response.status == expected, (response.status, content[-2000:])
        return content, response.headers

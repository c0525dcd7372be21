"""A small HTTP server on this machine with the interface of OpenAI's chat completions, which misbehaves as it is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-test-3f9a0c"
MODEL = "small-writer"


@dataclass
class EndpointServer:
    """``answer``: the wording that it gives. ``fault``: what it does instead."""

    port: int
    answer: str = "Fewer of them came back: [your figure] in a month."
    fault: str = ""
    requests: list[tuple[str, dict[str, str], dict]] = field(default_factory=list)
    #: Set at the end, so that no request hangs on.
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/v1"

    @property
    def material(self) -> dict[str, str]:
        """What the model was given in the last request."""
        return json.loads(self.requests[-1][2]["messages"][1]["content"])


class Handler(BaseHTTPRequestHandler):
    @property
    def running(self) -> EndpointServer:
        return self.server.running

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.running.requests.append((self.path, dict(self.headers), body))
        fault = self.running.fault
        if fault in ANSWERS:
            self.send(*ANSWERS[fault])
        else:
            faults = {
                "": self.complete, "hang": self.hang, "drip": self.drip, "drip-headers": self.drip_headers,
                "continues": self.go_on, "redirect-here": self.redirect, "closes": self.close,
            }  # fmt: skip
            faults[fault](body)

    def complete(self, body):
        if self.path != "/v1/chat/completions":
            self.send(404, {"error": {"message": "no such path"}})
        elif self.headers.get("Authorization") != f"Bearer {KEY}":
            self.send(401, {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}})
        elif body["model"] != MODEL:
            self.send(404, {"error": {"message": "The model does not exist", "code": "model_not_found"}})
        else:
            self.send(200, completion(self.running.answer))

    def send(self, status, body, headers=None):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def hang(self, _body):
        self.running.ended.wait(30)
        self.close_connection = True

    def drip(self, _body):
        self.send_response(200)
        self.end_headers()
        self.repeat(b" ")

    def drip_headers(self, _body):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.repeat(b"a")

    def go_on(self, _body):
        self.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")

    def repeat(self, content):
        self.close_connection = True
        while not self.running.ended.wait(0.05):
            try:
                self.wfile.write(content)
            except OSError:
                return

    def redirect(self, _body):
        self.send(302, b"", {"Location": f"http://127.0.0.1:{self.running.port}/internal"})

    def close(self, _body):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_arguments):
        pass


def completion(text):
    return {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]}


#: What it answers instead: status, body, headers.
ANSWERS = {
    "400": (400, {"error": {"message": "bad"}}),
    "403": (403, {}),
    "429": (429, {"error": {"code": "insufficient_quota"}}),
    "500": (500, b"<h1>oops</h1>"),
    "large": (200, completion("x" * 300_000)),
    "not-json": (200, b"<html>Welcome</html>"),
    "other-json": (200, {"choices": [{"text": "no message"}]}),
    "nested": (200, b"[" * 100_000),
    "empty": (200, completion("  \u200b ")),
    "long": (200, completion("We moved. " * 200)),
    "filtered": (200, {"choices": [{"finish_reason": "content_filter", "message": {}}]}),
    "redirect": (307, b"", {"Location": "http://169.254.169.254/latest/meta-data"}),
}


@contextmanager
def endpoint_server(tls=None) -> Iterator[EndpointServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.running = running = EndpointServer(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield running
    finally:
        running.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()

"""A small HTTP server on this machine with the interface of OpenAI's chat completions, which misbehaves as it is told."""

from __future__ import annotations

import json
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


@contextmanager
def endpoint_server(tls=None) -> Iterator[EndpointServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            running.requests.append((self.path, dict(self.headers), body))
            faults.get(running.fault, Handler.complete)(self, body)

        do_GET = do_POST

        def complete(self, body):
            if self.path != "/v1/chat/completions":
                self.send(404, {"error": {"message": "no such path"}})
            elif self.headers.get("Authorization") != f"Bearer {KEY}":
                self.send(401, {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}})
            elif body["model"] != MODEL:
                self.send(404, {"error": {"message": "The model does not exist", "code": "model_not_found"}})
            else:
                self.send(200, completion(running.answer))

        def send(self, status, body, **headers):
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def hang(self, _body):
            running.ended.wait(30)
            self.close_connection = True

        def drip(self, _body):
            self.send_response(200)
            self.end_headers()
            while not running.ended.wait(0.05):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def log_message(self, *_arguments):
            pass

    faults = {
        "400": lambda self, _: self.send(400, {"error": {"message": "bad"}}),
        "403": lambda self, _: self.send(403, {}),
        "429": lambda self, _: self.send(429, {"error": {"code": "insufficient_quota"}}),
        "500": lambda self, _: self.send(500, b"<h1>oops</h1>"),
        "hang": Handler.hang,
        "drip": Handler.drip,
        "large": lambda self, _: self.send(200, completion("x" * 300_000)),
        "not-json": lambda self, _: self.send(200, b"<html>Welcome</html>"),
        "other-json": lambda self, _: self.send(200, {"choices": [{"text": "no message"}]}),
        "nested": lambda self, _: self.send(200, b"[" * 100_000),
        "empty": lambda self, _: self.send(200, completion("  \u200b ")),
        "long": lambda self, _: self.send(200, completion("We moved. " * 200)),
        "filtered": lambda self, _: self.send(200, {"choices": [{"finish_reason": "content_filter", "message": {}}]}),
        "redirect": lambda self, _: self.send(307, b"", Location="http://169.254.169.254/latest/meta-data"),
        "redirect-here": lambda self, _: self.send(302, b"", Location=f"http://127.0.0.1:{running.port}/internal"),
        "closes": lambda self, _: self.connection.close(),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    running = EndpointServer(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield running
    finally:
        running.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def completion(text):
    return {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]}

"""Security headers of every response, errors included."""

from __future__ import annotations

from flask import Flask, Response, request

#: No inline scripts or styles, nothing from other origins. Chart data is in attributes or JSON blocks, which do not execute.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
#: The web composer's worker runs Harper, which is WebAssembly. A worker has the policy of its own script and no document, so no
#: page needs to permit WebAssembly.
GRAMMAR_WORKER = "built/grammar.js"
GRAMMAR_WORKER_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Over TLS, CSRF protection checks the referrer, so same-origin requests must send it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # No page uses any of these.
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"
#: For static files whose URL has the content's hash (``?v=``): what such a URL returns never changes.
CACHE_FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask, *, secure: bool) -> None:
    def add_headers(response: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():
            response.headers[name] = value
        if request.endpoint == "web.static" and (request.view_args or {}).get("filename") == GRAMMAR_WORKER:
            response.headers["Content-Security-Policy"] = GRAMMAR_WORKER_POLICY
        if secure:
            response.headers["Strict-Transport-Security"] = HSTS
        if request.endpoint == "web.static" and response.status_code < 400:
            response.headers["Cache-Control"] = CACHE_FOREVER if "v" in request.args else "no-cache"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add_headers)

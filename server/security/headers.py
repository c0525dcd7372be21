"""Headers of every answer, refusals and errors included."""

from __future__ import annotations

from flask import Flask, Response, request

#: No inline script or style, nothing from elsewhere. Pages keep chart data in attributes or in JSON blocks, which do not run.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    # CSRF protection over TLS looks at the referrer of our own forms, so it must be sent to ourselves.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
#: A static file's address carries its content's hash (``?v=``), so that address never changes its meaning.
STATIC_FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask, *, secure: bool) -> None:
    def add(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers[name] = value
        if secure:
            response.headers["Strict-Transport-Security"] = HSTS
        if request.endpoint == "web.static" and response.status_code < 400:
            response.headers["Cache-Control"] = STATIC_FOREVER if "v" in request.args else "no-cache"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add)

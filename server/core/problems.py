"""Errors that reach the client: an RFC 9457 problem document for programs, a page for people. They never quote user input."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """An error response. ``code`` is stable and is the last part of the type URI; ``errors`` name fields and limits."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        *,
        detail: str = "",
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}

    @property
    def is_temporary(self) -> bool:
        """Whether the same request may succeed later."""
        return "Retry-After" in self.headers


def field_problem(
    field: str, message: str, *, limit: int | None = None, status: int = 422, code: str = "invalid-field"
) -> Problem:
    """A problem with one field, with its limit if there is one."""
    error: dict[str, Any] = {"field": field, "message": message}
    if limit is not None:
        error["limit"] = limit
    return Problem(status, code, f"{field}: {message}", errors=[error])


def not_found() -> Problem:
    """Also for objects that exist but that the caller may not see: the responses must be the same."""
    return Problem(404, "not-found", "Page not found", detail="It may not exist, or you may not have access.")


def unauthorized(code: str = "no-token", title: str = "A valid token is required") -> Problem:
    return Problem(401, code, title, headers={"WWW-Authenticate": 'Bearer realm="Repute"'})


def as_sentence(problem: Problem) -> str:
    """For people: below the field that it is about, or as an error of the whole form."""
    if problem.errors:
        return f"This {problem.errors[0]['message']}."
    return " ".join(filter(None, (f"{problem.title}.", problem.detail)))

"""Errors as RFC 9457 problem documents for programs and as a page for people; never with the text that caused them."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """An answer that refuses. ``code`` is stable and ends the type's address; ``errors`` name fields and limits."""

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


def field_problem(
    field: str, message: str, *, limit: int | None = None, status: int = 422, code: str = "invalid-field"
) -> Problem:
    """A refusal of one field; says the limit where there is one."""
    error: dict[str, Any] = {"field": field, "message": message}
    if limit is not None:
        error["limit"] = limit
    return Problem(status, code, f"{field}: {message}", errors=[error])


def not_found() -> Problem:
    """Also for what exists but is not the caller's to see: the two must look the same."""
    return Problem(404, "not-found", "There is nothing here for you", detail="It does not exist, or it is not yours.")

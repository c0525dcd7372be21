"""Connection parameters for what uses PostgreSQL's own library without SQLAlchemy."""

from __future__ import annotations

from sqlalchemy import URL


def connection_parameters(url: URL) -> dict[str, str]:
    """libpq's keywords and values, the password included. A rendered URL will not do: SQLAlchemy leaves spaces in passwords as
    they are, and libpq refuses them."""
    parameters = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    return {name: str(value) for name, value in parameters.items()}

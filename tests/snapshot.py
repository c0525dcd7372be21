"""The whole content of a database, for tests that nothing changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Engine, Text, cast, select

from server.migrations.models import Base

#: Rate limits and last-used times, which change with every request, refused or not.
VOLATILE_TABLES = frozenset({"rate_hit"})
VOLATILE_COLUMNS = frozenset(
    {("token_family", "last_used_on"), ("integration_token", "last_used_on"), ("web_session", "seen_at")}
)


def snapshot(engine: Engine) -> dict[str, list[Any]]:
    with engine.execution_options(writes=False).connect() as connection:
        return {
            table.name: sorted(
                (str(row) for row in connection.execute(select(*_compared_columns(table)))),
            )
            for table in Base.metadata.sorted_tables
            if table.name not in VOLATILE_TABLES
        }


def _compared_columns(table: Any) -> list[Any]:
    # JSON as it is stored: a scoring version has two megabytes of it.
    return [
        cast(column, Text) if isinstance(column.type, JSON) else column
        for column in table.columns
        if (table.name, column.name) not in VOLATILE_COLUMNS
    ]

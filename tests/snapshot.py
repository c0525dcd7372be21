"""Everything that a database holds, so that a test can say "nothing changed" and mean all of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select

from server.migrations.models import Base

#: Counts of requests, and the day of a pairing's last use: they change with every request, refused or not.
PASSING_TABLES = frozenset({"rate_hit"})
PASSING_COLUMNS = frozenset({("token_family", "last_used_on"), ("web_session", "seen_at")})


def snapshot(engine: Engine) -> dict[str, list[Any]]:
    with engine.execution_options(writes=False).connect() as connection:
        return {
            table.name: sorted(
                (str(row) for row in connection.execute(select(*_lasting(table)))),
            )
            for table in Base.metadata.sorted_tables
            if table.name not in PASSING_TABLES
        }


def _lasting(table: Any) -> list[Any]:
    return [column for column in table.columns if (table.name, column.name) not in PASSING_COLUMNS]

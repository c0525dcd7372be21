"""procrastinate's tables and functions in our PostgreSQL database: installing, removing and checking them.

The SQL file is a copy of the pinned version's schema, so that a migration installs the same on every machine. A newer version
needs a new migration that applies procrastinate's own migrations; ``differences`` reports if one is missing."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

VERSION = "3.10.0"
SQL = Path(__file__).parent / "schema" / f"procrastinate-{VERSION}.sql"
#: All names of procrastinate's objects contain this.
NAME = "procrastinate_"

_SCHEMA = "current_schema()::regnamespace"
_FUNCTION = re.compile(r"^CREATE FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$;", re.MULTILINE | re.DOTALL)
_OBJECT = re.compile(r"^CREATE (TABLE|TYPE|TRIGGER|INDEX|UNIQUE INDEX) (\w+)", re.MULTILINE)


def install(connection: Connection) -> None:
    # Doubled because the driver formats percent signs.
    connection.exec_driver_sql(SQL.read_text().replace("%", "%%"))


def remove(connection: Connection) -> None:
    for kind, query in (
        ("TABLE", "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE :name"),
        ("FUNCTION", f"SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = {_SCHEMA} AND proname LIKE :name"),  # noqa: S608 (a constant)
        ("TYPE", f"SELECT typname FROM pg_type WHERE typnamespace = {_SCHEMA} AND typname LIKE :name"),  # noqa: S608 (a constant)
    ):
        for name in connection.scalars(text(query), {"name": f"{NAME}%"}).all():
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name} CASCADE")


def include_name(name: str | None, type_: str, _parents: Any) -> bool:
    """For Alembic: whether to compare this with our models."""
    return type_ != "table" or name is None or not name.startswith(NAME)


def differences(connection: Connection) -> list[str]:
    """Differences between procrastinate's objects in the database, the pinned schema, and the installed package."""
    installed = version("procrastinate")
    wrong_version = [f"procrastinate {installed} is installed: this release needs {VERSION}"] if installed != VERSION else []
    expected, existing = _expected_objects(), _existing_objects(connection)
    missing = [f"missing: procrastinate's {name}" for name in sorted(expected.keys() - existing.keys())]
    common = sorted(expected.keys() & existing.keys())
    changed = [f"differs: procrastinate's {name}" for name in common if expected[name] != existing[name]]
    return wrong_version + missing + changed


def _expected_objects() -> dict[str, str]:
    """The body of each function, and an empty string for each table, type, trigger and index, by kind and name."""
    sql = SQL.read_text()
    objects = {f"{kind.lower().removeprefix('unique ')} {name}": "" for kind, name in _OBJECT.findall(sql)}
    return objects | {f"function {name}": body for name, body in _FUNCTION.findall(sql)}


def _existing_objects(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text(
            "SELECT 'table ' || tablename AS object, '' AS body FROM pg_tables WHERE schemaname = current_schema() "
            "UNION ALL SELECT 'index ' || indexname, '' FROM pg_indexes WHERE schemaname = current_schema() "
            "UNION ALL SELECT 'trigger ' || tgname, '' FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' "
            "UNION ALL SELECT 'type ' || typname, '' FROM pg_type WHERE typnamespace = current_schema()::regnamespace "
            "UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
        )
    )
    return {row.object: row.body for row in rows}

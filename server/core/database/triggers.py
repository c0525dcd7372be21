"""Append-only tables: triggers reject UPDATE and DELETE.

Alembic's batch mode on SQLite drops triggers silently, so every migration that rebuilds one of these tables calls
``install`` again, and a test checks that they exist after all revisions."""

from __future__ import annotations

from sqlalchemy import Connection

APPEND_ONLY = ("ledger_entry", "ledger_seal", "credit_policy", "scoring_version", "audit_entry")
_ACTIONS = ("UPDATE", "DELETE")


def names() -> set[str]:
    return {f"{table}_no_{action.lower()}" for table in APPEND_ONLY for action in _ACTIONS}


def install(connection: Connection, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in tables:
        for action in _ACTIONS:
            name = f"{table}_no_{action.lower()}"
            if postgresql:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                )
            else:
                connection.exec_driver_sql(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        if postgresql:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()"
            )

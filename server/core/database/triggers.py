"""Append-only tables: triggers reject UPDATE and DELETE, and on PostgreSQL TRUNCATE, even for the tables' owner.

Alembic's batch mode on SQLite drops triggers silently, so every migration that rebuilds one of these tables calls
``install`` again, and a test checks that they exist after all revisions."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

APPEND_ONLY = (
    "ledger_entry",
    "ledger_seal",
    "credit_policy",
    "outcome",
    "outcome_event",
    "credit_policy_decision",
    "credit_decision",
    "appeal",
    "appeal_closing",
    "scoring_version",
    "audit_entry",
    "audit_seal",
    "trial",
    "trial_assignment",
    "trial_event",
)
_ROW_ACTIONS = ("UPDATE", "DELETE")
#: In ``pg_trigger.tgenabled``: fires in ordinary sessions, or always.
_ENABLED = ("O", "A")
_FUNCTION_BODY = " BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END "

#: Default privileges of the schema may allow more (``deploy/grants.sql``).
_REVOKE = """
DO $$ DECLARE grantee text; BEGIN
  FOR grantee IN SELECT DISTINCT acl.grantee::regrole::text FROM pg_class, aclexplode(relacl) AS acl
    WHERE pg_class.oid = '{table}'::regclass AND acl.grantee NOT IN (0, relowner)
  LOOP EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {table} FROM ' || grantee; END LOOP;
END $$
"""


def install(connection: Connection, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    if connection.dialect.name == "postgresql":
        _install_on_postgresql(connection, tables)
        return
    for table in tables:
        for action in _ROW_ACTIONS:
            connection.exec_driver_sql(_sqlite_definition(table, action).replace("TRIGGER ", "TRIGGER IF NOT EXISTS ", 1))


def problems(connection: Connection) -> list[str]:
    """Triggers that are missing, disabled or changed; empty if every append-only table is protected."""
    find = _postgresql_problems if connection.dialect.name == "postgresql" else _sqlite_problems
    return sorted(find(connection))


def _name(table: str, action: str) -> str:
    return f"{table}_no_{action.lower()}"


def _sqlite_definition(table: str, action: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, action)} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _sqlite_problems(connection: Connection) -> Iterator[str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    definitions: dict[str, str] = {row.name: row.sql for row in rows}
    for table in APPEND_ONLY:
        for action in _ROW_ACTIONS:
            name = _name(table, action)
            if name not in definitions:
                yield f"missing trigger: {name}"
            elif definitions[name] != _sqlite_definition(table, action):
                yield f"changed trigger: {name}"


def _install_on_postgresql(connection: Connection, tables: tuple[str, ...]) -> None:
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${_FUNCTION_BODY}$$"
    )
    for table in tables:
        for action in (*_ROW_ACTIONS, "TRUNCATE"):
            name, level = _name(table, action), "STATEMENT" if action == "TRUNCATE" else "ROW"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
        connection.exec_driver_sql(_REVOKE.format(table=table))


def _postgresql_problems(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        text(
            "SELECT tgname, relname, tgenabled, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
        )
    )
    installed = {name: (table, enabled, definition) for name, table, enabled, definition in rows}
    body = connection.scalar(text("SELECT prosrc FROM pg_proc WHERE oid = to_regproc('refuse_change')"))
    if body is not None and body != _FUNCTION_BODY.replace("%%", "%"):
        yield "changed function: refuse_change"
    for table in APPEND_ONLY:
        for action in (*_ROW_ACTIONS, "TRUNCATE"):
            name, level = _name(table, action), "STATEMENT" if action == "TRUNCATE" else "ROW"
            on_table, enabled, definition = installed.get(name, ("", "", ""))
            if on_table != table:
                yield f"missing trigger: {name}"
            elif enabled not in _ENABLED:
                yield f"disabled trigger: {name}"
            elif f" BEFORE {action} ON " not in definition or not definition.endswith(
                f" FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            ):
                yield f"changed trigger: {name}"

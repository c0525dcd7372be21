"""``audit``: export and verify the audit log."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TextIO

import click

from server.audit import export as audit_export
from server.audit import operations as audit_log
from server.audit import queries as audit_queries
from server.audit import seals as audit_seals
from server.backup import checks
from server.commands.connection import fail, open_engine, read_only_engine, require_current_schema
from server.core import logs
from server.core.database.session import unit_of_work
from server.core.settings import load_settings


@click.group(help="Export and check the audit log.")
def audit() -> None:
    pass


@audit.command(name="export", help="Seal the log and print it as JSON lines, to be kept on another host.")
@click.option(
    "--since", type=int, default=0, metavar="SEAL", help="Only the seals after this one: the last of your previous export."
)
def export_audit_log(since: int) -> None:
    with open_engine(load_settings()) as engine:
        require_current_schema(engine)
        logs.configure()
        with redirect_stdout(sys.stderr), unit_of_work(engine) as session:
            audit_log.record(session, action="audit.exported", object_type="audit-log", object_id="all", reason_code="sealed")
        with redirect_stdout(sys.stderr), unit_of_work(engine) as session:
            audit_seals.seal(session)
        with unit_of_work(engine, writes=False) as session:
            for line in audit_export.export_lines(session, since=since):
                click.echo(line)
            newest = audit_queries.newest_seal(session)
    click.echo(f"Exported up to seal {newest.id}." if newest else "Nothing is sealed yet.", err=True)


@audit.command(
    name="verify", help="Check the log against its seals and, if given, an exported FILE; exit code 1 if they differ."
)
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
def verify_audit_log(file: TextIO | None) -> None:
    with read_only_engine(load_settings()) as engine:
        require_current_schema(engine)
        with unit_of_work(engine, writes=False) as session:
            chain = audit_seals.verify(session)
            violations = chain.violations + (audit_export.compare_export(session, file) if file else [])
    if violations:
        fail("\n".join(violations))
    click.echo(checks.describe_chain(chain))

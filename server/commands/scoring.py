"""``scoring``: verify an exported scoring version."""

from __future__ import annotations

import json
from pathlib import Path

import click

from server.commands.connection import fail, read_only_engine, require_current_schema
from server.core.database.session import unit_of_work
from server.core.settings import load_settings
from server.credit.verify import document_hash
from server.tuning.models import ScoringVersion

MAX_BYTES = 50_000_000


@click.group(help="Check scoring versions.")
def scoring() -> None:
    pass


@scoring.command(
    name="verify",
    help="Compute the hash of an exported version, and check that the database has the same; exit code 1 if it does not.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_file(file: Path) -> None:
    if file.stat().st_size > MAX_BYTES:
        fail(f"{file.name}: more than {MAX_BYTES // 1_000_000} MB, so it is no scoring version")
    try:
        # Numbers that JSON does not have are refused, not read as a version.
        document = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse)
    except ValueError:
        fail(f"{file.name}: must be JSON in UTF-8, without NaN or Infinity")
    computed = document_hash(document)
    with read_only_engine(load_settings()) as engine:
        require_current_schema(engine)
        with unit_of_work(engine, writes=False) as session:
            stored = session.get(ScoringVersion, computed)
            if stored is None:
                fail(
                    f"{computed}\nNo version in this database has this content: the file was changed, or comes from elsewhere."
                )
            if document_hash(stored.document) != computed:
                fail(f"{computed}\nThe database's own copy of this version was changed.")
            created = stored.created_at
    click.echo(f"{computed}\nThe same as the version of {created:%d %B %Y} in this database.")


def _refuse(name: str) -> None:
    raise ValueError(name)

"""A mapping of ids as a table of a query: one parameter, however many entries it has."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import BigInteger, FromClause, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session


def mapping_table(session: Session, mapping: Mapping[int, int]) -> FromClause:
    """Rows with the columns ``key`` and ``value``."""
    document = json.dumps(mapping)
    if session.get_bind().dialect.name == "postgresql":
        entries = func.jsonb_each_text(cast(literal(document), JSONB)).table_valued(column("key"), column("value"))
    else:
        entries = func.json_each(document).table_valued(column("key"), column("value"))
    columns = (cast(entries.c[name], BigInteger).label(name) for name in ("key", "value"))
    return select(*columns).cte("mapping")

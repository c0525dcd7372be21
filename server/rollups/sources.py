"""What the sums are of. The rooms that own the tables register them here, because they are above this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from server.core.database.types import Base


@dataclass(frozen=True, slots=True)
class Change:
    """What one row adds to the sums, or takes away if negative."""

    user_id: int
    moment: datetime
    kind: str
    count: int
    value: int


@dataclass(frozen=True, slots=True)
class Source:
    """``query``: of the rows of some people, with the columns of ``Change``. ``change``: what a new row adds, None if
    nothing."""

    model: type[Base]
    query: Callable[[list[int]], Select[*tuple[Any, ...]]]
    change: Callable[[Any], Change | None]


_sources: dict[type[Base], Source] = {}


def register(source: Source) -> None:
    _sources[source.model] = source


def source_of(instance: object) -> Source | None:
    return _sources.get(type(instance)) if isinstance(instance, Base) else None


def read_all(session: Session, user_ids: list[int]) -> Iterator[Change]:
    """Everything that these people's sums are made of."""
    if not _sources:
        raise RuntimeError("import the models of server.credit and server.records first")
    for source in _sources.values():
        for row in session.execute(source.query(user_ids).execution_options(yield_per=10_000)):
            yield Change(*row)

"""The organisation's recent shared items, as far as they can be scored again. Kept in memory between two looks at a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from nlp import Scoring
from nlp.quality.rescoring import ScoreTable, from_json, measured_by
from server.activities import queries
from server.activities.measuring import MAX_ITEMS, measured_since


@dataclass(frozen=True, slots=True)
class SharedItems:
    """``ids`` and ``people``: of the rows of ``table``. ``count``: all items of the weeks. Of the others, ``waiting`` are being
    measured, ``too_short`` have no score, and ``impossible`` have no text any more or are profiles."""

    table: ScoreTable
    ids: tuple[int, ...]
    people: tuple[int, ...]
    count: int
    waiting: int
    too_short: int
    impossible: int


#: Of this process: the table of the newest measured items, by which they are and when the last of them was measured.
_tables: dict[tuple[int, str, datetime | None], ScoreTable] = {}


def shared_items(session: Session, champion: Scoring) -> SharedItems:
    """Those of the last weeks, newest first."""
    version = measured_by(champion)
    rows = queries.measured_items(session, measured_by=version, since=measured_since(session), limit=MAX_ITEMS)
    scored = [(item_id, person) for item_id, person, is_measured, _, has_score in rows if is_measured and has_score]
    ids = tuple(item_id for item_id, _ in scored)
    return SharedItems(
        table=_table(session, version, ids),
        ids=ids,
        people=tuple(person for _, person in scored),
        count=len(rows),
        waiting=sum(can_be and not is_measured for _, _, is_measured, can_be, _ in rows),
        too_short=sum(is_measured and not has_score for _, _, is_measured, _, has_score in rows),
        impossible=sum(not can_be and not is_measured for _, _, is_measured, can_be, _ in rows),
    )


def _table(session: Session, version: str, ids: Sequence[int]) -> ScoreTable:
    key = (hash(tuple(ids)), version, queries.last_measured_at(session))
    table = _tables.get(key)
    if table is None:
        inputs = queries.inputs_of_items(session, activity_ids=ids)
        table = ScoreTable([from_json(inputs[item_id]) for item_id in ids])
        # The items of one version are enough, and nobody's are kept for longer than the next look at them.
        _tables.clear()
        _tables[key] = table
    return table

"""Whether the sums can be read. Only statements, no objects: it is also written while a session flushes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.rollups.models import PersonWeek, RollupState

_ONLY_ROW = 1


@dataclass(frozen=True, slots=True)
class State:
    """``next_user_id``: while the sums are rebuilt, this person and those after are still to do."""

    zone: str
    next_user_id: int | None


def read(session: Session, *, lock: bool = False) -> State | None:
    query = select(RollupState.zone, RollupState.next_user_id)
    row = session.execute(query.with_for_update() if lock else query).first()
    return None if row is None else State(*row)


def write(session: Session, state: State) -> None:
    values = {"zone": state.zone, "next_user_id": state.next_user_id}
    if session.connection().execute(update(RollupState).values(**values)).rowcount == 0:
        session.connection().execute(insert(RollupState).values(id=_ONLY_ROW, **values))


def is_complete(session: Session, *, zone: str) -> bool:
    """Whether the sums are complete and follow the days of this time zone. If not, they are being rebuilt."""
    return read(session) == State(zone, None)


def follow_zone(session: Session, *, zone: str) -> bool:
    """Returns whether the sums now have to be rebuilt: not if there are none yet."""
    state = read(session, lock=True)
    if state is not None and state.zone == zone:
        return False
    is_empty = session.scalar(select(PersonWeek.user_id).limit(1)) is None
    write(session, State(zone, None if is_empty else 0))
    return not is_empty

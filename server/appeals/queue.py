"""What waits for a person: appeals to answer, and items on hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.activities.queries import items_by_id
from server.appeals import queries
from server.appeals.access import answering_role, is_overseer, may_decide
from server.appeals.history import OwnAppeal, describe
from server.appeals.models import Appeal
from server.core.identity import Identity
from server.core.problems import not_found
from server.people.queries import get_calendar, get_organisation, user_names
from server.scorecards.access import visible_team_ids


@dataclass(frozen=True, slots=True)
class QueuedAppeal:
    appeal: OwnAppeal
    person: str
    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class OnHold:
    """An item on hold, with what its gate found."""

    activity_id: int
    person: str
    kind: str
    day: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class DecidedItem:
    """``decision``: the kind; ``decided``: the day."""

    activity_id: int
    person: str
    kind: str
    day: date
    decision: str
    decided: date


@dataclass(frozen=True, slots=True)
class Queue:
    """``to_answer`` and ``on_hold`` oldest first; ``answered`` and ``decided``: the viewer's own answers and decisions, newest
    first."""

    to_answer: tuple[QueuedAppeal, ...]
    on_hold: tuple[OnHold, ...]
    answered: tuple[QueuedAppeal, ...]
    decided: tuple[DecidedItem, ...]


def may_open_queue(session: Session, *, viewer: Identity) -> bool:
    """In team-only mode managers decide nothing about single people."""
    if viewer.role == "admin" or is_overseer(session, viewer=viewer):
        return True
    return viewer.role == "manager" and not get_organisation(session).team_only


def get_queue(session: Session, *, viewer: Identity) -> Queue:
    """404 for somebody who can never answer anything."""
    if not may_open_queue(session, viewer=viewer):
        raise not_found()
    answered = _answerable(session, queries.appeals_answered_by(session, user_id=viewer.user_id), viewer=viewer)
    return Queue(
        to_answer=_describe(session, _to_answer(session, viewer=viewer)),
        on_hold=_on_hold(session, viewer=viewer),
        answered=_describe(session, answered),
        decided=_decided(session, viewer=viewer),
    )


def count_to_answer(session: Session, *, viewer: Identity) -> int:
    """For the navigation."""
    return len(_to_answer(session, viewer=viewer))


def _to_answer(session: Session, *, viewer: Identity) -> list[Appeal]:
    return _answerable(session, queries.open_appeals(session), viewer=viewer)


def _answerable(session: Session, appeals: Sequence[Appeal], *, viewer: Identity) -> list[Appeal]:
    """Those that the viewer may open."""
    if not appeals:
        return []
    items = items_by_id(session, activity_ids={appeal.activity_id for appeal in appeals})
    team_ids = visible_team_ids(session, viewer=viewer)
    return [
        appeal
        for appeal in appeals
        if answering_role(session, viewer=viewer, appeal=appeal, activity=items[appeal.activity_id], team_ids=team_ids)
    ]


def _describe(session: Session, appeals: Sequence[Appeal]) -> tuple[QueuedAppeal, ...]:
    items = items_by_id(session, activity_ids={appeal.activity_id for appeal in appeals})
    names = user_names(session, user_ids={appeal.user_id for appeal in appeals})
    calendar = get_calendar(session)
    return tuple(
        QueuedAppeal(
            described,
            names[appeal.user_id],
            items[appeal.activity_id].kind,
            calendar.day_of(items[appeal.activity_id].occurred_at),
        )
        for appeal, described in zip(appeals, describe(session, appeals), strict=True)
    )


def _decided(session: Session, *, viewer: Identity) -> tuple[DecidedItem, ...]:
    """Only items that the viewer may still open."""
    team_ids = visible_team_ids(session, viewer=viewer)
    decided = [
        (decision, item)
        for decision, item in queries.items_decided_by(session, user_id=viewer.user_id)
        if may_decide(session, viewer=viewer, activity=item, team_ids=team_ids)
    ]
    names = user_names(session, user_ids={item.user_id for _, item in decided})
    calendar = get_calendar(session)
    return tuple(
        DecidedItem(
            item.id,
            names[item.user_id],
            item.kind,
            calendar.day_of(item.occurred_at),
            decision.kind,
            calendar.day_of(decision.at),
        )
        for decision, item in decided
    )


def _on_hold(session: Session, *, viewer: Identity) -> tuple[OnHold, ...]:
    """Without what an open appeal is about, which is decided there."""
    if viewer.role not in ("manager", "admin"):
        return ()
    contested = {appeal.activity_id for appeal in queries.open_appeals(session) if appeal.kind == "credit"}
    team_ids = visible_team_ids(session, viewer=viewer)
    held: list[Activity] = [
        item
        for item in queries.items_on_hold(session)
        if item.id not in contested and may_decide(session, viewer=viewer, activity=item, team_ids=team_ids)
    ]
    names = user_names(session, user_ids={item.user_id for item in held})
    calendar = get_calendar(session)
    return tuple(
        OnHold(item.id, names[item.user_id], item.kind, calendar.day_of(item.occurred_at), item.reason) for item in held
    )

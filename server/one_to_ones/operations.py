"""Opening, saving and deleting one-to-ones. The audit log says that it happened, and with whom; never what was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.database.locks import lock_values
from server.core.identity import Identity
from server.core.problems import Problem, not_found
from server.one_to_ones import queries
from server.one_to_ones.access import require_present_manager
from server.one_to_ones.models import AgreedAction, OneToOne, UsedPoint
from server.one_to_ones.points import skip_used
from server.one_to_ones.reading import visible_actions
from server.one_to_ones.schemas import Entry, check_entry
from server.people.queries import get_calendar, get_organisation
from server.scorecards.operations import suggest_talking_points


def save(session: Session, *, viewer: Identity, user_id: int, held_on: date, week: date, entry: Entry) -> None:
    """Creates or changes the viewer's one-to-one with the person on a day. ``week``: of the page, whose talking points can be
    marked as used. 404 unless the viewer is the person's manager today; 409 if it was saved elsewhere since ``entry.version``;
    422 for a field beyond its limits."""
    require_present_manager(session, viewer=viewer, user_id=user_id)
    today = get_calendar(session).today()
    lock_values(session, "one-to-one", [f"{viewer.user_id}:{user_id}"])
    row = queries.find_one_to_one(session, user_id=user_id, manager_id=viewer.user_id, held_on=held_on)
    if row is None or entry.version == 0:
        check_entry(entry, held_on=held_on, today=today)
    else:
        # An old one can still be corrected.
        check_entry(entry, held_on=max(held_on, today - timedelta(days=1)), today=today)
    if row is not None and row.version != entry.version:
        if row.version == entry.version + 1 and _is_stored(session, row, entry):
            return  # The same form, sent twice.
        raise Problem(
            409, "saved-elsewhere", "This one-to-one was saved in another window", detail="What you typed is still below."
        )
    if row is None:
        is_shared = get_organisation(session).note_readers == "both"
        row = OneToOne(user_id=user_id, manager_id=viewer.user_id, held_on=held_on, is_shared=is_shared, version=0)
        session.add(row)
    row.notes, row.praise = entry.notes, entry.praise
    row.version, row.saved_at = (row.version or 0) + 1, now()
    session.flush()
    session.add_all(
        AgreedAction(one_to_one_id=row.id, text=action.text, owner=action.owner, due_on=action.due_on)
        for action in entry.actions
        if action.text
    )
    for action in visible_actions(session, viewer=viewer, user_id=user_id):
        if action.id in entry.changed:
            action.done_on = today if entry.changed[action.id] else None
    _mark_points(session, row, viewer=viewer, week=week, chosen=entry.points)
    session.flush()
    audit.record(session, action="one-to-one.saved", object_type="user", object_id=user_id, actor=viewer)


def _is_stored(session: Session, row: OneToOne, entry: Entry) -> bool:
    stored = {action.text for action in queries.actions_of(session, one_to_one_ids=[row.id])}
    texts = {action.text for action in entry.actions if action.text}
    return (row.notes, row.praise) == (entry.notes, entry.praise) and texts <= stored


def _mark_points(session: Session, row: OneToOne, *, viewer: Identity, week: date, chosen: frozenset[tuple[str, str]]) -> None:
    """Only what is suggested now can be marked; what was marked before in this one-to-one and is not chosen is unmarked."""
    for used in queries.points_of(session, one_to_one_ids=[row.id]):
        if (used.reason, used.subject) not in chosen:
            session.delete(used)
    skip = skip_used(session, viewer=viewer, user_id=row.user_id, week=week)
    last_week = min(week, get_calendar(session).this_monday() - timedelta(weeks=1))
    for point in suggest_talking_points(session, viewer=viewer, user_id=row.user_id, week=week, skip=skip):
        if (point.reason, point.subject) in chosen:
            session.add(
                UsedPoint(
                    one_to_one_id=row.id,
                    reason=point.reason,
                    subject=point.subject,
                    title=point.title,
                    week=last_week,
                    value=point.value,
                )
            )


def delete_one(session: Session, *, viewer: Identity, user_id: int, held_on: date) -> None:
    """Deletes one of the viewer's own, with its actions. 404 if there is none."""
    require_present_manager(session, viewer=viewer, user_id=user_id)
    row = queries.find_one_to_one(session, user_id=user_id, manager_id=viewer.user_id, held_on=held_on)
    if row is None:
        raise not_found()
    _delete(session, [row.id])
    audit.record(session, action="one-to-one.deleted", object_type="user", object_id=user_id, actor=viewer)


def mark_own_action(session: Session, *, viewer: Identity, action_id: int, done: bool) -> None:
    """The person marks one of their own actions. 404 unless it is theirs to do and they can read it."""
    action = session.get(AgreedAction, action_id)
    row = session.get(OneToOne, action.one_to_one_id) if action else None
    if action is None or row is None or row.user_id != viewer.user_id or not row.is_shared or action.owner != "person":
        raise not_found()
    if (action.done_on is not None) == done:
        return
    action.done_on = get_calendar(session).today() if done else None
    session.flush()
    audit.record(
        session, action="one-to-one.action-changed", object_type="user", object_id=viewer.user_id, actor=viewer
    )  # fmt: skip


def forget_person(session: Session, *, user_id: int) -> None:
    """On erasure: everything about the person, and what the person wrote about others and kept alone. What they shared as a
    manager stays with those with whom they shared it."""
    about = [row.id for row in queries.one_to_ones_of(session, user_id=user_id)]
    kept_alone = [row for row in queries.one_to_ones_by(session, manager_id=user_id) if not row.is_shared]
    _delete(session, [*about, *(row.id for row in kept_alone if not row.praise)])
    for row in kept_alone:
        if row.praise:
            row.notes = ""
            _delete_parts(session, [row.id])


def purge(session: Session, *, at: datetime, months: timedelta) -> None:
    _delete(session, queries.ids_before(session, day=(at - months).date()))


def _delete(session: Session, ids: Sequence[int]) -> None:
    _delete_parts(session, ids)
    session.execute(delete(OneToOne).where(OneToOne.id.in_(ids)))


def _delete_parts(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(AgreedAction).where(AgreedAction.one_to_one_id.in_(ids)))
    session.execute(delete(UsedPoint).where(UsedPoint.one_to_one_id.in_(ids)))

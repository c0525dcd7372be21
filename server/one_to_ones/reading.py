"""What a manager and a person see of one-to-ones. Opening the page of a person is recorded, as the person can see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.identity import Identity
from server.one_to_ones import queries
from server.one_to_ones.access import people_of, require_present_manager
from server.one_to_ones.models import AgreedAction, OneToOne
from server.one_to_ones.points import skip_used
from server.one_to_ones.views import ActionLine, Neighbour, OneToOnePage, OneToOneView
from server.people.models import User
from server.people.queries import get_calendar, get_organisation, subtree, user_names
from server.scorecards.access import visible_team_ids
from server.scorecards.operations import suggest_talking_points


def open_page(
    session: Session, *, viewer: Identity, user_id: int, held_on: date | None, week: date, team_id: int | None
) -> OneToOnePage:
    """The viewer's one-to-one with the person, of today unless ``held_on`` says otherwise. ``team_id``: the team whose reps
    come before and after, with those below it; without it, of all that the viewer sees. 404 unless the viewer is the person's
    manager today."""
    user = require_present_manager(session, viewer=viewer, user_id=user_id)
    today = get_calendar(session).today()
    held_on = held_on or today
    audit.record_profile_view(session, viewer_id=viewer.user_id, subject_id=user_id, page="one-to-one", day=today)
    own = [row for row in queries.one_to_ones_of(session, user_id=user_id) if row.manager_id == viewer.user_id]
    views = _views(session, own, today=today)
    current = next((view for view in views if view.held_on == held_on), None)
    points = queries.points_of(session, one_to_one_ids=[current.id] if current else [])
    skip = skip_used(session, viewer=viewer, user_id=user_id, week=week)
    team_ids = visible_team_ids(session, viewer=viewer) if team_id is None else subtree(session, team_id=team_id)
    people = people_of(session, viewer=viewer, team_ids=team_ids)
    place = next((index for index, one in enumerate(people) if one.id == user_id), None)
    return OneToOnePage(
        user_id=user.id,
        name=user.name,
        held_on=held_on,
        week=week,
        is_shared=current.is_shared if current else get_organisation(session).note_readers == "both",
        current=current,
        earlier_actions=_earlier_actions(session, viewer=viewer, user_id=user_id, held_on=held_on, today=today),
        points=suggest_talking_points(session, viewer=viewer, user_id=user_id, week=week, skip=skip),
        used=tuple((point.reason, point.subject, point.title) for point in points),
        past=tuple(view for view in views if view is not current),
        previous=_neighbour(people, place, -1),
        next=_neighbour(people, place, 1),
        place=0 if place is None else place + 1,
        count=len(people),
    )


def own_page(session: Session, *, viewer: Identity) -> tuple[OneToOneView, ...]:
    """What the viewer may read of one-to-ones about them, newest first."""
    rows = queries.one_to_ones_of(session, user_id=viewer.user_id)
    views = _views(session, rows, today=get_calendar(session).today())
    return tuple(
        view if view.is_shared else OneToOneView(view.id, view.held_on, view.manager, False, "", view.praise, (), (), 0)  # noqa: FBT003
        for view in views
        if view.is_shared or view.praise
    )


def visible_actions(session: Session, *, viewer: Identity, user_id: int) -> Sequence[AgreedAction]:
    """Of the viewer's own one-to-ones with the person, and open ones of shared one-to-ones with other managers."""
    rows = {row.id: row for row in queries.one_to_ones_of(session, user_id=user_id)}
    return [
        action
        for action in queries.actions_of(session, one_to_one_ids=rows)
        if rows[action.one_to_one_id].manager_id == viewer.user_id
        or (rows[action.one_to_one_id].is_shared and action.done_on is None)
    ]


def _earlier_actions(session: Session, *, viewer: Identity, user_id: int, held_on: date, today: date) -> tuple[ActionLine, ...]:
    rows = {row.id: row for row in queries.one_to_ones_of(session, user_id=user_id)}
    own_before = [row for row in rows.values() if row.manager_id == viewer.user_id and row.held_on < held_on]
    last_id = own_before[0].id if own_before else None
    names = user_names(session, user_ids={row.manager_id for row in rows.values()})
    lines = []
    for action in visible_actions(session, viewer=viewer, user_id=user_id):
        row = rows[action.one_to_one_id]
        is_of_this_day = row.manager_id == viewer.user_id and row.held_on >= held_on
        if not is_of_this_day and (action.done_on is None or action.done_on >= held_on or row.id == last_id):
            lines.append(_line(action, row, names[row.manager_id], today))
    return tuple(sorted(lines, key=lambda line: (line.done_on is not None, line.due_on or date.max, line.id)))


def _views(session: Session, rows: Sequence[OneToOne], *, today: date) -> list[OneToOneView]:
    ids = [row.id for row in rows]
    names = user_names(session, user_ids={row.manager_id for row in rows})
    actions = queries.actions_of(session, one_to_one_ids=ids)
    points = queries.points_of(session, one_to_one_ids=ids)
    return [
        OneToOneView(
            id=row.id,
            held_on=row.held_on,
            manager=names[row.manager_id],
            is_shared=row.is_shared,
            notes=row.notes,
            praise=row.praise,
            actions=tuple(_line(one, row, names[row.manager_id], today) for one in actions if one.one_to_one_id == row.id),
            points=tuple(point.title for point in points if point.one_to_one_id == row.id),
            version=row.version,
        )
        for row in rows
    ]


def _line(action: AgreedAction, row: OneToOne, manager: str, today: date) -> ActionLine:
    return ActionLine(
        id=action.id,
        text=action.text,
        owner=action.owner,
        manager=manager,
        agreed_on=row.held_on,
        due_on=action.due_on,
        done_on=action.done_on,
        is_overdue=action.done_on is None and action.due_on is not None and action.due_on < today,
    )


def _neighbour(people: Sequence[User], place: int | None, step: int) -> Neighbour | None:
    if place is None or not 0 <= place + step < len(people):
        return None
    return Neighbour(people[place + step].id, people[place + step].name)

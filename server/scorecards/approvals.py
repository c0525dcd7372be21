"""Sourced outcomes that wait for a person's decision: what reps stated, and what records of other systems name. A manager of
the team that the person was in on that day decides, or an administrator, and nobody about their own (TRUST.md C9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.activities.proposals import Proposal, find_proposals
from server.activities.queries import items_by_id
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.outcomes import operations as ledgers
from server.outcomes import queries
from server.outcomes.models import MAX_REASON_LENGTH, SOURCED, Outcome
from server.outcomes.view import OutcomeLine, build_lines, count_kinds, record_nouns
from server.people.models import Membership
from server.people.queries import active_user, get_calendar, get_organisation, memberships_between, user_names
from server.scorecards.access import visible_team_ids
from server.scorecards.records import record_views

#: On one page; the oldest first, so that what was decided makes room.
MAX_SHOWN = 50
RELOAD = "Reload the page to see what is left."


@dataclass(frozen=True, slots=True)
class Waiting:
    """One decision to take. ``outcome_id`` of what a rep stated, or ``record_id`` of what names the item. ``source``: the
    system of the record. ``counted``: what counts as come of the same item already."""

    person: str
    user_id: int
    outcome_id: int | None
    record_id: int | None
    kind: str
    day: date
    grade: str | None
    url: str | None
    note: str | None
    what: str | None
    source: str | None
    record_url: str | None
    subject: str | None
    item_id: int
    item_kind: str
    item_day: date
    item_url: str | None
    item_text: str | None
    counted: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """``entries``: at most ``MAX_SHOWN`` of all ``count``."""

    entries: tuple[Waiting, ...]
    count: int


def may_decide(session: Session, *, viewer: Identity) -> bool:
    """In team-only mode, where managers see nothing about single people, only administrators."""
    return viewer.role == "admin" or (viewer.role == "manager" and not get_organisation(session).team_only)


def count_waiting(session: Session, *, viewer: Identity) -> int:
    if not may_decide(session, viewer=viewer):
        return 0
    team_ids = _team_ids(session, viewer)
    outcomes = queries.waiting(session, not_of=viewer.user_id, team_ids=team_ids)
    return len(outcomes) + len(_proposals(session, viewer, team_ids))


def open_queue(session: Session, *, viewer: Identity) -> Queue:
    """Records a view of everybody on the page. 404 if the viewer decides about nobody."""
    if not may_decide(session, viewer=viewer):
        raise not_found()
    team_ids = _team_ids(session, viewer)
    outcomes = queries.waiting(session, not_of=viewer.user_id, team_ids=team_ids)
    proposals = _proposals(session, viewer, team_ids)
    entries = _describe(session, outcomes[:MAX_SHOWN], proposals[: max(0, MAX_SHOWN - len(outcomes))])
    record_views(
        session,
        viewer,
        sorted({entry.user_id for entry in entries}),
        page="approvals",
        action="approvals.opened",
        object_type="organisation",
        object_id=get_organisation(session).id,
    )
    return Queue(entries, len(outcomes) + len(proposals))


def decide_outcome(session: Session, *, viewer: Identity, outcome_id: int, event: str, reason: str = "") -> None:
    """``event``: ``approved`` or ``declined``, then with a reason. 404 if the viewer may not see it; 403 for their own; 409 if
    it does not wait any more; 422 without a reason."""
    outcome = session.get(Outcome, outcome_id)
    if outcome is None or outcome.ledger != SOURCED:
        raise not_found()
    _require_decider(session, viewer, user_id=outcome.user_id, day=outcome.occurred_on)
    (line,) = build_lines(session, [outcome])
    if line.state == "gone":
        raise Problem(409, "record-gone", "The record was removed or given to somebody else")
    reason = _required_reason(reason) if event == "declined" else ""
    ledgers.decide(session, outcome, event=event, actor_id=viewer.user_id, reason=reason)
    _record(session, viewer, outcome, event)


def decide_record(session: Session, *, viewer: Identity, record_id: int, item_id: int, event: str, reason: str = "") -> None:
    """The same about a record that names an item, which becomes an outcome of it. 409 if it names another item by now."""
    proposal = next(iter(find_proposals(session, record_id=record_id)), None)
    if proposal is None:
        raise Problem(409, "decided-already", "This has been decided or changed already", detail=RELOAD)
    _require_decider(session, viewer, user_id=proposal.item.user_id, day=proposal.day)
    if proposal.item.id != item_id:
        raise Problem(409, "changed", "The record names another item now", detail=RELOAD)
    reason = _required_reason(reason) if event == "declined" else ""
    outcome = ledgers.state_outcome(
        session,
        proposal.statement,
        user_id=proposal.item.user_id,
        activity_id=proposal.item.id,
        key=proposal.key,
        actor_id=viewer.user_id,
        origin="crm",
        is_linked=event == "approved",
    )
    if outcome is None:
        raise Problem(409, "decided-already", "This has been decided already", detail=RELOAD)
    ledgers.decide(session, outcome, event=event, actor_id=viewer.user_id, reason=reason)
    _record(session, viewer, outcome, event)


def _record(session: Session, viewer: Identity, outcome: Outcome, event: str) -> None:
    audit.record(
        session, action=f"outcome.{event}", object_type="outcome", object_id=outcome.id, reason_code=outcome.kind, actor=viewer
    )  # fmt: skip


def _required_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= MAX_REASON_LENGTH:
        raise field_problem("reason", f"must have 1 to {MAX_REASON_LENGTH} characters", limit=MAX_REASON_LENGTH)
    return reason


def _team_ids(session: Session, viewer: Identity) -> frozenset[int] | None:
    """None for everybody, also for people without a team."""
    return None if viewer.role == "admin" else visible_team_ids(session, viewer=viewer)


def _require_decider(session: Session, viewer: Identity, *, user_id: int, day: date) -> None:
    team_ids = _team_ids(session, viewer)
    memberships = () if team_ids is None else memberships_between(session, day, day, user_id=user_id, team_ids=team_ids)
    is_seen = team_ids is None or bool(memberships)
    if not may_decide(session, viewer=viewer) or not is_seen or active_user(session, user_id=user_id) is None:
        raise not_found()
    if viewer.user_id == user_id:
        raise Problem(403, "own-outcome", "Somebody else decides about what came of your own items")


def _proposals(session: Session, viewer: Identity, team_ids: Collection[int] | None) -> list[Proposal]:
    found = find_proposals(session, not_of=viewer.user_id)
    if team_ids is None or not found:
        return found
    first, last = min(one.day for one in found), max(one.day for one in found)
    memberships = memberships_between(session, first, last, team_ids=team_ids)
    return [one for one in found if any(_includes(membership, one) for membership in memberships)]


def _includes(membership: Membership, proposal: Proposal) -> bool:
    is_theirs = membership.user_id == proposal.item.user_id
    return (
        is_theirs
        and membership.starts_on <= proposal.day
        and (membership.ends_on is None or proposal.day <= membership.ends_on)
    )


def _describe(session: Session, outcomes: Sequence[Outcome], proposals: Sequence[Proposal]) -> tuple[Waiting, ...]:
    items = items_by_id(session, activity_ids=[outcome.activity_id for outcome in outcomes])
    items |= {proposal.item.id: proposal.item for proposal in proposals}
    names = user_names(session, user_ids=[item.user_id for item in items.values()])
    of_items = build_lines(session, queries.of_items(session, activity_ids=list(items)))
    counted = {item_id: count_kinds((line for line in of_items if line.activity_id == item_id), "counted") for item_id in items}
    calendar, nouns = get_calendar(session), record_nouns(session)
    entries = []
    for line in build_lines(session, outcomes):
        item = items[line.activity_id]
        entries.append(_of_line(line, item, names[item.user_id], calendar.day_of(item.occurred_at), counted[item.id]))
    for proposal in proposals:
        record, item, statement = proposal.record, proposal.item, proposal.statement
        entries.append(
            Waiting(
                person=names[item.user_id],
                user_id=item.user_id,
                outcome_id=None,
                record_id=record.id,
                kind=statement.kind,
                day=proposal.day,
                grade=statement.grade,
                url=None,
                note=None,
                what=nouns.get(record.kind or "", record.kind),
                source=record.source,
                record_url=record.url,
                subject=record.subject,
                item_id=item.id,
                item_kind=item.kind,
                item_day=calendar.day_of(item.occurred_at),
                item_url=item.url,
                item_text=item.text,
                counted=counted[item.id],
            )
        )
    return tuple(entries)


def _of_line(line: OutcomeLine, item: Activity, person: str, item_day: date, counted: tuple[tuple[str, int], ...]) -> Waiting:
    return Waiting(
        person=person,
        user_id=line.user_id,
        outcome_id=line.id,
        record_id=None,
        kind=line.kind,
        day=line.day,
        grade=line.grade,
        url=line.url,
        note=line.note,
        what=line.what,
        source=line.source,
        record_url=line.record_url,
        subject=line.subject,
        item_id=item.id,
        item_kind=item.kind,
        item_day=item_day,
        item_url=item.url,
        item_text=item.text,
        counted=counted,
    )

"""What a rep states came of their own items: a reply by a buyer, or a lead, meeting ... that was sourced by it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from server.activities import queries
from server.activities.models import Activity
from server.activities.proposals import find_proposals, outcome_kind
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.core.schemas import MAX_URL_LENGTH, is_web_address
from server.outcomes import operations as ledgers
from server.outcomes import queries as outcome_queries
from server.outcomes.models import GRADES, MAX_NOTE_LENGTH, REPLY, SOURCED, SOURCED_KINDS, Outcome
from server.outcomes.operations import Statement
from server.outcomes.view import OutcomeLine, build_lines, count_kinds, record_nouns
from server.people.queries import active_metrics, get_calendar
from server.records.models import Record

#: What a person may state about one item; far more than ever came of one.
MAX_PER_ITEM = 50
#: Records to choose from in the form.
MAX_CHOICES = 50
#: ``crm`` is what another system says.
REP_GRADES = tuple(grade for grade in GRADES if grade != "crm")
REP_KINDS = (REPLY, *(kind for kind in SOURCED_KINDS if kind != "other"))


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """One of the person's records that may be the outcome."""

    id: int
    what: str
    day: date
    subject: str | None


@dataclass(frozen=True, slots=True)
class ItemOutcomes:
    """``lines``: what was stated and not withdrawn, newest first. ``proposed``: how many records of another system name the
    item and wait for a person's decision."""

    lines: tuple[OutcomeLine, ...]
    proposed: int

    @property
    def counted(self) -> tuple[tuple[str, int], ...]:
        return count_kinds(self.lines, "counted")

    @property
    def waiting(self) -> tuple[tuple[str, int], ...]:
        return count_kinds(self.lines, "waiting")


def outcomes_of_items(session: Session, *, user_id: int, item_ids: Collection[int]) -> dict[int, ItemOutcomes]:
    """By item; no entry for an item of which nothing came. ``item_ids`` are the person's own."""
    lines = build_lines(session, outcome_queries.of_items(session, activity_ids=item_ids))
    proposed = [one.item.id for one in find_proposals(session, user_ids=[user_id])] if item_ids else []
    return {
        item_id: ItemOutcomes(tuple(line for line in lines if line.activity_id == item_id), proposed.count(item_id))
        for item_id in {line.activity_id for line in lines} | (set(proposed) & set(item_ids))
    }


def list_record_choices(session: Session, *, user_id: int, since: date, keep: int | None = None) -> tuple[RecordChoice, ...]:
    """The person's newest records since a day that may be an outcome and are none yet, and ``keep``, which is the one that is
    being corrected."""
    calendar, nouns = get_calendar(session), record_nouns(session)
    kinds = [metric.key for metric in active_metrics(session) if metric.record_kind == metric.key and outcome_kind(metric.key)]
    rows: Sequence[Record] = outcome_queries.records_to_choose(
        session, user_id=user_id, kinds=kinds, since=calendar.start_of(since), limit=MAX_CHOICES
    )
    kept = session.get(Record, keep) if keep is not None else None
    if kept is not None and kept.user_id == user_id:
        rows = [kept, *rows]
    return tuple(
        RecordChoice(row.id, nouns.get(row.kind or "", row.kind or ""), calendar.day_of(row.occurred_at), row.subject)
        for row in rows
        if row.occurred_at is not None
    )


def add_outcome(session: Session, *, identity: Identity, share_id: int, statement: Statement, key: str) -> Outcome | None:
    """Adds what came of the person's own item. A reply counts at once, anything else once somebody else has approved it. None
    if ``key`` was used already. 404 for somebody else's item; 409 if the item does not count, or has too many; 422 with the
    name of the field that is not valid."""
    item = _lock_item(session, identity, share_id)
    if len(outcome_queries.of_items(session, activity_ids=[item.id])) >= MAX_PER_ITEM:
        raise Problem(409, "too-many", f"An item has at most {MAX_PER_ITEM} outcomes", detail="Withdraw one first.")
    return _state(session, identity, item, _validated(session, identity, item, statement), key=key, replaces_id=None)


def correct_outcome(session: Session, *, identity: Identity, outcome_id: int, statement: Statement, key: str) -> Outcome | None:
    """Replaces an outcome by another one, which has to be approved again unless it is a reply. None if nothing differs or
    ``key`` was used already; otherwise as ``add_outcome``."""
    before = own_outcome(session, identity=identity, outcome_id=outcome_id)
    item = _lock_item(session, identity, before.activity_id)
    (line,) = build_lines(session, [before])
    if outcome_queries.has_key(session, user_id=identity.user_id, key=key):
        return None
    if not line.can_be_corrected:
        raise Problem(409, "not-correctable", "This can no longer be corrected", detail="Reload the page to see why.")
    statement = _validated(session, identity, item, statement)
    if statement == statement_of(line):
        return None
    ledgers.withdraw(session, before, reason_code="corrected", actor_id=identity.user_id)
    return _state(session, identity, item, statement, key=key, replaces_id=before.id)


def withdraw_outcome(session: Session, *, identity: Identity, outcome_id: int) -> int:
    """Withdraws the person's own outcome, also one that another system named; returns the id of its item. A second call changes
    nothing. Asks for no reason and writes no audit entry, as for items."""
    outcome = own_outcome(session, identity=identity, outcome_id=outcome_id)
    ledgers.withdraw(session, outcome, reason_code="withdrawn", actor_id=identity.user_id)
    return outcome.activity_id


def own_outcome(session: Session, *, identity: Identity, outcome_id: int) -> Outcome:
    outcome = session.get(Outcome, outcome_id)
    if outcome is None or outcome.user_id != identity.user_id:
        raise not_found()
    return outcome


def statement_of(line: OutcomeLine) -> Statement:
    return Statement(line.kind, line.day, line.grade, line.url, line.note, line.record_id)


def _lock_item(session: Session, identity: Identity, share_id: int) -> Activity:
    item = queries.own_share_for_update(session, user_id=identity.user_id, share_id=share_id)
    if item is None:
        raise not_found()
    if item.state != "counted":
        raise Problem(409, "not-counted", "Only for items that count", detail="This item is on hold, withdrawn or a duplicate.")
    return item


def _state(
    session: Session, identity: Identity, item: Activity, statement: Statement, *, key: str, replaces_id: int | None
) -> Outcome | None:
    outcome = ledgers.state_outcome(
        session,
        statement,
        user_id=identity.user_id,
        activity_id=item.id,
        key=key,
        actor_id=identity.user_id,
        replaces_id=replaces_id,
    )
    if outcome is not None:
        action = "outcome.added" if replaces_id is None else "outcome.corrected"
        audit.record(session, action=action, object_type="outcome", object_id=outcome.id, reason_code=outcome.kind)
    return outcome


def _validated(session: Session, identity: Identity, item: Activity, statement: Statement) -> Statement:
    """The statement with tidied texts; of a record, with its kind and day."""
    note = "\n".join(" ".join(line.split()) for line in (statement.note or "").strip().splitlines()) or None
    statement = replace(statement, url=(statement.url or "").strip() or None, note=note)
    if statement.record_id is not None:
        statement = _of_record(session, identity, statement)
    elif statement.kind not in REP_KINDS:
        raise field_problem("kind", f"must be one of {', '.join(REP_KINDS)}")
    _check_day(session, item, statement)
    _check_evidence(statement)
    if statement.ledger != SOURCED:
        return replace(statement, grade=None)
    if statement.grade not in REP_GRADES:
        raise field_problem("grade", "is needed: say how you know")
    if statement.grade == "tracked-link" and statement.url is None:
        raise field_problem("url", "is needed: give the tracked link")
    return statement


def _of_record(session: Session, identity: Identity, statement: Statement) -> Statement:
    record = session.get(Record, statement.record_id)
    if record is None or record.user_id != identity.user_id or record.occurred_at is None:
        raise field_problem("record", "is no longer one of yours")
    kind = outcome_kind(record.kind)
    if kind is None or record.count != 1:
        raise field_problem("record", "cannot be the outcome of an item")
    if statement.kind == REPLY:
        raise field_problem("record", "goes with a lead, a meeting, an opportunity or a deal, not with a reply")
    return replace(statement, kind=kind, occurred_on=get_calendar(session).day_of(record.occurred_at))


def _check_day(session: Session, item: Activity, statement: Statement) -> None:
    calendar = get_calendar(session)
    published_on = calendar.day_of(item.occurred_at)
    field = "occurred_on" if statement.record_id is None else "record"
    if statement.occurred_on < published_on:
        raise field_problem(field, f"must not be before the item was published, on {published_on.isoformat()}")
    # The clock of another system may be ahead.
    if statement.occurred_on > calendar.today() and statement.record_id is None:
        raise field_problem(field, "must not be in the future")


def _check_evidence(statement: Statement) -> None:
    if statement.url is not None and len(statement.url) > MAX_URL_LENGTH:
        raise field_problem("url", f"must have at most {MAX_URL_LENGTH} characters", limit=MAX_URL_LENGTH)
    if statement.url is not None and not (statement.url.startswith("https://") and is_web_address(statement.url)):
        raise field_problem("url", "must be a link that begins with https://")
    if statement.note is not None and len(statement.note) > MAX_NOTE_LENGTH:
        raise field_problem("note", f"must have at most {MAX_NOTE_LENGTH} characters", limit=MAX_NOTE_LENGTH)
    if statement.url is None and statement.note is None and statement.record_id is None:
        raise field_problem("note", "is needed, unless you give a link or a record")

"""Previews of many items are calculated by jobs, some hundred people each. The next job is added in the transaction of this
one, so a kill at any moment repeats a step as a whole or not at all."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.core.clock import now
from server.credit.formula import Policy
from server.jobs.queue import enqueue
from server.people.queries import get_calendar
from server.policies import queries
from server.policies.models import PolicyChange, PolicyPreview
from server.policies.operations import policy_of, replaced_policy
from server.policies.preview import PersonEffect, measure, past_weeks

STEP_JOB = "policies.preview"
#: Fewer entries are calculated while the page is loading, in well under a second.
MAX_ENTRIES_AT_ONCE = 10_000
#: About 12 weeks of four items a week each, in under a second.
ACCOUNTS_PER_STEP = 200
#: Previews are kept this long: numbers of people, which can be calculated again.
LIFETIME = timedelta(days=7)


def needs_job(session: Session, weeks: tuple[date, ...]) -> bool:
    return queries.count_entries(session, *_period(session, weeks)) > MAX_ENTRIES_AT_ONCE


def find_preview(session: Session, change: PolicyChange, weeks: tuple[date, ...]) -> PolicyPreview | None:
    """None if none was started with these weeks and policies."""
    preview = queries.find_preview(session, change_id=change.id, weeks=len(weeks))
    return preview if preview is not None and preview.inputs_hash == _inputs_hash(session, change, weeks) else None


def start_preview(session: Session, change: PolicyChange, weeks: tuple[date, ...]) -> PolicyPreview:
    """Returns the present one if nothing has changed since, unless it is finished: then new items are included."""
    preview = find_preview(session, change, weeks)
    if preview is not None and preview.finished_at is None:
        return preview
    # Also one of another draft or of other weeks.
    session.execute(delete(PolicyPreview).where(PolicyPreview.change_id == change.id, PolicyPreview.weeks == len(weeks)))
    preview = PolicyPreview(
        token=secrets.token_hex(16),
        change_id=change.id,
        weeks=len(weeks),
        inputs_hash=_inputs_hash(session, change, weeks),
        accounts=queries.count_accounts(session, *_period(session, weeks)),
    )
    session.add(preview)
    session.flush()
    _enqueue_step(session, preview)
    return preview


def run_step(session: Session, *, token: str) -> None:
    """Calculates the next people; does nothing if the preview was deleted or is out of date."""
    preview = queries.preview_for_update(session, token=token)
    if preview is None or preview.finished_at is not None:
        return
    change = queries.get_change(session, change_id=preview.change_id)
    weeks = past_weeks(get_calendar(session), preview.weeks)
    if change is None or preview.inputs_hash != _inputs_hash(session, change, weeks):
        session.delete(preview)
        return
    accounts = queries.next_accounts(session, *_period(session, weeks), after=preview.last_account_id, limit=ACCOUNTS_PER_STEP)
    if accounts:
        policy = policy_of(change)
        effects = measure(
            session, weeks, before=replaced_policy(session, policy), after=policy, accounts=(accounts[0], accounts[-1])
        )
        preview.people = preview.people | {str(user_id): effect.as_json() for user_id, effect in effects.items()}
        preview.accounts_done += len(accounts)
        preview.last_account_id = accounts[-1]
    if len(accounts) == ACCOUNTS_PER_STEP:
        _enqueue_step(session, preview)
    else:
        preview.finished_at = now()


def effects_of(preview: PolicyPreview) -> dict[int, PersonEffect]:
    return {int(user_id): PersonEffect(**effect) for user_id, effect in preview.people.items()}


def purge(session: Session, *, at: datetime) -> None:
    session.execute(delete(PolicyPreview).where(PolicyPreview.created_at < at - LIFETIME))


def _enqueue_step(session: Session, preview: PolicyPreview) -> None:
    key = f"{STEP_JOB}:{preview.token}:{preview.last_account_id}"
    enqueue(session, STEP_JOB, {"token": preview.token}, key=key)


def _period(session: Session, weeks: tuple[date, ...]) -> tuple[datetime, datetime]:
    calendar = get_calendar(session)
    return calendar.start_of(weeks[0]), calendar.end_of(weeks[-1])


def _inputs_hash(session: Session, change: PolicyChange, weeks: tuple[date, ...]) -> str:
    policy = policy_of(change)
    before: Policy = replaced_policy(session, policy)
    inputs = [before.hash(), policy.hash(), weeks[0].isoformat(), weeks[-1].isoformat()]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()

"""What the pages of the credit policy show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.weeks import WEEK
from server.credit.differences import Difference, differences
from server.credit.formula import Policy
from server.credit.published import list_policies
from server.credit.publishing import earliest_start
from server.credit.queries import policy_in_week
from server.people.queries import get_calendar, user_names
from server.policies import preview_jobs, queries
from server.policies.models import PolicyChange
from server.policies.operations import needs_second_person, policy_of, replaced_policy
from server.policies.preview import measure, past_weeks
from server.policies.report import Report, make_report

#: Half a year of Mondays on which a policy may start.
START_CHOICES = 26


@dataclass(frozen=True, slots=True)
class Change:
    """A draft or a proposal. ``editor`` and ``proposer``: names. ``starts_too_soon``: nobody could announce it any more with
    this start. ``waits_for_other``: the viewer proposed it and somebody else must confirm it. ``supersedes``: names of
    announced policies that would never start."""

    id: int
    state: str
    policy: Policy
    replaced: Policy
    differences: tuple[Difference, ...]
    editor: str
    edited_at: datetime
    proposer: str | None
    proposed_at: datetime | None
    starts_too_soon: bool
    waits_for_other: bool
    supersedes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewState:
    """``report`` once it is calculated; until then how many people are done, or None if a job has to be started."""

    weeks: tuple[date, ...]
    report: Report | None = None
    calculated_at: datetime | None = None
    people: int | None = None
    people_done: int = 0


def list_changes(session: Session, *, viewer: Identity) -> tuple[Change, ...]:
    return _describe(session, queries.open_changes(session), viewer)


def describe_change(session: Session, change: PolicyChange, *, viewer: Identity) -> Change:
    return _describe(session, [change], viewer)[0]


def _describe(session: Session, changes: Sequence[PolicyChange], viewer: Identity) -> tuple[Change, ...]:
    names = user_names(session, user_ids=[id_ for one in changes for id_ in (one.edited_by, one.proposed_by) if id_])
    earliest = earliest_start(get_calendar(session))
    upcoming = [one for one in list_policies(session) if one.state == "upcoming"]
    described = []
    for change in changes:
        policy = policy_of(change)
        replaced = replaced_policy(session, policy)
        described.append(
            Change(
                id=change.id,
                state=change.state,
                policy=policy,
                replaced=replaced,
                differences=differences(replaced, policy),
                editor=names[change.edited_by],
                edited_at=change.edited_at,
                proposer=names.get(change.proposed_by or 0),
                proposed_at=change.proposed_at,
                starts_too_soon=policy.effective_from < earliest,
                waits_for_other=needs_second_person(session, change, viewer),
                supersedes=tuple(
                    one.name
                    for one in upcoming
                    if one.starts_on and one.starts_on >= policy.effective_from and change.state != "announced"
                ),
            )
        )
    return tuple(described)


def show_preview(session: Session, change: PolicyChange, *, week_count: int) -> PreviewState:
    """Calculates it if there are few items."""
    weeks = past_weeks(get_calendar(session), week_count)
    if not preview_jobs.needs_job(session, weeks):
        policy = policy_of(change)
        effects = measure(session, weeks, before=replaced_policy(session, policy), after=policy)
        return PreviewState(weeks, make_report(session, effects, weeks))
    preview = preview_jobs.find_preview(session, change, weeks)
    if preview is None:
        return PreviewState(weeks)
    if preview.finished_at is None:
        return PreviewState(weeks, people=preview.accounts, people_done=preview.accounts_done)
    report = make_report(session, preview_jobs.effects_of(preview), weeks)
    return PreviewState(weeks, report, calculated_at=preview.finished_at)


def latest_policy(session: Session) -> Policy:
    """The one that applies after all announced ones have started: what the next change begins with."""
    return policy_in_week(session, week=date.max)


def start_choices(session: Session) -> tuple[date, ...]:
    earliest = earliest_start(get_calendar(session))
    return tuple(earliest + WEEK * index for index in range(START_CHOICES))

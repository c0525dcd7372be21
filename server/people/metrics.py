"""Adding, changing, ordering and archiving metrics. Every change writes an audit entry."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.audit.operations import Value
from server.core.characters import is_storable
from server.core.clock import now
from server.core.kinds import SOCIAL_KINDS
from server.core.problems import Problem, field_problem, not_found
from server.people import queries
from server.people.models import TARGET_KINDS, TIMINGS, UNITS, Metric
from server.people.standard_metrics import STANDARD_KEYS

KEY = re.compile(r"[a-z][a-z0-9-]{1,39}")
MAX_LABEL_LENGTH = 40
MAX_QUESTION_LENGTH = 200
#: More would not fit on a page, nor into anybody's attention.
MAX_METRICS = 40
#: Beyond these, columns of the team's table are too narrow to read.
MAX_ON_TEAM_PAGE = 8


@dataclass(frozen=True, slots=True)
class MetricText:
    """What can be changed at any time, because past numbers stay the same."""

    singular: str
    plural: str
    timing: str = "leading"
    growth_question: str = ""
    decline_question: str = ""
    on_team_page: bool = False


def add_metric(
    session: Session,
    *,
    key: str,
    text: MetricText,
    unit: str = "count",
    record_kind: str | None = None,
    sums: bool = True,
    target_kind: str = "none",
) -> Metric:
    """``record_kind``: whose records it counts or adds up; its own without one."""
    queries.lock_organisation(session)
    existing = queries.all_metrics(session)
    if not KEY.fullmatch(key) or key in SOCIAL_KINDS:
        raise field_problem("key", "must be 2 to 40 lower-case letters, digits and hyphens, such as demo-held")
    if any(metric.key == key for metric in existing):
        raise field_problem("key", "is in use already")
    if len(existing) >= MAX_METRICS:
        raise field_problem("key", f"would be one metric more than the limit of {MAX_METRICS}", limit=MAX_METRICS)
    for field, value, allowed in (("unit", unit, UNITS), ("target_kind", target_kind, TARGET_KINDS)):
        if value not in allowed:
            raise field_problem(field, f"must be one of {', '.join(allowed)}")
    kinds = {metric.record_kind for metric in existing if metric.record_kind}
    if record_kind is not None and (record_kind not in kinds or unit != "money"):
        raise field_problem("record_kind", "must be the metric whose records have the amounts of money to add up")
    values = _checked(text, existing, key)
    metric = Metric(
        key=key, unit=unit, record_kind=record_kind or key, sums=sums, target_kind=target_kind,
        position=max(metric.position for metric in existing) + 1, **values,
    )  # fmt: skip
    session.add(metric)
    session.flush()
    described = values | {"unit": unit, "counts_records_of": metric.record_kind, "sums": sums, "target_kind": target_kind}
    _record(session, "metric.added", metric, {name: (None, value) for name, value in described.items() if value is not None})
    return metric


def change_metric(session: Session, *, key: str, text: MetricText) -> None:
    metric = _locked(session, key)
    before = {name: getattr(metric, name) for name in MetricText.__dataclass_fields__}
    after = _checked(text, queries.all_metrics(session), key)
    for name, value in after.items():
        setattr(metric, name, value)
    session.flush()
    changes = {name: (before[name], value) for name, value in after.items() if before[name] != value}
    if changes:
        _record(session, "metric.changed", metric, changes)


def move_metric(session: Session, *, key: str, is_up: bool) -> None:
    """Swaps places with the metric before or after it among those that are not archived."""
    metric = _locked(session, key)
    active = queries.active_metrics(session)
    index = next((index for index, one in enumerate(active) if one.key == key), None)
    other = None if index is None else index - 1 if is_up else index + 1
    if index is None or other is None or not 0 <= other < len(active):
        return
    before = metric.position
    metric.position, active[other].position = active[other].position, before
    session.flush()
    _record(session, "metric.changed", metric, {"position": (before, metric.position)})


def archive_metric(session: Session, *, key: str) -> None:
    """Takes it off scorecards and refuses new records of it. Its records and targets stay."""
    metric = _locked(session, key)
    if metric.record_kind is None:
        raise Problem(409, "ledger-metric", f"{metric.title} cannot be archived", detail="It comes from the credit ledger.")
    if metric.archived_at is None:
        metric.archived_at = now()
        session.flush()
        _record(session, "metric.archived", metric, {})


def restore_metric(session: Session, *, key: str) -> None:
    metric = _locked(session, key)
    if metric.archived_at is not None:
        metric.archived_at = None
        session.flush()
        _record(session, "metric.restored", metric, {})


def delete_metric(session: Session, *, key: str, has_records: bool) -> None:
    """For one that was added by mistake. 409 if anything uses it: archive it instead. ``has_records``: whether there is any
    record of its kind, which only rooms above this one know."""
    metric = _locked(session, key)
    others = [one for one in queries.all_metrics(session) if one.key != key]
    is_used = has_records or any(key in (one.record_kind, one.converts_to) for one in others)
    if key in STANDARD_KEYS or is_used or queries.has_target(session, metric=key):
        raise Problem(409, "metric-in-use", f"{metric.title} cannot be deleted", detail="Archive it instead.")
    session.delete(metric)
    session.flush()
    _record(session, "metric.deleted", metric, {})


def _locked(session: Session, key: str) -> Metric:
    queries.lock_organisation(session)
    metric = session.get(Metric, key)
    if metric is None:
        raise not_found()
    return metric


def _checked(text: MetricText, existing: list[Metric], key: str) -> dict[str, Value]:
    """The values of the columns, without surplus spaces."""
    values: dict[str, Value] = {"timing": text.timing, "on_team_page": text.on_team_page}
    if text.timing not in TIMINGS:
        raise field_problem("timing", f"must be one of {', '.join(TIMINGS)}")
    for field in ("singular", "plural"):
        label = " ".join(getattr(text, field).split())
        if not 1 <= len(label) <= MAX_LABEL_LENGTH or not is_storable(label):
            raise field_problem(field, f"must have 1 to {MAX_LABEL_LENGTH} characters", limit=MAX_LABEL_LENGTH)
        values[field] = label
    for field in ("growth_question", "decline_question"):
        question = " ".join(getattr(text, field).split())
        if len(question) > MAX_QUESTION_LENGTH or not is_storable(question):
            raise field_problem(field, f"must have at most {MAX_QUESTION_LENGTH} characters", limit=MAX_QUESTION_LENGTH)
        values[field] = question or None
    others = sum(one.on_team_page and one.archived_at is None and one.key != key for one in existing)
    if text.on_team_page and others >= MAX_ON_TEAM_PAGE:
        raise field_problem("on_team_page", f"is possible for at most {MAX_ON_TEAM_PAGE} metrics", limit=MAX_ON_TEAM_PAGE)
    return values


def _record(session: Session, action: str, metric: Metric, changes: dict[str, tuple[Value, Value]]) -> None:
    audit.record(session, action=action, object_type="metric", object_id=metric.key, changes=changes)

"""How much each metric counts in the scorecard's one number: which weights apply to a span of days, and setting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.problems import field_problem, not_found
from server.people import queries
from server.people.models import WeightSet
from server.people.targets import EARLIEST

WHOLE = 100


def weights_for(sets: Sequence[WeightSet], *, first: date, last: date) -> WeightSet | None:
    """Those that apply on the first of the days, so that a change in the middle does not move a number that people have seen;
    if none did yet, the first ones that begin by the last day. None if there are none or they have ended."""
    oldest_first = sorted(sets, key=lambda one: one.valid_from)
    valid = [one for one in oldest_first if one.valid_from <= first]
    later = [one for one in oldest_first if first < one.valid_from <= last]
    found = valid[-1] if valid else later[0] if later else None
    return found if found is not None and found.weights else None


def set_weights(session: Session, *, weights: Mapping[str, int], is_capped: bool, valid_from: date) -> None:
    """Sets them from a Monday on; without any, there is no number from then on. ``weights``: by metric, 0 for one that does not
    count. Replaces those of the same Monday."""
    queries.lock_organisation(session)
    counted = {key: weight for key, weight in weights.items() if weight}
    _check(session, counted, valid_from)
    row = session.scalar(select(WeightSet).where(WeightSet.valid_from == valid_from))
    before = _describe(row)
    if row is None:
        row = WeightSet(valid_from=valid_from, weights=counted, is_capped=is_capped)
        session.add(row)
    row.weights, row.is_capped = counted, is_capped
    session.flush()
    _record(session, valid_from, before, _describe(row))


def delete_weights(session: Session, *, weight_set_id: int) -> None:
    """For weights entered by mistake; to end them, set none from a Monday on."""
    queries.lock_organisation(session)
    row = session.get(WeightSet, weight_set_id)
    if row is None:
        raise not_found()
    session.delete(row)
    session.flush()
    _record(session, row.valid_from, _describe(row), None)


def _check(session: Session, weights: Mapping[str, int], valid_from: date) -> None:
    known = {metric.key for metric in queries.active_metrics(session) if metric.target_kind != "none"}
    for key, weight in weights.items():
        if key not in known:
            raise field_problem("weights", "must be of metrics that can have a target")
        if not 0 < weight <= WHOLE:
            raise field_problem(f"weight-{key}", f"must be from 0 to {WHOLE}", limit=WHOLE)
    total = sum(weights.values())
    if weights and total != WHOLE:
        raise field_problem("weights", f"must add up to {WHOLE}, not {total}", limit=WHOLE)
    if valid_from.weekday() != 0 or valid_from < EARLIEST:
        raise field_problem("valid_from", "must be a Monday, because targets are weekly")


def _describe(row: WeightSet | None) -> str | None:
    if row is None:
        return None
    weights = ", ".join(f"{key} {weight}" for key, weight in sorted(row.weights.items())) or "none"
    return weights + (" (capped)" if row.is_capped else "")


def _record(session: Session, valid_from: date, before: str | None, after: str | None) -> None:
    if before != after:
        changes = {f"weights from {valid_from.isoformat()}": (before, after)}
        audit.record(session, action="weights.set", object_type="weights", object_id=valid_from.isoformat(), changes=changes)

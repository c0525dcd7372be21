"""Outcomes as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.core.periods import Period
from server.outcomes import queries
from server.outcomes.models import LEDGERS, Outcome
from server.outcomes.states import KIND_NOUNS, State, find_state
from server.people.queries import active_metrics


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome. ``what``: the record's metric, in words, if it is a record of another system, which is
    ``source``. ``url``, ``note``: the
    evidence; ``record_url``: where the record can be opened. ``reason``: why it was declined."""

    id: int
    user_id: int
    activity_id: int
    ledger: str
    kind: str
    day: date
    state: State
    grade: str | None
    origin: str
    url: str | None
    note: str | None
    reason: str | None
    what: str | None
    source: str | None
    record_id: int | None
    record_url: str | None
    subject: str | None

    @property
    def can_be_corrected(self) -> bool:
        return self.origin == "rep" and self.state in ("counted", "waiting")


def build_lines(session: Session, outcomes: Sequence[Outcome]) -> tuple[OutcomeLine, ...]:
    """In the same order."""
    ids = [outcome.id for outcome in outcomes]
    events = queries.events_of(session, outcome_ids=ids)
    texts = queries.texts_of(session, outcome_ids=ids)
    records = queries.records_behind(session, outcome_ids=ids)
    nouns = record_nouns(session) if records else {}
    lines = []
    for outcome in outcomes:
        text, record = texts.get(outcome.id), records.get(outcome.id)
        lines.append(
            OutcomeLine(
                id=outcome.id,
                user_id=outcome.user_id,
                activity_id=outcome.activity_id,
                ledger=outcome.ledger,
                kind=outcome.kind,
                day=outcome.occurred_on,
                state=find_state(outcome, events.get(outcome.id, {}), has_record=record is not None),
                grade=outcome.grade,
                origin=outcome.origin,
                url=text.url if text else None,
                note=text.note if text else None,
                reason=text.reason if text else None,
                what=nouns.get(record.kind or "", record.kind) if record else None,
                source=record.source if record else None,
                record_id=outcome.record_id,
                record_url=record.url if record else None,
                subject=record.subject if record else None,
            )
        )
    return tuple(lines)


def record_nouns(session: Session) -> dict[str, str]:
    """What one record of each kind is called."""
    metrics = active_metrics(session)
    return {metric.key: metric.singular for metric in metrics if metric.record_kind == metric.key}


@dataclass(frozen=True, slots=True)
class LedgerSeries:
    """One ledger, period by period. ``series``: a number per period, oldest first; None where too few people were active.
    ``kinds``: what the last one is made of."""

    ledger: str
    series: tuple[int | None, ...]
    kinds: tuple[tuple[str, int], ...]

    @property
    def value(self) -> int | None:
        return self.series[-1]


def ledger_series(
    counts: Mapping[str, Mapping[str, Sequence[int]]], count: int, *, is_shown: Sequence[bool] | None = None
) -> tuple[LedgerSeries, ...]:
    """Every ledger, also one without outcomes. ``is_shown``: for each period, whether its numbers may be shown."""
    found = []
    for ledger in LEDGERS:
        kinds = counts.get(ledger, {})
        sums = [sum(series[place] for series in kinds.values()) for place in range(count)]
        shown = is_shown or [True] * count
        last = {kind: series[-1] for kind, series in kinds.items() if series[-1] and shown[-1]}
        series = tuple(value if visible else None for value, visible in zip(sums, shown, strict=True))
        found.append(LedgerSeries(ledger, series, tuple((kind, last[kind]) for kind in KIND_NOUNS if kind in last)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class OutcomesPage:
    """What is behind the numbers of the ledgers. ``person_id``: None on one's own page."""

    whose: str
    person_id: int | None
    period: Period
    lines: tuple[OutcomeLine, ...]

    def of(self, ledger: str) -> tuple[OutcomeLine, ...]:
        return tuple(line for line in self.lines if line.ledger == ledger)


def count_kinds(lines: Iterable[OutcomeLine], state: State) -> tuple[tuple[str, int], ...]:
    """How many outcomes of each kind are in this state, in the order of ``KIND_NOUNS``."""
    kinds = [line.kind for line in lines if line.state == state]
    return tuple((kind, kinds.count(kind)) for kind in KIND_NOUNS if kind in kinds)

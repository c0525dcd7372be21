"""The metrics that come with the product. Nothing else in the code names a metric: other modules follow the table ``metric``,
which starts with these rows.

The columns are those of ``models.Metric``. ``example_per_week`` and ``example_target`` are numbers of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert

from server.people.models import Metric


@dataclass(frozen=True, slots=True)
class StandardMetric:
    key: str
    singular: str
    plural: str
    timing: str = "leading"
    unit: str = "count"
    record_kind: str | None = None
    target_kind: str = "workdays"
    converts_to: str | None = None
    growth_question: str | None = None
    decline_question: str | None = None
    on_team_page: bool = False
    #: Mean number per rep in a week without holidays; 0 if the records of another metric give it.
    example_per_week: float = 0.0
    example_target: int = 0
    #: In percent, of the demonstration's attainment.
    example_weight: int = 0


STANDARD_METRICS = (
    StandardMetric(
        "call", "call", "calls", record_kind="call", on_team_page=True, example_per_week=37.0, example_target=40,
        example_weight=30,
        growth_question="Which calls were worth the extra time, and which would you leave out?",
        decline_question="Where did the time go that used to go into calls, and was it well spent?",
    ),
    StandardMetric(
        "lead-followed-up", "lead followed up", "leads followed up", record_kind="lead-followed-up", on_team_page=True,
        converts_to="meeting", example_per_week=11.0, example_target=12,
        example_weight=30,
        growth_question="What made it possible to follow up more, and will it last?",
        decline_question="What gets in the way of following up, and what could be taken off your desk?",
    ),
    StandardMetric(
        "meeting", "meeting booked", "meetings booked", record_kind="meeting", on_team_page=True,
        example_per_week=2.6, example_target=3, example_weight=40,
        growth_question="What did these buyers say yes to?",
        decline_question="Where do conversations stop before a meeting, and what would help there?",
    ),
    StandardMetric(
        "meeting-held", "meeting held", "meetings held", record_kind="meeting-held", example_per_week=2.1,
        growth_question="What did you hear in these meetings that you did not expect?",
        decline_question="Which meetings did not take place, and how could they still?",
    ),
    StandardMetric(
        "opportunity", "opportunity", "opportunities", timing="lagging", record_kind="opportunity", target_kind="whole",
        example_per_week=0.9,
        growth_question="What do these buyers have in common?",
        decline_question="Which conversations are close to becoming an opportunity, and what is missing?",
    ),
    StandardMetric(
        "deal", "deal won", "deals won", timing="lagging", record_kind="deal", target_kind="whole", example_per_week=0.4,
        growth_question="What happened early in these deals that you would repeat?",
        decline_question="Which open deals are waiting for something that I can help with?",
    ),
    StandardMetric(
        "deal-value", "value of deals won", "value of deals won", timing="lagging", unit="money", record_kind="deal",
        target_kind="whole",
    ),
    StandardMetric("credit", "social credit", "social credit", on_team_page=True, example_target=20),
)  # fmt: skip
#: What the records of other systems are recognised as.
CALL, LEAD_FOLLOWED_UP, MEETING, MEETING_HELD, OPPORTUNITY, DEAL = (metric.key for metric in STANDARD_METRICS[:6])
#: What a record is as the outcome of a post, by its kind. A call is something that the rep did.
OUTCOME_KINDS = {
    LEAD_FOLLOWED_UP: "lead", MEETING: "meeting", MEETING_HELD: "meeting", OPPORTUNITY: "opportunity", DEAL: "deal",
}  # fmt: skip
STANDARD_KEYS = frozenset(metric.key for metric in STANDARD_METRICS)
#: Given by the credit ledger, not by records.
LEDGER_METRIC = next(metric.key for metric in STANDARD_METRICS if metric.record_kind is None)


def rows() -> list[dict[str, object]]:
    """The rows of the table ``metric``, in order."""
    return [
        {
            "key": metric.key,
            "singular": metric.singular,
            "plural": metric.plural,
            "timing": metric.timing,
            "unit": metric.unit,
            "record_kind": metric.record_kind,
            "sums": True,
            "target_kind": metric.target_kind,
            "converts_to": metric.converts_to,
            "growth_question": metric.growth_question,
            "decline_question": metric.decline_question,
            "on_team_page": metric.on_team_page,
            "position": position,
        }
        for position, metric in enumerate(STANDARD_METRICS, start=1)
    ]


def install(connection: Connection) -> None:
    """For a database whose tables were created from the models. Migrations insert the rows themselves."""
    connection.execute(insert(Metric), rows())

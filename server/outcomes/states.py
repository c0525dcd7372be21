"""What has become of an outcome, and the words for it."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

from server.outcomes.models import SOURCED, Outcome

#: ``gone``: its record was deleted by the other system, or belongs to somebody else now.
State = Literal["counted", "waiting", "declined", "withdrawn", "gone"]

LEDGER_LABELS = {"response": "Replies by buyers", "sourced": "Leads, meetings and deals"}
KIND_LABELS = {
    "reply": "A buyer replied",
    "lead": "A lead came of it",
    "meeting": "A meeting came of it",
    "opportunity": "An opportunity came of it",
    "deal": "A deal came of it",
    "other": "Something else came of it",
}
#: Within a sentence, one and several.
KIND_NOUNS = {
    "reply": ("reply", "replies"),
    "lead": ("lead", "leads"),
    "meeting": ("meeting", "meetings"),
    "opportunity": ("opportunity", "opportunities"),
    "deal": ("deal", "deals"),
    "other": ("other result", "other results"),
}
GRADE_LABELS = {
    "tracked-link": "Tracked link",
    "buyer": "The buyer said so",
    "crm": "Named in the CRM",
    "judgement": "The rep’s own judgement",
}
STATE_LABELS: dict[State, str] = {
    "counted": "Counted",
    "waiting": "Waiting for approval",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
    "gone": "Record removed",
}


def find_state(outcome: Outcome, events: Container[str], *, has_record: bool) -> State:
    """``events``: what happened to it. ``has_record``: the record that it is, if any, is still the same person's."""
    if "withdrawn" in events:
        return "withdrawn"
    if "declined" in events:
        return "declined"
    if outcome.record_id is not None and not has_record:
        return "gone"
    return "counted" if outcome.ledger != SOURCED or "approved" in events else "waiting"

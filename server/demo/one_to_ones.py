"""One-to-ones of the demonstration: each manager with each of their reps every other week, in the last eight weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.one_to_ones.models import AgreedAction, OneToOne
from server.people.models import Membership, User

WEEKS_AHEAD = 2
#: Notes, praise, and actions with who does them. Every fourth one-to-one has the same.
TALKS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Went through the week. First calls run long; wants to try opening with the buyer's question.",
        "The summary after the site visit was short and complete. The buyer forwarded it.",
        (
            ("Write three opening questions for Tuesday", "person"),
            ("Ask marketing for the safety figures", "manager"),
        ),
    ),
    (
        "Two leads went quiet after the offer. Agreed to call instead of sending another mail.",
        "",
        (("Call both quiet leads", "person"), ("Sit in on the next price talk", "manager")),
    ),
    (
        "Good week. The comment under the audit post brought a call with a plant manager.",
        "That comment answered what the plant manager really asked.",
        (("Note what the plant manager said about spare parts", "person"),),
    ),
    (
        "Calendar is full of internal meetings on Thursdays. Will move two of them.",
        "",
        (("Block Thursday mornings for follow-ups", "person"), ("Move the pipeline meeting to Friday", "manager")),
    ),
)


def create(session: Session, reps: Sequence[User], *, weeks: Sequence[date], today: date) -> None:
    """The person reads them, as the organisation's setting says. All but the last actions are done."""
    present = {one.user_id: one for one in session.scalars(select(Membership).where(Membership.ends_on.is_(None)))}
    managers = {one.team_id: one.user_id for one in present.values() if one.role == "manager"}
    for number, rep in enumerate(reps):
        days = [
            monday + timedelta(days=number % 5)
            for monday in weeks[-8:][number % 2 :: 2]
            if monday >= (rep.started_on or monday) and monday + timedelta(days=number % 5) < today
        ]
        for place, day in enumerate(days):
            notes, praise, actions = TALKS[(number + place) % len(TALKS)]
            talk = OneToOne(
                user_id=rep.id,
                manager_id=managers[present[rep.id].team_id],
                held_on=day,
                is_shared=True,
                notes=notes,
                praise=praise,
            )
            session.add(talk)
            session.flush()
            is_last = day == days[-1]
            session.add_all(
                AgreedAction(
                    one_to_one_id=talk.id,
                    text=text,
                    owner=owner,
                    due_on=day + timedelta(weeks=WEEKS_AHEAD) if owner == "person" else None,
                    done_on=None if is_last else day + timedelta(days=7),
                )
                for text, owner in actions
            )
    session.flush()

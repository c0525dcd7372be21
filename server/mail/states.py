"""How far each person has come: not invited, invited, signed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.mail import queries
from server.mail.failures import sentence
from server.mail.models import MailMessage
from server.security.queries import never_signed_in


@dataclass(frozen=True, slots=True)
class InvitationState:
    """``invited_at``: when the first invitation was accepted by the mail server. ``reminded_at``: the latest reminder, or
    another invitation. ``problem``: why the latest message has not been sent, in words; ``reply``: the server's, in numbers."""

    has_signed_in: bool
    invited_at: datetime | None = None
    reminded_at: datetime | None = None
    is_waiting: bool = False
    problem: str = ""
    reply: str = ""


def invitation_states(session: Session, *, user_ids: Collection[int]) -> dict[int, InvitationState]:
    newcomers = never_signed_in(session)
    messages = queries.inviting_messages(session, user_ids=user_ids)
    return {
        user_id: _state(messages.get(user_id, [])) if user_id in newcomers else InvitationState(has_signed_in=True)
        for user_id in user_ids
    }


def _state(messages: list[MailMessage]) -> InvitationState:
    """``messages``: oldest first."""
    sent = [message.sent_at for message in messages if message.sent_at is not None]
    unsent = messages[-1] if messages and messages[-1].sent_at is None else None
    return InvitationState(
        has_signed_in=False,
        invited_at=sent[0] if sent else None,
        reminded_at=sent[-1] if len(sent) > 1 else None,
        is_waiting=unsent is not None and unsent.failure is None,
        problem=sentence(unsent.failure) if unsent is not None and unsent.failure else "",
        reply=(unsent.reply or "") if unsent is not None else "",
    )

"""Opening, withdrawing and answering appeals."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.appeals import deadlines, queries
from server.appeals.access import answerers, answering_role
from server.appeals.decisions import Author, apply, checked_text, lock
from server.appeals.models import KINDS, Appeal, AppealClosing, AppealText
from server.appeals.states import contest_state
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.credit.corrections import Terms
from server.credit.queries import decisions_of_item, live_entry
from server.mail.operations import notify
from server.people.models import User

Outcome = Literal["stands", "reversed", "new-entry", "explained"]
#: Somebody who opens and withdraws appeals about one item again and again does not need a fifth.
MAX_APPEALS_PER_ITEM = 5


def open_appeal(session: Session, *, user_id: int, activity_id: int, kind: str, question: str, mails: bool = False) -> Appeal:
    """Contests the credit of the person's own item, or asks how its score came about; whoever may answer is told by mail if
    ``mails``. Returns the open appeal if there is one with the same words. 404 for an item of somebody else or a withdrawn one;
    409 if the time is over, an appeal is open, or the item was decided after the last one."""
    if kind not in KINDS:
        raise field_problem("kind", f"must be one of {', '.join(KINDS)}")
    question = checked_text("question", question)
    found = session.get(Activity, activity_id)
    if found is None or found.user_id != user_id:
        raise not_found()
    activity = lock(session, found)
    if activity.state == "withdrawn":
        raise not_found()
    existing = queries.open_appeal_about(session, activity_id=activity.id, kind=kind)
    if existing is not None:
        if queries.texts(session, appeal_ids=[existing.id])[existing.id].question == question:
            return existing
        raise Problem(
            409, "is-open", "You have asked about this item already", detail="You see the state under My work, Appeals."
        )
    earlier = [one for one in queries.appeals_about(session, activity_ids=[activity.id]) if one.kind == kind]
    _require_possible(session, activity, kind=kind, earlier=len(earlier))
    entry = live_entry(session, activity_id=activity.id)
    appeal = Appeal(
        user_id=user_id,
        activity_id=activity.id,
        entry_id=entry.id if entry else None,
        kind=kind,
        number=len(earlier) + 1,
        decisions_before=len(decisions_of_item(session, activity_id=activity.id)),
        due_on=deadlines.answer_due(session),
    )
    session.add(appeal)
    session.flush()
    session.add(AppealText(appeal_id=appeal.id, question=question))
    audit.record(session, action="appeal.opened", object_type="appeal", object_id=appeal.id, reason_code=kind)
    if mails:
        for person in answerers(session, appeal=appeal, activity=activity):
            notify(session, kind="appeal-opened", user=person)
    return appeal


def _require_possible(session: Session, activity: Activity, *, kind: str, earlier: int) -> None:
    if earlier >= MAX_APPEALS_PER_ITEM:
        raise Problem(409, "too-many", f"At most {MAX_APPEALS_PER_ITEM} appeals about one item are possible")
    state = contest_state(session, activity)
    if kind == "credit" and not state.can_contest:
        raise Problem(409, "not-contestable", "You cannot contest this item", detail=state.why_not)
    if kind == "explanation" and not state.can_ask:
        raise Problem(409, "not-scored", "This item has no score", detail="There is nothing to explain about it.")


def withdraw_appeal(session: Session, *, user_id: int, appeal_id: int) -> None:
    """Withdraws the person's own appeal and deletes what they wrote. A second call changes nothing. 404 for somebody else's;
    409 if it was answered."""
    appeal = session.get(Appeal, appeal_id)
    if appeal is None or appeal.user_id != user_id:
        raise not_found()
    lock(session, session.get_one(Activity, appeal.activity_id))
    closing = queries.closing_of(session, appeal_id=appeal.id)
    if closing is not None and closing.outcome == "withdrawn":
        return
    if closing is not None:
        raise Problem(409, "is-answered", "This appeal has been answered", detail="You see the answer under My work, Appeals.")
    session.add(AppealClosing(appeal_id=appeal.id, outcome="withdrawn", actor_id=user_id, role="rep"))
    session.flush()
    text = session.get(AppealText, appeal.id)
    if text is not None:
        session.delete(text)
    audit.record(session, action="appeal.withdrawn", object_type="appeal", object_id=appeal.id)


def answer(
    session: Session,
    *,
    answerer: Identity,
    appeal_id: int,
    outcome: Outcome,
    terms: Terms | None = None,
    reason: str,
    mails: bool = False,
) -> AppealClosing:
    """Answers an appeal; the rep is told by mail if ``mails``. A second call with the same answer returns it. 404 if the
    answerer may not; 409 if it was answered or withdrawn meanwhile; 422 for an outcome that the appeal cannot have."""
    reason = checked_text("reason", reason)
    appeal, activity, role = require_answerable(session, viewer=answerer, appeal_id=appeal_id)
    activity = lock(session, activity)
    closing = queries.closing_of(session, appeal_id=appeal.id)
    if closing is not None and _is_repeated(session, closing, answerer, outcome, reason):
        return closing
    if closing is not None or not queries.is_open(session, appeal_id=appeal.id):
        raise no_longer_open(closing)
    live = live_entry(session, activity_id=activity.id)
    possible = possible_outcomes(appeal, has_entry=live is not None)
    if outcome not in possible:
        raise field_problem("outcome", f"must be one of {', '.join(possible)}")
    decision = None
    if outcome in ("reversed", "new-entry"):
        decision = apply(
            session,
            activity,
            change="refuse" if outcome == "reversed" else "count",
            terms=terms,
            reason=reason,
            author=Author(answerer.user_id, role, code="appeal"),
        )
    closing = AppealClosing(
        appeal_id=appeal.id,
        outcome=outcome,
        actor_id=answerer.user_id,
        role=role,
        decision_id=decision.id if decision else None,
    )
    session.add(closing)
    session.get_one(AppealText, appeal.id).answer = reason
    session.flush()
    audit.record(session, action="appeal.answered", object_type="appeal", object_id=appeal.id, reason_code=outcome)
    if mails:
        notify(session, kind="appeal-answered", user=session.get_one(User, appeal.user_id))
    return closing


def require_answerable(session: Session, *, viewer: Identity, appeal_id: int) -> tuple[Appeal, Activity, str]:
    """The appeal, its item, and as whom the viewer answers; also of an appeal that ended, so that the second of two people
    learns it. 404 if the viewer may not answer it."""
    appeal = session.get(Appeal, appeal_id)
    if appeal is None:
        raise not_found()
    activity = session.get_one(Activity, appeal.activity_id)
    role = answering_role(session, viewer=viewer, appeal=appeal, activity=activity)
    if role is None:
        raise not_found()
    return appeal, activity, role


def possible_outcomes(appeal: Appeal, *, has_entry: bool) -> tuple[Outcome, ...]:
    if appeal.kind == "explanation":
        return ("explained",)
    return ("stands", "reversed", "new-entry") if has_entry else ("stands", "new-entry")


def no_longer_open(closing: AppealClosing | None) -> Problem:
    """Whether the rep withdrew the appeal or the item is not said."""
    if closing is not None and closing.outcome != "withdrawn":
        return Problem(
            409,
            "is-answered",
            "Somebody else has answered this appeal",
            detail="Your answer was not sent and nothing was changed. The first answer counts.",
        )
    return Problem(
        409, "is-closed", "This appeal is no longer open", detail="Your answer was not sent and nothing was changed."
    )


def _is_repeated(session: Session, closing: AppealClosing, answerer: Identity, outcome: str, reason: str) -> bool:
    """Whether this is the same form, sent twice."""
    text = session.get(AppealText, closing.appeal_id)
    same = (closing.actor_id, closing.outcome) == (answerer.user_id, outcome)
    return same and text is not None and text.answer == reason

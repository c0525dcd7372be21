"""Answering and skipping items, and settling answers that differ."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.characters import STORABLE_REQUIREMENT, is_storable
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.labels import queries
from server.labels.access import require_item
from server.labels.answers import ANSWERS_NEEDED, Given, changed_meanwhile, checked, disagreement, is_same, store
from server.labels.models import MAX_COMMENT_LENGTH, LabelAnswer, LabelComment, LabelItem, LabelReader, LabelSettlement

#: On one item.
MAX_COMMENTS = 50


def answer_item(session: Session, *, reader: Identity, item_id: int, given: Given) -> LabelAnswer:
    """Stores the person's answer, or replaces it as long as nobody else has answered. A second call with the same answer
    changes nothing. 404 for an item that they may not see; 409 if it can no longer be changed, or if others have answered it
    and disagree, whose answers the person may have seen; 422 names the field that is wrong."""
    kind = require_item(session, viewer=reader, item_id=item_id).item.kind
    given = checked(kind, given)
    _lock(session, item_id)
    own = queries.own_answer(session, item_id=item_id, user_id=reader.user_id)
    others = [one for one in queries.given_answers(session, item_id=item_id) if own is None or one.id != own.id]
    if own is not None and is_same(own, given):
        return own
    if own is not None and not own.is_skipped and others:
        raise changed_meanwhile()
    if len(others) >= ANSWERS_NEEDED and disagreement(others):
        raise Problem(
            409,
            "is-disagreement",
            "Two others have answered this item meanwhile, and their answers differ",
            detail="Your answer was not stored. You can settle the item under Disagreements.",
        )
    return _store(session, item_id, reader, given, own)


def skip_item(session: Session, *, reader: Identity, item_id: int) -> None:
    """The person is not asked about the item again. A second call changes nothing; an answer that they gave stays."""
    require_item(session, viewer=reader, item_id=item_id)
    _lock(session, item_id)
    if queries.own_answer(session, item_id=item_id, user_id=reader.user_id) is None:
        _store(session, item_id, reader, Given(is_skipped=True), None)


def _store(session: Session, item_id: int, reader: Identity, given: Given, own: LabelAnswer | None) -> LabelAnswer:
    if own is None:
        own = LabelAnswer(item_id=item_id, reader_id=own_reader(session, user_id=reader.user_id).id)
        session.add(own)
    store(own, given)
    own.at = now()
    session.flush()
    return own


def _lock(session: Session, item_id: int) -> LabelItem:
    item = queries.lock_item(session, item_id=item_id)
    if item is None:
        raise not_found()
    return item


def own_reader(session: Session, *, user_id: int) -> LabelReader:
    """The person as a reader, who becomes one with the first answer."""
    insert_if_absent(session, LabelReader, code=str(uuid.uuid4()), user_id=user_id)
    reader = queries.reader_of(session, user_id=user_id)
    assert reader is not None  # noqa: S101 (just inserted, here or by a concurrent request)
    return reader


# --- disagreements ----------------------------------------------------------------------------------------------------


def comment(session: Session, *, author: Identity, item_id: int, text: str) -> None:
    """Adds to the discussion of a disagreement. A second call with the same text right after the first changes nothing."""
    require_disagreement(session, viewer=author, item_id=item_id)
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text:
        raise field_problem("comment", "must not be empty")
    if len(text) > MAX_COMMENT_LENGTH:
        raise field_problem("comment", f"must have at most {MAX_COMMENT_LENGTH} characters", limit=MAX_COMMENT_LENGTH)
    if not is_storable(text):
        raise field_problem("comment", STORABLE_REQUIREMENT)
    _lock(session, item_id)
    thread = [one for one, _ in queries.comments_on(session, item_id=item_id)]
    if thread and (thread[-1].user_id, thread[-1].text) == (author.user_id, text):
        return
    if len(thread) >= MAX_COMMENTS:
        raise field_problem("comment", f"is too much: an item has at most {MAX_COMMENTS} comments", limit=MAX_COMMENTS)
    session.add(LabelComment(item_id=item_id, user_id=author.user_id, text=text))
    session.flush()


def settle(session: Session, *, settler: Identity, item_id: int, given: Given) -> LabelSettlement:
    """Settles a disagreement if the person gave no answer of their own; otherwise proposes an answer, which another reader of
    the item can accept, and replaces an earlier proposal. A second call with the same answer changes nothing. 409 if it is
    settled."""
    texts = require_disagreement(session, viewer=settler, item_id=item_id)
    given = checked(texts.item.kind, given)
    _lock(session, item_id)
    current = queries.settlement_of(session, item_id=item_id)
    reader = own_reader(session, user_id=settler.user_id)
    if current is not None and current.is_settled:
        if current.reader_id == reader.id and _has_answer(current, given):
            return current
        raise _is_settled()
    is_third = reader.id not in {one.reader_id for one in queries.given_answers(session, item_id=item_id)}
    if current is None:
        current = LabelSettlement(item_id=item_id)
        session.add(current)
    current.choice, current.whole = given.choice, given.whole
    current.marks = None if given.marks is None else dict(given.marks)
    current.reader_id, current.accepted_by_id, current.is_settled, current.at = reader.id, None, is_third, now()
    session.flush()
    if is_third:
        _record(session, item_id, "third")
    return current


def accept(session: Session, *, reader: Identity, item_id: int) -> LabelSettlement:
    """Accepts the answer that another reader of the item proposed. A second call changes nothing. 409 if there is no proposal
    of somebody else, or it was settled by others; 404 if the person gave no answer."""
    require_disagreement(session, viewer=reader, item_id=item_id)
    _lock(session, item_id)
    own = queries.own_answer(session, item_id=item_id, user_id=reader.user_id)
    if own is None or own.is_skipped:
        raise not_found()
    current = queries.settlement_of(session, item_id=item_id)
    if current is not None and current.is_settled:
        if current.accepted_by_id == own.reader_id:
            return current
        raise _is_settled()
    if current is None or current.reader_id == own.reader_id:
        raise Problem(409, "no-proposal", "There is nothing to accept", detail="Another reader has to propose an answer first.")
    current.accepted_by_id, current.is_settled, current.at = own.reader_id, True, now()
    session.flush()
    _record(session, item_id, "agreement")
    return current


def require_disagreement(session: Session, *, viewer: Identity, item_id: int) -> queries.Texts:
    """404 unless the viewer may label, wrote none of its texts, and enough answers differ."""
    texts = require_item(session, viewer=viewer, item_id=item_id)
    answers = queries.given_answers(session, item_id=item_id)
    if len(answers) < ANSWERS_NEEDED or not disagreement(answers):
        raise not_found()
    return texts


def _has_answer(settlement: LabelSettlement, given: Given) -> bool:
    is_same_marks = dict(settlement.marks or {}) == dict(given.marks or {})
    return (settlement.choice, settlement.whole) == (given.choice, given.whole) and is_same_marks


def _record(session: Session, item_id: int, how: str) -> None:
    audit.record(session, action="label.settled", object_type="label", object_id=item_id, reason_code=how)


def _is_settled() -> Problem:
    return Problem(409, "is-settled", "Somebody else has settled this item", detail="Nothing was changed.")

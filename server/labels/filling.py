"""Fills the queue with texts that may be used: those that ship with Repute, and shared items of people who consented."""

from __future__ import annotations

from itertools import combinations, groupby

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.audit import operations as audit
from server.core.database.upsert import insert_if_absent
from server.labels import queries
from server.labels.models import SURFACES, LabelText
from server.labels.project_texts import project_texts
from server.labels.texts import MAX_TEXT_LENGTH, add_items, add_texts, text_key
from server.people.queries import lock_user

#: A person's newest items that are asked about. More would let one person's taste decide.
MAX_SHARED_PER_PERSON = 50
#: Each shared item is compared with so many earlier ones of the same person.
PAIRS_PER_SHARED_ITEM = 2


def fill(session: Session) -> int:
    """Adds what is not in the queue yet, and returns the number of new items. A second call adds nothing."""
    added = _add_project_texts(session) + add_shared_items(session)
    if added:
        audit.record(
            session, action="labels.filled", object_type="labels", object_id="queue", changes={"items_added": (None, added)}
        )
    return added


def _add_project_texts(session: Session) -> int:
    """Pairs are made within a group, so that fitting and checking can be told apart."""
    texts = project_texts()
    ids, _ = add_texts(session, "project", texts)
    items: list[tuple[str, ...]] = [(text_key(text.surface, text.text),) for text in texts]
    for _, group in groupby(texts, key=lambda text: (text.surface, text.group)):
        items += combinations([text_key(text.surface, text.text) for text in group], 2)
    return add_items(session, items, ids)


def refill(session: Session) -> None:
    """Adds what people shared since, if an administrator ever filled the queue. For the recurring job."""
    if queries.has_texts(session):
        add_shared_items(session)


def add_shared_items(session: Session) -> int:
    """Of everybody who consents; the number of new items."""
    return sum(_add_shared_of(session, user_id) for user_id in queries.consenting_people(session))


def _add_shared_of(session: Session, user_id: int) -> int:
    # Whoever withdraws their consent meanwhile waits for this, and then finds the items to delete.
    lock_user(session, user_id=user_id)
    group = queries.consent_group(session, user_id=user_id)
    if group is None:
        return 0
    shared = queries.shared_items(session, user_id=user_id, limit=MAX_SHARED_PER_PERSON)
    added = 0
    for surface in SURFACES:
        keys: list[str] = []
        ids: dict[str, int] = {}
        items: list[tuple[str, ...]] = []
        for activity in shared:
            if activity.kind != surface or not activity.text or len(activity.text) > MAX_TEXT_LENGTH:
                continue
            key = text_key(surface, activity.text)
            text_id = _add_shared(session, activity, key, group)
            if text_id is None or key in ids:
                continue
            items += [(key,), *((earlier, key) for earlier in keys[-PAIRS_PER_SHARED_ITEM:])]
            keys.append(key)
            ids[key] = text_id
        added += add_items(session, items, ids)
    return added


def _add_shared(session: Session, activity: Activity, key: str, group: str) -> int | None:
    """The id of the text; None if it is another person's shared item. A text that the organisation imported stays imported,
    but its author is not asked about it."""
    insert_if_absent(
        session,
        LabelText,
        key=key,
        source="shared",
        surface=activity.kind,
        text=None,
        activity_id=activity.id,
        author_id=activity.user_id,
        group=group,
    )
    text = queries.texts_by_key(session, keys=[key])[key]
    if text.author_id is None:
        text.author_id = activity.user_id
        session.flush()
    return text.id if text.author_id == activity.user_id else None

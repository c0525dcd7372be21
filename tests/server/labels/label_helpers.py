"""Texts, items and readers for the tests of labels."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from nlp import Coach, Draft
from server.activities import operations as activities
from server.activities.operations import PublishedItem
from server.core.identity import Identity
from server.labels import operations, queries
from server.labels.answers import Given
from server.labels.models import DIMENSIONS, LabelExpert
from server.labels.texts import NewText, add_items, add_texts, item_key, text_key
from server.people.queries import get_organisation
from tests.databases import SECRET_KEYS
from tests.factories import make_identity, make_user
from tests.texts import sentences


def make_expert(session, *, name="Robin Vale", role="rep") -> Identity:
    user = make_user(session, name=name, role=role)
    if role != "admin":
        session.add(LabelExpert(user_id=user.id, named_by=user.id))
        session.flush()
    return make_identity(user)


def make_item(session, *, kind="pair", surface="linkedin-post", texts=(), source="imported", group="") -> int:
    """The id of an item with texts that no other test has."""
    texts = texts or tuple(sentences(3) for _ in range(2 if kind == "pair" else 1))
    ids, _ = add_texts(session, source, [NewText(surface, text, group) for text in texts])
    keys = tuple(text_key(surface, text) for text in texts)
    add_items(session, [keys], ids)
    return queries.items_by_key(session, keys=[item_key(keys)])[item_key(keys)].id


def share(session, user, text=""):
    text = text or f"A planner counted the stops of one route. {sentences(5)}"
    item = PublishedItem("linkedin-post", text, None, None, datetime.now(UTC))
    shared = activities.record_share(
        session, item, Coach().assess(Draft("linkedin-post", text)), user=session.merge(user),
        organisation=get_organisation(session), source="web", key=uuid.uuid4().hex, secret_keys=SECRET_KEYS,
    )  # fmt: skip
    assert shared.activity.state == "counted"
    return shared.activity


def work_through(session, reader, kind=""):
    """The items in the order in which the reader is asked, each skipped."""
    asked = []
    while (texts := queries.next_item(session, user_id=reader.user_id, kind=kind)) is not None:
        asked.append(texts.item.id)
        operations.skip_item(session, reader=reader, item_id=texts.item.id)
    return asked


def choice(value="first", **more) -> Given:
    return Given(choice=value, **more)


def marks(value=3, whole=50, **changed) -> Given:
    return Given(marks=dict.fromkeys(DIMENSIONS, value) | changed, whole=whole)

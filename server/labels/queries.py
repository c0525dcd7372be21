"""Queries of texts, items and answers. Every query of texts returns only those that may be used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.activities.models import Activity
from server.labels.answers import ANSWERS_NEEDED, settled
from server.labels.models import (
    LabelAnswer,
    LabelComment,
    LabelConsent,
    LabelExpert,
    LabelItem,
    LabelReader,
    LabelSettlement,
    LabelText,
)
from server.people.models import User

if TYPE_CHECKING:
    from nlp.quality.correction.labels import Preference, Rating

#: A mark of 1 is 0 points and one of 5 is 100.
POINTS_PER_MARK = 25
_POINTS = {"first": 1.0, "second": 0.0, "same": 0.5}


@dataclass(frozen=True, slots=True)
class Texts:
    """An item with its texts; ``second`` is None for a single draft. ``groups`` and ``authors``: of its
    texts."""

    item: LabelItem
    surface: str
    first: str
    second: str | None
    groups: tuple[str, ...]
    authors: frozenset[int]


# --- texts that may be used -------------------------------------------------------------------------------------------

_first, _second = aliased(LabelText, name="first"), aliased(LabelText, name="second")
_first_shared, _second_shared = aliased(Activity, name="first_shared"), aliased(Activity, name="second_shared")


def _may_be_used(text: Any, shared: Any) -> ColumnElement[bool]:
    """A shared item only while its person consents and it has a text; an item that was withdrawn has none."""
    consents = exists().where(LabelConsent.user_id == text.author_id)
    return or_(text.source != "shared", and_(shared.text.is_not(None), shared.state != "withdrawn", consents))


def _usable(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """``query`` selects from ``LabelItem``; adds its texts, and leaves out items with one that may not be used."""
    return (
        query.join(_first, LabelItem.first_id == _first.id)
        .outerjoin(_second, LabelItem.second_id == _second.id)
        .outerjoin(_first_shared, _first.activity_id == _first_shared.id)
        .outerjoin(_second_shared, _second.activity_id == _second_shared.id)
        .where(
            _may_be_used(_first, _first_shared),
            or_(LabelItem.second_id.is_(None), _may_be_used(_second, _second_shared)),
        )
    )


_TEXTS = (
    LabelItem,
    _first.surface,
    func.coalesce(_first.text, _first_shared.text),
    func.coalesce(_second.text, _second_shared.text),
    _first.group,
    _second.group,
    _first.author_id,
    _second.author_id,
)


def _texts(session: Session, query: Select[*tuple[Any, ...]]) -> list[Texts]:
    return [
        Texts(
            item,
            surface,
            first,
            second,
            tuple(group for group in (group_1, group_2) if group is not None),
            frozenset(author for author in (author_1, author_2) if author is not None),
        )
        for item, surface, first, second, group_1, group_2, author_1, author_2 in session.execute(query)
    ]


def item_texts(session: Session, *, item_id: int) -> Texts | None:
    found = _texts(session, _usable(select(*_TEXTS).select_from(LabelItem)).where(LabelItem.id == item_id))
    return found[0] if found else None


def items_of(session: Session, *, item_ids: Collection[int]) -> dict[int, Texts]:
    query = _usable(select(*_TEXTS).select_from(LabelItem)).where(LabelItem.id.in_(item_ids))
    return {found.item.id: found for found in _texts(session, query)}


def usable_items(session: Session) -> list[Texts]:
    """In the order of their keys, which is the same in every database."""
    return _texts(session, _usable(select(*_TEXTS).select_from(LabelItem)).order_by(LabelItem.key))


def lock_item(session: Session, *, item_id: int) -> LabelItem | None:
    """Locked until the transaction ends, so that answers to one item are given one after the other."""
    return session.scalar(select(LabelItem).where(LabelItem.id == item_id).with_for_update())


def items_by_key(session: Session, *, keys: Collection[str]) -> dict[str, LabelItem]:
    return {item.key: item for item in session.scalars(select(LabelItem).where(LabelItem.key.in_(keys)))}


def texts_by_key(session: Session, *, keys: Collection[str]) -> dict[str, LabelText]:
    return {text.key: text for text in session.scalars(select(LabelText).where(LabelText.key.in_(keys)))}


def count_texts(session: Session) -> dict[str, int]:
    """By source, of texts that may be used."""
    shared = aliased(Activity)
    query = select(LabelText.source, func.count()).outerjoin(shared, LabelText.activity_id == shared.id)
    rows = session.execute(query.where(_may_be_used(LabelText, shared)).group_by(LabelText.source))
    return {row[0]: row[1] for row in rows}


def has_texts(session: Session) -> bool:
    return session.scalar(select(LabelText.id).limit(1)) is not None


# --- the queue --------------------------------------------------------------------------------------------------------


def _given_counts() -> Any:
    given = select(LabelAnswer.item_id, func.count().label("given")).where(LabelAnswer.is_skipped.is_(False))
    return given.group_by(LabelAnswer.item_id).subquery()


def _waiting(query: Select[*tuple[Any, ...]], counts: Any, *, user_id: int, kind: str) -> Select[*tuple[Any, ...]]:
    """Items that need another answer and that the person may give one to."""
    own = (
        exists()
        .where(LabelAnswer.item_id == LabelItem.id, LabelAnswer.reader_id == LabelReader.id, LabelReader.user_id == user_id)
        .correlate(LabelItem)
    )
    query = _usable(query.outerjoin(counts, counts.c.item_id == LabelItem.id)).where(
        func.coalesce(counts.c.given, 0) < ANSWERS_NEEDED,
        ~own,
        or_(_first.author_id.is_(None), _first.author_id != user_id),
        or_(_second.author_id.is_(None), _second.author_id != user_id),
    )
    return query.where(LabelItem.kind == kind) if kind else query


def next_item(session: Session, *, user_id: int, kind: str = "") -> Texts | None:
    """One that needs only one more answer to count comes first; otherwise in the order of the keys, which are hashes, so at
    random and the same for everybody. ``kind``: of these only; empty for all."""
    counts = _given_counts()
    query = _waiting(select(*_TEXTS).select_from(LabelItem), counts, user_id=user_id, kind=kind).order_by(
        func.coalesce(counts.c.given, 0).desc(), LabelItem.key
    )
    found = _texts(session, query.limit(1))
    return found[0] if found else None


def count_waiting(session: Session, *, user_id: int, kind: str = "") -> int:
    query = _waiting(select(func.count()).select_from(LabelItem), _given_counts(), user_id=user_id, kind=kind)
    return session.scalar(query) or 0


def count_items(session: Session) -> tuple[int, int]:
    """Items that may be used, and how many of them have enough answers."""
    counts = _given_counts()
    complete = func.sum(cast(func.coalesce(counts.c.given, 0) >= ANSWERS_NEEDED, Integer))
    query = _usable(select(func.count(), complete).select_from(LabelItem).outerjoin(counts, counts.c.item_id == LabelItem.id))
    total, done = session.execute(query).one()
    return total, done or 0


# --- answers ----------------------------------------------------------------------------------------------------------


def reader_of(session: Session, *, user_id: int) -> LabelReader | None:
    return session.scalar(select(LabelReader).where(LabelReader.user_id == user_id))


def readers(session: Session) -> Sequence[LabelReader]:
    return session.scalars(select(LabelReader).order_by(LabelReader.id)).all()


def readers_by_code(session: Session, *, codes: Collection[str]) -> dict[str, LabelReader]:
    return {reader.code: reader for reader in session.scalars(select(LabelReader).where(LabelReader.code.in_(codes)))}


def readers_of_item(session: Session, *, item_id: int) -> set[int]:
    """The ids of readers who answered or skipped it."""
    return set(session.scalars(select(LabelAnswer.reader_id).where(LabelAnswer.item_id == item_id)))


def own_answer(session: Session, *, item_id: int, user_id: int) -> LabelAnswer | None:
    """Also one that is skipped."""
    return session.scalar(
        select(LabelAnswer)
        .join(LabelReader, LabelReader.id == LabelAnswer.reader_id)
        .where(LabelAnswer.item_id == item_id, LabelReader.user_id == user_id)
    )


def count_own(session: Session, *, user_id: int) -> int:
    """Answers that the person gave, without skipped items."""
    query = select(func.count()).select_from(LabelAnswer).join(LabelReader, LabelReader.id == LabelAnswer.reader_id)
    return session.scalar(query.where(LabelReader.user_id == user_id, LabelAnswer.is_skipped.is_(False))) or 0


def given_answers(session: Session, *, item_id: int) -> Sequence[LabelAnswer]:
    """Oldest first, without skipped ones."""
    own = select(LabelAnswer).where(LabelAnswer.item_id == item_id, LabelAnswer.is_skipped.is_(False))
    return session.scalars(own.order_by(LabelAnswer.id)).all()


def all_given(session: Session) -> dict[int, list[LabelAnswer]]:
    """Of all items, by item, each oldest first."""
    found: dict[int, list[LabelAnswer]] = {}
    given = select(LabelAnswer).where(LabelAnswer.is_skipped.is_(False)).order_by(LabelAnswer.id)
    for answer in session.scalars(given):
        found.setdefault(answer.item_id, []).append(answer)
    return found


def all_settlements(session: Session) -> dict[int, LabelSettlement]:
    return {row.item_id: row for row in session.scalars(select(LabelSettlement))}


def settlement_of(session: Session, *, item_id: int) -> LabelSettlement | None:
    return session.get(LabelSettlement, item_id)


def comments_on(session: Session, *, item_id: int) -> Sequence[tuple[LabelComment, str]]:
    """With the name of whoever wrote it, oldest first."""
    query = select(LabelComment, User.name).join(User, User.id == LabelComment.user_id)
    rows = session.execute(query.where(LabelComment.item_id == item_id).order_by(LabelComment.id))
    return [(row[0], row[1]) for row in rows]


def reader_names(session: Session) -> dict[int, str]:
    """Of readers who are people of the organisation, by the reader's id."""
    rows = session.execute(select(LabelReader.id, User.name).join(User, User.id == LabelReader.user_id))
    return {row[0]: row[1] for row in rows}


# --- people -----------------------------------------------------------------------------------------------------------


def experts(session: Session) -> Sequence[tuple[LabelExpert, str, str]]:
    """With name and role, by name; active people only."""
    query = select(LabelExpert, User.name, User.role).join(User, User.id == LabelExpert.user_id).where(User.is_active)
    return [(row[0], row[1], row[2]) for row in session.execute(query.order_by(User.name, User.id))]


def is_expert(session: Session, *, user_id: int) -> bool:
    return session.get(LabelExpert, user_id) is not None


def consent_of(session: Session, *, user_id: int) -> LabelConsent | None:
    return session.get(LabelConsent, user_id)


def consenting_people(session: Session) -> Sequence[int]:
    return session.scalars(select(LabelConsent.user_id).order_by(LabelConsent.user_id)).all()


def consent_group(session: Session, *, user_id: int) -> str | None:
    """The group of the person's texts, as stored now; None if they do not consent."""
    return session.scalar(select(LabelConsent.group).where(LabelConsent.user_id == user_id))


def shared_items(session: Session, *, user_id: int, limit: int) -> Sequence[Activity]:
    """The person's newest drafts that count and still have their text, oldest first."""
    own = select(Activity).where(
        Activity.user_id == user_id, Activity.state == "counted", Activity.text.is_not(None), Activity.kind.not_like("%profile")
    )
    newest = session.scalars(own.order_by(Activity.occurred_at.desc(), Activity.id.desc()).limit(limit)).all()
    return newest[::-1]


def answers_by(session: Session, *, user_id: int) -> Sequence[tuple[LabelAnswer, str]]:
    """All answers of the person, with the kind of the item, oldest first."""
    query = (
        select(LabelAnswer, LabelItem.kind)
        .join(LabelReader, LabelReader.id == LabelAnswer.reader_id)
        .join(LabelItem, LabelItem.id == LabelAnswer.item_id)
        .where(LabelReader.user_id == user_id)
        .order_by(LabelAnswer.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def settlements_by(session: Session, *, user_id: int) -> Sequence[LabelSettlement]:
    """Answers that the person settled, proposed or accepted."""
    own = select(LabelReader.id).where(LabelReader.user_id == user_id)
    involved = or_(LabelSettlement.reader_id.in_(own), LabelSettlement.accepted_by_id.in_(own))
    return session.scalars(select(LabelSettlement).where(involved).order_by(LabelSettlement.item_id)).all()


def comments_by(session: Session, *, user_id: int) -> Sequence[LabelComment]:
    return session.scalars(select(LabelComment).where(LabelComment.user_id == user_id).order_by(LabelComment.id)).all()


# --- for training -----------------------------------------------------------------------------------------------------


def usable_labels(session: Session) -> tuple[list[Rating], list[Preference]]:
    """The answers that training may learn from, one row for each: answers of items with at least two that agree, and the
    settled answer of items on which readers disagreed. Only of texts that may be used, with the groups of the texts."""
    # Loads the language pipeline, which commands that only import this module do not need.
    from nlp.quality.correction.labels import Preference, Rating  # noqa: PLC0415

    given, settlements = all_given(session), all_settlements(session)
    counted = [
        (texts, judgements)
        for texts in usable_items(session)
        if (judgements := settled(given.get(texts.item.id, []), settlements.get(texts.item.id)))
    ]
    ratings: list[Rating] = []
    preferences: list[Preference] = []
    for texts, judgements in counted:
        surface: Any = texts.surface
        for judgement in judgements:
            if texts.second is not None and judgement.choice is not None:
                answer = _POINTS[judgement.choice]
                groups = (texts.groups[0], texts.groups[1])
                preferences.append(Preference(surface, texts.first, texts.second, answer, groups))
            elif judgement.marks is not None:
                marks = {name: float(POINTS_PER_MARK * (mark - 1)) for name, mark in judgement.marks.items()}
                whole = None if judgement.whole is None else float(judgement.whole)
                ratings.append(Rating(surface, texts.first, marks, whole, texts.groups[0]))
    return ratings, preferences

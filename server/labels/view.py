"""The data of the pages on which people label, discuss and see how far they agree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.labels import queries
from server.labels.agreement import (
    MIN_COMMON,
    DimensionAgreement,
    PairAgreement,
    common_answers,
    dimension_agreements,
    pair_agreement,
)
from server.labels.answers import ANSWERS_NEEDED, disagreement
from server.labels.models import LabelAnswer, LabelComment, LabelSettlement
from server.labels.queries import Texts

FORMER_READER = "A former reader"
_OTHER_CHOICE = {"first": "second", "second": "first"}


@dataclass(frozen=True, slots=True)
class Progress:
    """``own``: answers of the person; ``waiting``: items that wait for them. ``complete`` of ``total`` items have enough
    answers."""

    own: int
    waiting: int
    total: int
    complete: int


@dataclass(frozen=True, slots=True)
class Question:
    """An item as one person is shown it. ``shown``: its texts in their order on the page. ``own``: what the person answered
    before, in the order of the page."""

    texts: Texts
    is_reversed: bool
    own: LabelAnswer | None
    own_choice: str | None
    is_final: bool

    @property
    def shown(self) -> tuple[str, ...]:
        first, second = self.texts.first, self.texts.second
        if second is None:
            return (first,)
        return (second, first) if self.is_reversed else (first, second)


def progress(session: Session, *, user_id: int, kind: str) -> Progress:
    total, complete = queries.count_items(session)
    return Progress(
        own=queries.count_own(session, user_id=user_id),
        waiting=queries.count_waiting(session, user_id=user_id, kind=kind),
        total=total,
        complete=complete,
    )


def is_reversed(texts: Texts, *, user_id: int) -> bool:
    """Whether the person sees the second draft first: half of all do, so that the place on the page decides nothing."""
    digest = hashlib.sha256(f"{texts.item.key} {user_id}".encode()).digest()
    return texts.second is not None and digest[0] % 2 == 1


def in_item_order(choice: str | None, texts: Texts, *, user_id: int) -> str | None:
    """A choice of the page as a choice of the item, and the other way round."""
    if choice is not None and is_reversed(texts, user_id=user_id):
        return _OTHER_CHOICE.get(choice, choice)
    return choice


def question(session: Session, texts: Texts, *, user_id: int) -> Question:
    own = queries.own_answer(session, item_id=texts.item.id, user_id=user_id)
    others = [
        answer
        for answer in queries.given_answers(session, item_id=texts.item.id)
        if own is None or answer.reader_id != own.reader_id
    ]
    return Question(
        texts,
        is_reversed(texts, user_id=user_id),
        own if own is not None and not own.is_skipped else None,
        in_item_order(own.choice, texts, user_id=user_id) if own is not None else None,
        is_final=own is not None and not own.is_skipped and bool(others),
    )


# --- disagreements ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``differs``: ``choice``, dimensions, ``whole``. ``state``: ``open``, ``proposed`` or ``settled``."""

    texts: Texts
    differs: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class NamedAnswer:
    name: str
    answer: LabelAnswer


@dataclass(frozen=True, slots=True)
class Discussion:
    """One disagreement, as somebody sees it who may settle it: as a third (``is_third``), or by proposing and accepting."""

    texts: Texts
    differs: tuple[str, ...]
    answers: Sequence[NamedAnswer]
    comments: Sequence[tuple[LabelComment, str]]
    settlement: LabelSettlement | None
    settled_by: str
    accepted_by: str
    is_third: bool
    may_accept: bool
    #: The viewer answered the item and saw its drafts in the other order then; here all see them in the same one.
    was_reversed: bool


def disagreements(session: Session, *, viewer: Identity) -> list[Disagreement]:
    """Those that the viewer may see, open ones first, then in the order of their items."""
    given, settlements = queries.all_given(session), queries.all_settlements(session)
    differing = {
        item_id: differs
        for item_id, answers in given.items()
        if len(answers) >= ANSWERS_NEEDED and (differs := disagreement(answers))
    }
    found = [
        Disagreement(texts, differing[item_id], _state(settlements.get(item_id)))
        for item_id, texts in queries.items_of(session, item_ids=differing.keys()).items()
        if viewer.user_id not in texts.authors
    ]
    order = ("open", "proposed", "settled")
    return sorted(found, key=lambda one: (order.index(one.state), one.texts.item.id))


def _state(settlement: LabelSettlement | None) -> str:
    if settlement is None:
        return "open"
    return "settled" if settlement.is_settled else "proposed"


def discussion(session: Session, texts: Texts, *, viewer: Identity) -> Discussion:
    item_id = texts.item.id
    answers, names = queries.given_answers(session, item_id=item_id), queries.reader_names(session)
    own = queries.own_answer(session, item_id=item_id, user_id=viewer.user_id)
    own_reader = own.reader_id if own is not None and not own.is_skipped else None
    settlement = queries.settlement_of(session, item_id=item_id)
    is_proposed = settlement is not None and not settlement.is_settled
    return Discussion(
        texts,
        disagreement(answers),
        [NamedAnswer(names.get(answer.reader_id, FORMER_READER), answer) for answer in answers],
        queries.comments_on(session, item_id=item_id),
        settlement,
        names.get(settlement.reader_id, FORMER_READER) if settlement else "",
        names.get(settlement.accepted_by_id, FORMER_READER) if settlement and settlement.accepted_by_id else "",
        is_third=own_reader is None,
        may_accept=bool(is_proposed and own_reader is not None and settlement and settlement.reader_id != own_reader),
        was_reversed=own_reader is not None and is_reversed(texts, user_id=viewer.user_id),
    )


# --- agreement --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadersAgreement:
    """Of two readers, or of one with all others together. ``drafts``: how many both marked."""

    names: tuple[str, str]
    drafts: int
    pairs: PairAgreement
    dimensions: Sequence[DimensionAgreement]

    @property
    def is_enough(self) -> bool:
        return self.drafts >= MIN_COMMON or self.pairs.items >= MIN_COMMON


def agreement_of_readers(session: Session) -> list[ReadersAgreement]:
    """Of each two readers who answered an item in common, those with the most in common first."""
    by_reader, names = _answers_by_reader(session), queries.reader_names(session)
    titles = {reader: names.get(reader, f"Reader {reader}") for reader in by_reader}
    found = []
    for one, other in combinations(sorted(by_reader, key=lambda reader: (titles[reader], reader)), 2):
        common = common_answers(by_reader[one], by_reader[other])
        if common:
            found.append(_compare((titles[one], titles[other]), common))
    return sorted(found, key=lambda pair: -(pair.drafts + pair.pairs.items))


def own_agreement(session: Session, *, user_id: int) -> ReadersAgreement | None:
    """Of the person with everybody else together; None before they answered anything that somebody else did, too."""
    reader = queries.reader_of(session, user_id=user_id)
    by_reader = _answers_by_reader(session)
    own = by_reader.pop(reader.id, {}) if reader is not None else {}
    common = [pair for answers in by_reader.values() for pair in common_answers(own, answers)]
    return _compare(("You", "Others"), common) if common else None


def _answers_by_reader(session: Session) -> dict[int, Mapping[int, LabelAnswer]]:
    found: dict[int, dict[int, LabelAnswer]] = {}
    given = queries.all_given(session)
    usable = {texts.item.id for texts in queries.usable_items(session)}
    for item_id in given.keys() & usable:
        for answer in given[item_id]:
            found.setdefault(answer.reader_id, {})[item_id] = answer
    return dict(found)


def _compare(names: tuple[str, str], common: Sequence[tuple[LabelAnswer, LabelAnswer]]) -> ReadersAgreement:
    drafts = [pair for pair in common if pair[0].marks and pair[1].marks]
    return ReadersAgreement(names, len(drafts), pair_agreement(common), dimension_agreements(drafts))

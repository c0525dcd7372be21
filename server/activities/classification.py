"""Decides whether a shared item counts, is on hold, or adds nothing to what already counts. What does not count is put to the
rep as a question, for the rules can be wrong: nobody is accused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from nlp import Assessment
from nlp.model import DRAFT_SURFACES, Surface
from server.activities import queries
from server.activities.addresses import Address
from server.activities.duplicates import find_original
from server.activities.fingerprint import Fingerprint
from server.activities.models import Activity
from server.activities.prose import has_sentences
from server.core.labels import kind_label
from server.credit.formula import Policy
from server.people.queries import get_calendar

MAX_REASON_LENGTH = 300

NO_SENTENCES = (
    "This reads like words in a row rather than sentences, so it earns no credit yet. Is something missing? Complete it, and "
    "share it again."
)
SAME_ITEM = "This {kind} already counts, as it was when you first shared it. An edit changes neither its band nor its points."
SAME_ITEM_OF_COLLEAGUE = "A colleague has shared the {kind} at this address, and it counts once. Is the address the right one?"
REFUSED_BEFORE = "Somebody decided that this {kind} does not count. You can contest that decision under My work."
REPEATS_OWN = "This reads like your {kind} of {day}, which already counts. Is it a new one?"
REPEATS_COLLEAGUE = "This reads like something a colleague shared. Is it in your own words?"
MANY_UNDER_ONE_POST = "{count} comments of yours under this post already count. Is there another conversation you could add to?"
MANY_TO_COLLEAGUES = (
    "{count} comments of yours under colleagues' posts already count this week. Is there a buyer's post you could answer?"
)
NUMBER_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True, slots=True)
class Classification:
    """The state of a shared item; the reason if it is not ``counted``, and the item that it repeats, if any."""

    state: str
    reason_code: str | None = None
    reason: str | None = None
    original: Activity | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of an item before it is recorded. ``fingerprints``: of ``text``, under each key."""

    surface: Surface
    text: str
    occurred_at: datetime
    address: Address | None
    fingerprints: Sequence[Fingerprint]


def classify_share(
    session: Session, item: Candidate, assessment: Assessment, *, user_id: int, policy: Policy
) -> Classification:
    """Whether an item counts, is on hold, or adds nothing to what already counts. ``policy``: of the item's week."""
    if assessment.gate.state == "held":
        return Classification("held", "gate", " ".join(assessment.gate.reasons)[:MAX_REASON_LENGTH])
    same = _same_item(session, item, user_id=user_id)
    if same is not None:
        return same
    repeated = _repeated(session, item, policy, user_id=user_id)
    if repeated is not None:
        return repeated
    if item.surface in DRAFT_SURFACES and assessment.score is not None and not has_sentences(item.text):
        return Classification("held", "no-sentences", NO_SENTENCES)
    return _over_limit(session, item, policy, user_id=user_id) or Classification("counted")


def _same_item(session: Session, item: Candidate, *, user_id: int) -> Classification | None:
    """The same item under whichever address was shared before; what it says now does not matter."""
    if item.address is None or item.address.item is None:
        return None
    original = queries.judged_item_at(session, user_id=user_id, address=item.address.item)
    if original is None:
        return None
    words = SAME_ITEM if original.user_id == user_id else SAME_ITEM_OF_COLLEAGUE
    if original.user_id == user_id and original.state == "refused":
        words = REFUSED_BEFORE
    code = "same-address" if original.user_id == user_id else "same-address-colleague"
    return Classification("duplicate", code, words.format(kind=_noun(original.kind)), original)


def _repeated(session: Session, item: Candidate, policy: Policy, *, user_id: int) -> Classification | None:
    window = timedelta(days=policy.copy_days)
    original = find_original(
        session, item.fingerprints, user_id=user_id, since=item.occurred_at - window, until=item.occurred_at + window
    )
    if original is None:
        return None
    if original.user_id != user_id:
        return Classification("duplicate", "copy-colleague", REPEATS_COLLEAGUE, original)
    day = _day(get_calendar(session).day_of(original.occurred_at), item.occurred_at.date())
    return Classification("duplicate", "copy", REPEATS_OWN.format(kind=_noun(original.kind), day=day), original)


def _over_limit(session: Session, item: Candidate, policy: Policy, *, user_id: int) -> Classification | None:
    """Comments beyond what the policy counts, as far as addresses say under which post they are."""
    post = item.address.post if item.address else None
    if post is None:
        return None
    window = timedelta(days=policy.copy_days)
    limit = policy.comments_per_post
    if limit is not None:
        since, until = item.occurred_at - window, item.occurred_at + window
        if queries.own_counted_comments(session, user_id=user_id, post_address=post, since=since, until=until) >= limit:
            return Classification("duplicate", "same-post", MANY_UNDER_ONE_POST.format(count=_number(limit)))
    limit = policy.comments_to_colleagues
    if limit is not None and queries.is_of_colleague(session, user_id=user_id, address=post):
        calendar = get_calendar(session)
        week = calendar.monday_of(item.occurred_at)
        since, until = calendar.start_of(week), calendar.end_of(week)
        count = queries.own_counted_comments_to_colleagues(session, user_id=user_id, since=since, until=until)
        if count >= limit:
            return Classification("duplicate", "colleagues-posts", MANY_TO_COLLEAGUES.format(count=_number(limit)))
    return None


def _noun(kind: str) -> str:
    """A kind within a sentence: "post", but "X post"."""
    label = kind_label(kind)
    return label if label.startswith("X ") else label.lower()


def _number(count: int) -> str:
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def _day(day: date, now: date) -> str:
    return f"{day.day} {day:%B}" if day.year == now.year else f"{day.day} {day:%B %Y}"

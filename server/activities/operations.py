"""Sharing items for credit, and withdrawing them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from nlp import Assessment, Coach, Draft, InputError, Profile
from nlp.model import DRAFT_SURFACES, Surface
from server.activities import queries
from server.activities.addresses import read_address
from server.activities.classification import Candidate, classify_share
from server.activities.dates import date_item
from server.activities.fingerprint import compute_fingerprints
from server.activities.idempotency import IdempotentRequest, IdempotentResponse, find_response, run_once
from server.activities.models import Activity, TextBand
from server.activities.redaction import redact
from server.core.clock import now
from server.core.database.locks import lock_values
from server.core.database.session import unit_of_work
from server.core.post_links import canonical_post_link
from server.core.problems import Problem, field_problem, not_found
from server.core.secret_keys import SecretKeys
from server.credit import operations as ledger
from server.credit import queries as credit
from server.credit.formula import Mode, Quality
from server.credit.models import LedgerEntry
from server.credit.modes import mode_in_effect
from server.credit.queries import policy_in_week
from server.credit.statement import entry_out
from server.credit.word_count import count_words
from server.outcomes import operations as outcomes
from server.people.models import Organisation, User
from server.people.queries import get_calendar, get_organisation, has_acknowledged
from server.tuning import shadow
from server.tuning.champion import champion_coach, ensure_champion
from server.tuning.coach_queue import run_coach
from server.tuning.queries import champion_version

#: The extension keeps items this long while it is offline. Older ones would change weeks that a rep and their manager have
#: already discussed.
MAX_AGE = timedelta(days=28)
#: A computer's clock may be this far ahead; the item then counts as published now.
MAX_AHEAD = timedelta(hours=24)
RETRY_SECONDS = 3_600
SHARED_AGAIN = "You fixed this and shared it again."


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One published item: its ``text`` or, for a profile, its ``sections``. ``occurred_at`` has a time zone. ``is_dated``:
    whether the site's own archive says so, rather than the rep's browser."""

    surface: Surface
    text: str | None
    sections: dict[str, str | tuple[str, ...] | None] | None
    url: str | None
    occurred_at: datetime
    is_dated: bool = False

    @property
    def full_text(self) -> str:
        """The text, or all sections of a profile: what is stored, shown to the rep and checked for duplicates."""
        if self.text is not None:
            return self.text
        parts = (self.sections or {}).values()
        return "\n\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class ShareResult:
    """``entry``: the credit that the item earned, or its reversal by a withdrawal; None if there was none."""

    activity: Activity
    entry: LedgerEntry | None


def create_share(
    session: Session, engine: Engine, request: IdempotentRequest, item: PublishedItem, *, source: str, secret_keys: SecretKeys
) -> IdempotentResponse:
    """Assesses and records one item, once per idempotency key. ``source`` is one of ``activities.models.SOURCES``.

    ``session`` must not have begun its transaction yet: an assessment takes long and must not block other writers, so
    everything before the write is read in a separate transaction on ``engine``."""
    with unit_of_work(engine, writes=False) as reader:
        stored_response = find_response(reader, request)
        coach = champion_coach(reader)
        trade_words = tuple(get_organisation(reader).trade_words)
    if stored_response is not None:
        return stored_response
    readable, assessment = run_coach(
        lambda: assess_readable(coach, item, trade_words),
        user_id=request.user_id,
        label=item.surface,
        texts=(item.full_text,),
    )

    def record_item() -> tuple[int, dict[str, Any]]:
        result = share(
            session, readable, assessment, user_id=request.user_id, source=source, key=request.key, secret_keys=secret_keys
        )
        return 201, share_out(session, result)

    response = run_once(session, request, record_item)
    if readable.surface in DRAFT_SURFACES and not response.replayed:
        shadow.observe_share(Draft(readable.surface, readable.text or "", trade_words=trade_words), assessment)
    return response


def assess_readable(coach: Coach, item: PublishedItem, trade_words: tuple[str, ...]) -> tuple[PublishedItem, Assessment]:
    """``item`` without the sentences that are protected talk, so that they are never stored, and its assessment."""
    assessment = assess(coach, item, trade_words)
    if not assessment.gate.unread:
        return item, assessment
    text = item.text or ""
    for sentence in reversed(assessment.gate.unread):
        text = text[: sentence.start].rstrip(" ") + text[sentence.end :]
    readable = replace(item, text=text.strip())
    return readable, assess(coach, readable, trade_words)


def assess(coach: Coach, item: PublishedItem, trade_words: tuple[str, ...] = ()) -> Assessment:
    """The server's own assessment: a client cannot send a score. Refuses protected topics, so that it is never stored."""
    try:
        if item.surface in DRAFT_SURFACES:
            assessment = coach.assess(Draft(item.surface, item.text or "", trade_words=trade_words))
        else:
            assessment = coach.assess(Profile(item.surface, item.sections or {}))
    except InputError as error:
        raise field_problem(error.field, str(error), limit=error.limit, code=error.code) from None
    if assessment.gate.state == "protected":
        raise Problem(
            422, "protected-talk", "The coach does not assess this", detail=assessment.note.message if assessment.note else ""
        )
    return assessment


def share(
    session: Session,
    item: PublishedItem,
    assessment: Assessment,
    *,
    user_id: int,
    source: str,
    key: str,
    secret_keys: SecretKeys,
) -> ShareResult:
    """Records one item. 409 if the rep has not acknowledged the current notice; 422 for an empty item or a date out of
    range."""
    user = session.get_one(User, user_id)
    organisation = get_organisation(session)
    if not has_acknowledged(session, user_id=user_id, notice_version=organisation.notice_version):
        raise Problem(
            409,
            "notice-not-acknowledged",
            "Read the privacy notice first",
            detail="Read the privacy notice once, and your posts can earn credit. You find it under My work, My data.",
        )
    if not item.full_text.strip():
        raise field_problem("text" if item.text is not None else "sections", "is empty")
    if item.occurred_at > now() + MAX_AHEAD:
        # The extension keeps the item and sends it again, with the same key, when this time has come.
        raise Problem(
            422, "in-the-future", "occurred_at: is in the future",
            errors=[{"field": "occurred_at", "message": "is in the future; check this computer's clock"}],
            headers={"Retry-After": str(RETRY_SECONDS)},
        )  # fmt: skip
    dated = date_item(item.surface, item.occurred_at, url=item.url, is_proven=item.is_dated, at=now())
    if min(item.occurred_at, dated.occurred_at) < now() - MAX_AGE:
        raise field_problem("occurred_at", f"is more than {MAX_AGE.days} days ago", limit=MAX_AGE.days)
    result = record_share(
        session,
        replace(item, occurred_at=dated.occurred_at),
        assessment,
        user=user,
        organisation=organisation,
        source=source,
        key=key,
        secret_keys=secret_keys,
    )
    if dated.reason is not None and result.activity.state == "counted":
        result.activity.reason_code, result.activity.reason = "dated-now", dated.reason
        session.flush()
    return result


def record_share(  # noqa: PLR0913 (independent facts about one item)
    session: Session,
    item: PublishedItem,
    assessment: Assessment,
    *,
    user: User,
    organisation: Organisation,
    source: str,
    key: str,
    secret_keys: SecretKeys,
    recorded_at: datetime | None = None,
) -> ShareResult:
    """``share`` without the checks of notice, content and date; for past items, such as those of the demonstration."""
    account = ledger.lock_account(session, user.id)
    champion = champion_version(session)
    if champion is None or champion.hash != assessment.scoring_version:
        ensure_champion(session)
    fingerprints = compute_fingerprints(item.full_text, secret_keys=secret_keys)
    # Of two people who share the same words at the same moment, the second waits here and then finds the first one's item, even
    # if another host has the keys in another order.
    address = read_address(item.url, kind=item.surface, at=now()) if item.url else None
    # ... or the same address.
    addresses = [address.item] if address and address.item else []
    lock_values(session, "shared-text", [*(value for one in fingerprints for value in one.lockable), *addresses])
    candidate = Candidate(item.surface, item.full_text, item.occurred_at, address, fingerprints)
    policy = policy_in_week(session, week=get_calendar(session).monday_of(item.occurred_at))
    classification = classify_share(session, candidate, assessment, user_id=user.id, policy=policy)
    fingerprint = fingerprints[0]
    activity = Activity(
        user_id=user.id,
        kind=item.surface,
        source=source,
        external_id=key,
        state=classification.state,
        occurred_at=item.occurred_at,
        recorded_at=recorded_at or now(),
        url=item.url,
        post_link=canonical_post_link(item.url),
        address=address.item if address else None,
        post_address=address.post if address else None,
        text=item.full_text,
        words=count_words(item.full_text),
        text_hash=fingerprint.exact,
        shingles=list(fingerprint.shingles) or None,
        score=assessment.score,
        band=assessment.band,
        dimensions=dict(assessment.dimensions) if assessment.score is not None else None,
        advice=_stored_advice(assessment),
        scoring_version=assessment.scoring_version,
        reason_code=classification.reason_code,
        reason=classification.reason,
        original_id=classification.original.id if classification.original else None,
    )
    session.add(activity)
    session.flush()
    session.add_all(TextBand(activity_id=activity.id, hash=band) for band in fingerprint.indexed)
    session.flush()
    if activity.state != "counted":
        return ShareResult(activity, None)
    if activity.address:
        _close_items_on_hold(session, user_id=user.id, address=activity.address)
    entry = ledger.award(
        session,
        activity_id=activity.id,
        user_id=user.id,
        kind=activity.kind,
        quality=credit_quality(organisation, assessment),
        scoring_version=activity.scoring_version,
        occurred_at=activity.occurred_at,
        key=f"share:{activity.id}",
        actor_id=user.id,
        recorded_at=recorded_at,
        words=activity.words,
        account=account,
        policy=policy,
    )
    return ShareResult(activity, entry)


def _stored_advice(assessment: Assessment) -> list[dict[str, Any]] | None:
    """What the rep's own page of the week suggests from; None without any."""
    rows = [
        {"code": one.code, "message": one.message, "question": one.question, "worth": one.worth}
        for one in assessment.advice
        if one.worth
    ]
    return rows or None


def _close_items_on_hold(session: Session, *, user_id: int, address: str) -> None:
    """The item at this address counts now, so an earlier version of it waits for nothing any more."""
    for replaced in queries.own_items_on_hold_at(session, user_id=user_id, address=address):
        redact(session, replaced)
        replaced.state, replaced.reason_code, replaced.reason = "withdrawn", "shared-again", SHARED_AGAIN
    session.flush()


def credit_quality(organisation: Organisation, assessment: Assessment) -> Quality:
    """What credit may use of the assessment in the organisation's mode."""
    mode: Mode = "not-judged" if assessment.score is None else mode_in_effect(organisation)
    checks_passed = all(finding.severity == "tip" for finding in assessment.findings)
    return Quality(mode, band=assessment.band, checks_passed=checks_passed)


def withdraw(session: Session, *, user_id: int, share_id: int) -> ShareResult:
    """Withdraws the person's own item: deletes its text, reverses its credit and withdraws what came of it. A second call
    returns the same result. 404 for somebody else's item. Requires no reason and writes no audit entry, so that nobody has to
    justify a withdrawal."""
    ledger.lock_account(session, user_id)
    activity = queries.own_share_for_update(session, user_id=user_id, share_id=share_id)
    if activity is None:
        raise not_found()
    if activity.state == "withdrawn":
        return ShareResult(activity, credit.reversal_of_item(session, activity_id=activity.id))
    entry = credit.live_entry(session, activity_id=activity.id)
    activity.state = "withdrawn"
    redact(session, activity)
    outcomes.withdraw_of_item(session, activity_id=activity.id, actor_id=user_id)
    session.flush()
    if entry is None:
        return ShareResult(activity, None)
    return ShareResult(activity, ledger.reverse(session, entry_id=entry.id, reason_code="withdrawn", actor_id=user_id))


def share_out(session: Session, result: ShareResult) -> dict[str, Any]:
    """A share as ``ShareOut``."""
    activity = result.activity
    return {
        "id": activity.id,
        "state": activity.state,
        "surface": activity.kind,
        "band": activity.band,
        "score": activity.score,
        "scoring_version": activity.scoring_version,
        "occurred_at": activity.occurred_at.isoformat(),
        "entry": entry_out(session, result.entry),
        "reason": activity.reason,
    }

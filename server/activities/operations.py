"""Sharing one item for credit, and withdrawing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from nlp import Assessment, Coach, Draft, InputError, Profile
from nlp.model import DRAFT_SURFACES, Surface
from server.activities import queries
from server.activities.duplicates import DUPLICATE_WINDOW, find_original
from server.activities.fingerprint import Fingerprint, fingerprint
from server.activities.idempotency import IdempotentRequest, IdempotentResponse, find_response, run_once
from server.activities.models import Activity, TextBand
from server.activities.redaction import redact
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.problems import Problem, field_problem, not_found
from server.credit import operations as ledger
from server.credit import queries as credit
from server.credit.formula import Mode, Quality
from server.credit.models import LedgerEntry
from server.credit.statement import entry_out
from server.people.models import Organisation, User
from server.people.queries import get_organisation, has_acknowledged
from server.tuning.champion import champion_coach, ensure_champion
from server.tuning.models import ScoringVersion

#: An extension keeps an item this long while offline; older items would change weeks that people have already discussed.
MAX_AGE = timedelta(days=28)
#: Tolerance for clocks that differ.
MAX_AHEAD = timedelta(minutes=10)
MAX_REASON_LENGTH = 300

REPEATS_OWN = "It repeats something you already shared in the last 90 days."
REPEATS_COLLEAGUE = "It repeats something a colleague shared in the last 90 days. Say it in your own words."
SAME_URL = "This published item already counts."


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One published item. ``text`` or, for a profile, ``sections``; ``occurred_at`` aware."""

    surface: Surface
    text: str | None
    sections: dict[str, str | tuple[str, ...] | None] | None
    url: str | None
    occurred_at: datetime

    @property
    def full_text(self) -> str:
        """What is compared with other items and shown to the rep: the text, or the profile's sections one after another."""
        if self.text is not None:
            return self.text
        parts = (self.sections or {}).values()
        return "\n\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Shared:
    """``entry`` only where the item earned credit, or where withdrawing it reversed credit."""

    activity: Activity
    entry: LedgerEntry | None


@dataclass(frozen=True, slots=True)
class Classification:
    """The state of a shared item, and why it is not ``counted``."""

    state: str
    reason_code: str | None = None
    reason: str | None = None


def create_share(
    session: Session, engine: Engine, request: IdempotentRequest, item: PublishedItem, *, source: str, secret: bytes
) -> IdempotentResponse:
    """Assesses and records one item, once per idempotency key. ``source`` is one of ``activities.models.SOURCES``.

    ``session`` must not have begun its transaction: assessing takes long and must not keep other writers waiting, so what
    comes before the write is read in a transaction of its own on ``engine``."""
    with unit_of_work(engine, writes=False) as reader:
        earlier = find_response(reader, request)
        coach = champion_coach(reader)
    if earlier is not None:
        return earlier
    assessment = assess(coach, item)

    def act() -> tuple[int, dict[str, Any]]:
        shared = share(session, item, assessment, user_id=request.user_id, source=source, key=request.key, secret=secret)
        return 201, share_out(session, shared)

    return run_once(session, request, act)


def assess(coach: Coach, item: PublishedItem) -> Assessment:
    """The server's own assessment: a score sent by a client is never used. Protected talk is refused before anything is
    stored."""
    try:
        if item.surface in DRAFT_SURFACES:
            assessment = coach.assess(Draft(item.surface, item.text or ""))
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
    secret: bytes,
) -> Shared:
    """Records one item. 409 before the current notice is acknowledged; 422 for an empty item or a date out of range."""
    user = session.get_one(User, user_id)
    organisation = get_organisation(session)
    if not has_acknowledged(session, user_id=user_id, notice_version=organisation.notice_version):
        raise Problem(
            409,
            "notice-not-acknowledged",
            "Read the notice first",
            detail="Items count toward credit once you have read what is kept and who sees it, under My work, My data.",
        )
    if not item.full_text.strip():
        raise field_problem("text" if item.text is not None else "sections", "is empty")
    if item.occurred_at > now() + MAX_AHEAD:
        raise field_problem("occurred_at", "is in the future")
    if item.occurred_at < now() - MAX_AGE:
        raise field_problem("occurred_at", f"is more than {MAX_AGE.days} days ago", limit=MAX_AGE.days)
    return record(session, item, assessment, user=user, organisation=organisation, source=source, key=key, secret=secret)


def record(  # noqa: PLR0913 (each is a fact of its own about one item)
    session: Session,
    item: PublishedItem,
    assessment: Assessment,
    *,
    user: User,
    organisation: Organisation,
    source: str,
    key: str,
    secret: bytes,
    recorded_at: datetime | None = None,
) -> Shared:
    """``share`` without its conditions: for items of the past, such as the demonstration's."""
    ledger.lock_account(session, user.id)
    if session.get(ScoringVersion, assessment.scoring_version) is None:
        ensure_champion(session)
    prints = fingerprint(item.full_text, secret=secret)
    classification = classify_share(session, item, assessment, prints, user_id=user.id)
    activity = Activity(
        user_id=user.id,
        team_id=user.team_id,
        kind=item.surface,
        source=source,
        external_id=key,
        state=classification.state,
        occurred_at=item.occurred_at,
        recorded_at=recorded_at or now(),
        url=item.url,
        text=item.full_text,
        text_hash=prints.exact,
        shingles=list(prints.signature) or None,
        score=assessment.score,
        band=assessment.band,
        scoring_version=assessment.scoring_version,
        reason_code=classification.reason_code,
        reason=classification.reason,
    )
    session.add(activity)
    session.flush()
    session.add_all(TextBand(activity_id=activity.id, hash=band) for band in prints.bands)
    session.flush()
    if activity.state != "counted":
        return Shared(activity, None)
    entry = ledger.award(
        session,
        activity_id=activity.id,
        user_id=user.id,
        team_id=activity.team_id,
        kind=activity.kind,
        quality=credit_quality(organisation, assessment),
        scoring_version=activity.scoring_version,
        occurred_at=activity.occurred_at,
        key=f"share:{activity.id}",
        actor_id=user.id,
        recorded_at=recorded_at,
    )
    return Shared(activity, entry)


def classify_share(
    session: Session, item: PublishedItem, assessment: Assessment, prints: Fingerprint, *, user_id: int
) -> Classification:
    """Whether an item counts, is on hold, or repeats another one."""
    if assessment.gate.state == "held":
        return Classification("held", "gate", " ".join(assessment.gate.reasons)[:MAX_REASON_LENGTH])
    if item.url and queries.own_with_url(session, user_id=user_id, url=item.url):
        return Classification("duplicate", "same-address", SAME_URL)
    since, until = item.occurred_at - DUPLICATE_WINDOW, item.occurred_at + DUPLICATE_WINDOW
    original = find_original(session, prints, user_id=user_id, since=since, until=until)
    if original is None:
        return Classification("counted")
    return Classification("duplicate", "copy", REPEATS_OWN if original.user_id == user_id else REPEATS_COLLEAGUE)


def credit_quality(organisation: Organisation, assessment: Assessment) -> Quality:
    """What the organisation's mode passes on to credit. ``bands`` without a named overseer means ``blind``."""
    mode: Mode = "blind"
    if organisation.credit_mode == "checks":
        mode = "checks"
    elif organisation.credit_mode == "bands" and organisation.overseer:
        mode = "bands"
    checks_passed = all(finding.severity == "tip" for finding in assessment.findings)
    return Quality(mode, band=assessment.band, checks_passed=checks_passed)


def withdraw(session: Session, *, user_id: int, share_id: int) -> Shared:
    """Withdraws one's own item: its text is deleted, its credit reversed. A second call returns the same; 404 for anybody
    else's. No reason is required and no audit entry is written, because nobody should be asked about it."""
    activity = queries.own_share_for_update(session, user_id=user_id, share_id=share_id)
    if activity is None:
        raise not_found()
    if activity.state == "withdrawn":
        return Shared(activity, credit.reversal_of_item(session, activity_id=activity.id))
    entry = credit.live_entry(session, activity_id=activity.id)
    activity.state = "withdrawn"
    redact(session, activity)
    session.flush()
    if entry is None:
        return Shared(activity, None)
    return Shared(activity, ledger.reverse(session, entry_id=entry.id, reason_code="withdrawn", actor_id=user_id))


def share_out(session: Session, shared: Shared) -> dict[str, Any]:
    """A share as ``ShareOut``."""
    activity = shared.activity
    return {
        "id": activity.id,
        "state": activity.state,
        "surface": activity.kind,
        "band": activity.band,
        "score": activity.score,
        "scoring_version": activity.scoring_version,
        "occurred_at": activity.occurred_at.isoformat(),
        "entry": entry_out(session, shared.entry),
        "reason": activity.reason,
    }

"""Sharing one item, withdrawing it, and taking over what the CRM counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from nlp import Assessment, Coach, Draft, InputError, Profile
from nlp.model import DRAFT_SURFACES, Surface
from server.activities import queries
from server.activities.fingerprint import Fingerprint, fingerprint
from server.activities.models import Activity, TextBand
from server.activities.redaction import forget_words
from server.activities.schemas import RecordsIn
from server.core.clock import now
from server.core.database.upsert import insert_missing
from server.core.problems import Problem, field_problem, not_found
from server.credit import operations as ledger
from server.credit import queries as credit
from server.credit.formula import Mode, Quality, reversal_sentence, sentence
from server.credit.models import LedgerEntry
from server.people.models import Organisation, User
from server.people.queries import the_organisation
from server.privacy.operations import audit
from server.privacy.queries import has_acknowledged
from server.tuning import operations as tuning
from server.tuning.models import ScoringVersion

#: An extension that was offline keeps an item this long; older ones would change weeks that people have talked about.
OLDEST = timedelta(days=28)
#: Clocks differ.
AHEAD = timedelta(minutes=10)
#: A CRM may date a meeting of this evening in a time zone ahead of ours.
CRM_AHEAD = timedelta(days=1)
CRM_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_REASON = 300

COPY_OF_OWN = "It repeats something you already shared in the last 90 days."
COPY_OF_OTHER = "It repeats something a colleague shared in the last 90 days. Say it in your own words."
SAME_ADDRESS = "This published item counts already."


@dataclass(frozen=True, slots=True)
class Published:
    """One published item. ``text`` or, for a profile, ``sections``; times aware."""

    surface: Surface
    text: str | None
    sections: dict[str, str | tuple[str, ...] | None] | None
    url: str | None
    occurred_at: datetime

    @property
    def words(self) -> str:
        """What is compared with other items and shown to the rep: the text, or the profile's sections one below another."""
        if self.text is not None:
            return self.text
        parts = (self.sections or {}).values()
        return "\n\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Shared:
    """What became of it; ``entry`` only where it counted."""

    activity: Activity
    entry: LedgerEntry | None


def assess(coach: Coach, item: Published) -> Assessment:
    """The server's own judgement: a score sent by a client is never taken. Protected talk is refused before anything is
    kept."""
    try:
        if item.surface in DRAFT_SURFACES:
            assessment = coach.assess(Draft(item.surface, item.text or ""))
        else:
            assessment = coach.assess(Profile(item.surface, item.sections or {}))
    except InputError as error:
        raise field_problem(error.field, str(error), limit=error.limit, code=error.code) from None
    if assessment.gate.state == "protected":
        raise Problem(422, "protected-talk", "The coach keeps out of this", detail=assessment.note)
    return assessment


def share(
    session: Session,
    item: Published,
    assessment: Assessment,
    *,
    user_id: int,
    source: str,
    key: str,
    secret: bytes,
) -> Shared:
    """Lets one item count. 409 before the notice in force is acknowledged; 422 for an empty item or a date out of range."""
    user = session.get_one(User, user_id)
    organisation = the_organisation(session)
    if not has_acknowledged(session, user_id=user_id, notice_version=organisation.notice_version):
        raise Problem(
            409,
            "notice-not-acknowledged",
            "Read the notice first",
            detail="Items count toward credit once you have read what is kept and who sees it, under My work, My data.",
        )
    if not item.words.strip():
        raise field_problem("text" if item.text is not None else "sections", "is empty")
    if item.occurred_at > now() + AHEAD:
        raise field_problem("occurred_at", "lies in the future")
    if item.occurred_at < now() - OLDEST:
        raise field_problem("occurred_at", f"is more than {OLDEST.days} days ago", limit=OLDEST.days)
    return record(session, item, assessment, user=user, organisation=organisation, source=source, key=key, secret=secret)


def record(  # noqa: PLR0913 (each is a fact of its own about one item)
    session: Session,
    item: Published,
    assessment: Assessment,
    *,
    user: User,
    organisation: Organisation,
    source: str,
    key: str,
    secret: bytes,
    recorded_at: datetime | None = None,
) -> Shared:
    """``share`` without its conditions: for items whose past is known, such as the demonstration's."""
    ledger.lock(session, user.id)
    if session.get(ScoringVersion, assessment.scoring_version) is None:
        tuning.in_force(session)
    prints = fingerprint(item.words, secret=secret)
    state, reason_code, reason = _standing(session, item, assessment, prints, user_id=user.id)
    activity = Activity(
        user_id=user.id,
        team_id=user.team_id,
        kind=item.surface,
        source=source,
        external_id=key,
        state=state,
        occurred_at=item.occurred_at,
        recorded_at=recorded_at or now(),
        url=item.url,
        text=item.words,
        text_hash=prints.exact,
        shingles=list(prints.places) or None,
        score=assessment.score,
        band=assessment.band,
        scoring_version=assessment.scoring_version,
        reason_code=reason_code,
        reason=reason,
    )
    session.add(activity)
    session.flush()
    session.add_all(TextBand(activity_id=activity.id, hash=band) for band in prints.bands)
    session.flush()
    if state != "counted":
        return Shared(activity, None)
    entry = ledger.award(
        session,
        activity,
        quality=quality(organisation, assessment),
        key=f"share:{activity.id}",
        actor_id=user.id,
        recorded_at=recorded_at,
    )
    return Shared(activity, entry)


def quality(organisation: Organisation, assessment: Assessment) -> Quality:
    """What the organisation's mode lets through to credit. ``bands`` without a named overseer is ``blind``."""
    mode: Mode = "blind"
    if organisation.credit_mode == "checks":
        mode = "checks"
    elif organisation.credit_mode == "bands" and organisation.overseer:
        mode = "bands"
    passed = all(finding.severity == "tip" for finding in assessment.findings)
    return Quality(mode, band=assessment.band, checks_passed=passed)


def withdraw(session: Session, *, user_id: int, share_id: int) -> Shared:
    """Takes one's own item back: its words go, its credit is reversed. Again is the same answer; another's is 404. No
    reason is asked and no audit entry is written, because nobody is to be asked about it."""
    activity = queries.own_share(session, user_id=user_id, share_id=share_id)
    if activity is None:
        raise not_found()
    if activity.state == "withdrawn":
        return Shared(activity, credit.reversal_of_item(session, activity_id=activity.id))
    entry = credit.standing_entry(session, activity_id=activity.id)
    activity.state = "withdrawn"
    forget_words(session, activity)
    session.flush()
    if entry is None:
        return Shared(activity, None)
    return Shared(activity, ledger.reverse(session, entry_id=entry.id, reason_code="withdrawn", actor_id=user_id))


def take_over(session: Session, batch: RecordsIn, *, key: str) -> tuple[int, int]:
    """Records from the CRM: how many are new, how many were known by their ``record_id`` (those stay as they are). One bad
    record refuses the batch and nothing changes."""
    people = queries.people_by_email(session, (one.rep for one in batch.activities))
    for index, one in enumerate(batch.activities):
        place = f"activities.{index}"
        if one.rep.lower() not in people:
            raise field_problem(f"{place}.rep", "is nobody here")
        if one.value is not None and one.kind != "deal":
            raise field_problem(f"{place}.value", "belongs to deals only")
        if not CRM_OLDEST <= one.occurred_at <= now() + CRM_AHEAD:
            raise field_problem(f"{place}.occurred_at", "must lie between the year 2000 and now")
    known = queries.known_records(session, source=batch.source, record_ids=(one.record_id for one in batch.activities))
    accepted = 0
    # In one order everywhere, so that two imports at once never wait for each other in a circle.
    for one in sorted(batch.activities, key=lambda one: one.record_id):
        if one.record_id in known:
            continue
        known.add(one.record_id)
        user = people[one.rep.lower()]
        accepted += insert_missing(
            session,
            Activity,
            user_id=user.id,
            team_id=user.team_id,
            kind=one.kind,
            source=batch.source,
            external_id=one.record_id,
            state="counted",
            count=one.count,
            value=one.value,
            occurred_at=one.occurred_at,
            recorded_at=now(),
        )
    audit(session, action="activities.imported", object_type="import", object_id=key)
    return accepted, len(batch.activities) - accepted


def share_answer(session: Session, shared: Shared) -> dict[str, Any]:
    """The wire's answer to a share."""
    activity = shared.activity
    return {
        "id": activity.id,
        "state": activity.state,
        "surface": activity.kind,
        "band": activity.band,
        "score": activity.score,
        "scoring_version": activity.scoring_version,
        "occurred_at": activity.occurred_at.isoformat(),
        "entry": entry_answer(session, shared.entry),
        "reason": activity.reason,
    }


def entry_answer(session: Session, entry: LedgerEntry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    words = sentence if entry.reverses_id is None else reversal_sentence
    return {
        "id": entry.id,
        "points": entry.amount,
        "policy": credit.policy_names(session)[entry.policy_hash],
        "arithmetic": entry.arithmetic,
        "sentence": words(entry.arithmetic),
    }


def _standing(
    session: Session, item: Published, assessment: Assessment, prints: Fingerprint, *, user_id: int
) -> tuple[str, str | None, str | None]:
    if assessment.gate.state == "held":
        return "held", "gate", " ".join(assessment.gate.reasons)[:MAX_REASON]
    if item.url and queries.own_with_url(session, user_id=user_id, url=item.url):
        return "duplicate", "same-address", SAME_ADDRESS
    window = (item.occurred_at - queries.COPY_WINDOW, item.occurred_at + queries.COPY_WINDOW)
    original = queries.copied_from(session, of=prints, user_id=user_id, since=window[0], until=window[1])
    if original is None:
        return "counted", None, None
    return "duplicate", "copy", COPY_OF_OWN if original.user_id == user_id else COPY_OF_OTHER

"""Notices, looks, exports, erasure and retention; and the audit log that every change anywhere writes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g, has_app_context
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.activities.models import Activity, KeyedAnswer
from server.activities.redaction import forget_words
from server.coaching.models import CoachPreference
from server.core.clock import now
from server.core.database.upsert import insert_missing
from server.core.identity import current_or_none
from server.core.problems import Problem
from server.credit.formula import reversal_sentence, sentence
from server.credit.models import LedgerEntry
from server.jobs.models import Job
from server.jobs.queue import enqueue
from server.people.models import Organisation, Team, User
from server.privacy.models import Acknowledgement, AuditEntry, DataExport, Look
from server.security.models import LoginLink, PairingCode, RateHit, Token, TokenFamily, WebSession

#: An export is fetched the same day, or asked for again.
EXPORT_LIFE = timedelta(days=7)
#: Shared words go after 13 months; numbers stay (trust.md section 10).
WORDS_LIFE = timedelta(days=396)
#: Who looked: at least 6 months by law where scores count; a year here.
LOOKS_LIFE = timedelta(days=366)
#: Ended sessions and used links, for as long as somebody may ask what happened.
TRACES_LIFE = timedelta(days=30)
#: Items whose words one run lets go; the next run takes the rest.
PURGE_AT_MOST = 1_000
ERASED_NAME = "Erased person"


def audit(session: Session, *, action: str, object_type: str, object_id: object, reason_code: str | None = None) -> None:
    """Writes down who did what to which object: codes and ids, never words or names. Outside a request the actor is the
    system. A failure here fails the action that it describes."""
    identity = current_or_none() if has_app_context() else None
    session.add(
        AuditEntry(
            actor_id=identity.user_id if identity else None,
            role=identity.role if identity else None,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            reason_code=reason_code,
            request_id=g.get("request_id") if has_app_context() else None,
        )
    )
    session.flush()


def note_look(session: Session, *, viewer_id: int, subject_id: int, page: str) -> None:
    """One line a viewer, page and day: that somebody looked, not how often or when."""
    insert_missing(session, Look, viewer_id=viewer_id, subject_id=subject_id, page=page, day=datetime.now(UTC).date())


def acknowledge(session: Session, *, user_id: int) -> None:
    """The person has read the notice now in force. Again changes nothing."""
    version = session.scalars(select(Organisation.notice_version)).one()
    if insert_missing(session, Acknowledgement, user_id=user_id, notice_version=version, at=now()):
        audit(session, action="notice.acknowledged", object_type="user", object_id=user_id, reason_code=version)


def request_export(session: Session, *, user_id: int) -> DataExport:
    """A job makes it; one that is there or under way is given again."""
    waiting = session.scalar(
        select(DataExport)
        .where(DataExport.user_id == user_id, DataExport.expires_at > now())
        .order_by(DataExport.id.desc())
        .limit(1)
    )
    if waiting is not None:
        return waiting
    export = DataExport(user_id=user_id, expires_at=now() + EXPORT_LIFE)
    session.add(export)
    session.flush()
    enqueue(session, "privacy.export", {"export_id": export.id}, key=f"privacy.export:{export.id}")
    audit(session, action="export.requested", object_type="user", object_id=user_id)
    return export


def make_export(session: Session, *, export_id: int) -> None:
    """Fills in the export; nothing happens for one that has gone meanwhile."""
    export = session.get(DataExport, export_id)
    if export is not None:
        export.document = document_of(session, user_id=export.user_id)
        export.ready_at = now()
        session.flush()


def document_of(session: Session, *, user_id: int) -> dict[str, Any]:
    """Everything that is kept about one person, and who looked, as JSON-ready data."""
    user = session.get_one(User, user_id)
    chosen = session.get(CoachPreference, user_id)
    items = session.scalars(select(Activity).where(Activity.user_id == user_id).order_by(Activity.occurred_at, Activity.id))
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.account_id == user_id).order_by(LedgerEntry.seq))
    looks = session.execute(
        select(User.name, Look.page, Look.day).join(User, User.id == Look.viewer_id).where(Look.subject_id == user_id)
    )
    looked_at = session.execute(
        select(User.name, Look.page, Look.day).join(User, User.id == Look.subject_id).where(Look.viewer_id == user_id)
    )
    return {
        "person": {
            "name": user.name,
            "email": user.email,
            "role": user.role,
            "team": session.scalar(select(Team.name).where(Team.id == user.team_id)),
            "started_on": user.started_on and user.started_on.isoformat(),
            "created_at": user.created_at.isoformat(),
        },
        "choices": {
            "share_choice": chosen.share_choice,
            "rules_off": list(chosen.rules_off),
            "rules_ignored": list(chosen.rules_ignored),
        }
        if chosen
        else None,
        "notices": [
            {"version": row.notice_version, "at": row.at.isoformat()}
            for row in session.scalars(select(Acknowledgement).where(Acknowledgement.user_id == user_id))
        ],
        "activities": [
            {
                "id": item.id,
                "kind": item.kind,
                "source": item.source,
                "record": item.external_id,
                "state": item.state,
                "count": item.count,
                "value": item.value,
                "occurred_at": item.occurred_at.isoformat(),
                "recorded_at": item.recorded_at.isoformat(),
                "url": item.url,
                "text": item.text,
                "score": item.score,
                "band": item.band,
                "scoring_version": item.scoring_version,
                "reason": item.reason,
            }
            for item in items
        ],
        "credit": [
            {
                "id": entry.id,
                "number": entry.seq,
                "kind": entry.kind,
                "points": entry.amount,
                "balance_after": entry.balance_after,
                "occurred_at": entry.occurred_at.isoformat(),
                "recorded_at": entry.recorded_at.isoformat(),
                "policy": entry.policy_hash,
                "scoring_version": entry.scoring_version,
                "item": entry.activity_id,
                "takes_back": entry.reverses_id,
                "reason": entry.reason_code,
                "arithmetic": entry.arithmetic,
                "sentence": (sentence if entry.reverses_id is None else reversal_sentence)(entry.arithmetic),
            }
            for entry in entries
        ],
        "who_looked": [{"who": name, "page": page, "day": day.isoformat()} for name, page, day in looks],
        "looked_at": [{"whom": name, "page": page, "day": day.isoformat()} for name, page, day in looked_at],
        "sign_ins": [
            {"began": row.created_at.date().isoformat(), "ended": row.ended_at and row.ended_at.date().isoformat()}
            for row in session.scalars(select(WebSession).where(WebSession.user_id == user_id))
        ],
        "paired": [
            {
                "label": row.label,
                "kind": row.kind,
                "since": row.created_at.date().isoformat(),
                "last_used": row.last_used_on and row.last_used_on.isoformat(),
                "revoked": row.revoked_at and row.revoked_at.date().isoformat(),
            }
            for row in session.scalars(select(TokenFamily).where(TokenFamily.user_id == user_id))
        ],
        "actions": [
            {"at": row.at.isoformat(), "action": row.action, "object": f"{row.object_type} {row.object_id}"}
            for row in session.scalars(select(AuditEntry).where(AuditEntry.actor_id == user_id).order_by(AuditEntry.id))
        ],
    }


def erase(session: Session, *, user_id: int) -> None:
    """Deletes what is private, takes the name off what remains and ends the account. Entries stay: they are numbers and
    ids, and the books must still balance. 409 for the last administrator."""
    user = session.get_one(User, user_id, with_for_update=True)
    if user.role == "admin":
        admins = select(func.count()).where(User.role == "admin", User.is_active.is_(True), User.id != user_id)
        if not session.scalars(admins).one():
            raise Problem(409, "last-admin", "You are the last administrator", detail="Name another one first.")
    audit(session, action="person.erased", object_type="user", object_id=user_id)
    for item in session.scalars(select(Activity).where(Activity.user_id == user_id, Activity.text_hash.is_not(None))):
        forget_words(session, item)
        item.score = item.band = None
    families = select(TokenFamily.id).where(TokenFamily.user_id == user_id)
    session.execute(delete(Token).where(Token.family_id.in_(families)))
    for table, column in (
        (TokenFamily, TokenFamily.user_id),
        (PairingCode, PairingCode.user_id),
        (WebSession, WebSession.user_id),
        (LoginLink, LoginLink.user_id),
        (KeyedAnswer, KeyedAnswer.user_id),
        (CoachPreference, CoachPreference.user_id),
        (Acknowledgement, Acknowledgement.user_id),
        (DataExport, DataExport.user_id),
        (Look, Look.subject_id),
    ):
        session.execute(delete(table).where(column == user_id))
    user.name = ERASED_NAME
    user.email = f"erased-{user_id}@invalid"
    user.password_hash = user.started_on = user.team_id = None
    user.is_active = False
    session.flush()


def purge(session: Session, *, at: datetime) -> int:
    """Lets go of what was kept long enough; how many items lost their words."""
    old = session.scalars(
        select(Activity)
        .where(Activity.text_hash.is_not(None), Activity.occurred_at < at - WORDS_LIFE)
        .order_by(Activity.id)
        .limit(PURGE_AT_MOST)
    ).all()
    for item in old:
        forget_words(session, item)
    ended = select(WebSession.id).where(WebSession.expires_at < at - TRACES_LIFE)
    session.execute(delete(PairingCode).where(PairingCode.session_id.in_(ended)))
    for table, gone in (
        (PairingCode, PairingCode.expires_at < at - TRACES_LIFE),
        (WebSession, WebSession.expires_at < at - TRACES_LIFE),
        (LoginLink, LoginLink.expires_at < at - TRACES_LIFE),
        (Token, Token.expires_at < at - TRACES_LIFE),
        (RateHit, RateHit.expires_at < at),
        (DataExport, DataExport.expires_at < at),
        (Look, Look.day < (at - LOOKS_LIFE).date()),
        (Job, Job.finished_at < at - TRACES_LIFE),
    ):
        session.execute(delete(table).where(gone))
    session.flush()
    return len(old)

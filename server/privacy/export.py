"""The export: everything that is stored about one person, as JSON-ready data."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.activities.queries import inputs_of_person
from server.appeals.history import OwnAppeal, own_appeals
from server.coaching.models import CoachPreference
from server.connections.queries import owners_of_person
from server.credit.models import LedgerEntry
from server.credit.queries import decisions_of_person
from server.credit.sentences import entry_sentence
from server.digests.models import DigestSetting
from server.digests.queries import setting_of
from server.history.models import ArchiveImport, HistoryItem
from server.history.queries import all_items, next_entries, own_import
from server.labels.own_data import own_labels
from server.library.own_data import own_examples
from server.mail.queries import of_person
from server.one_to_ones.models import OneToOne
from server.one_to_ones.queries import actions_of, one_to_ones_by, one_to_ones_of, points_of
from server.outcomes.queries import all_of_person, events_of
from server.outcomes.view import build_lines
from server.own_week.queries import goals_of
from server.people.groups.queries import groups_of
from server.people.models import User
from server.people.queries import all_targets, all_teams, leaves_of, memberships_of
from server.policies.queries import all_previews
from server.privacy import queries
from server.records.models import Record
from server.records.queries import records_of
from server.security import second_factor
from server.security.models import PersonalToken, ProvisionedUser, TokenFamily
from server.trials.notices import trials_of_person


def export_document(session: Session, *, user_id: int) -> dict[str, Any]:
    """Includes who viewed the person's page, and whose pages the person viewed."""
    user = session.get_one(User, user_id)
    preference = session.get(CoachPreference, user_id)
    return {
        "person": _person(user),
        "teams": _memberships(session, user_id),
        "leave": [
            {"from": row.starts_on.isoformat(), "to": row.ends_on and row.ends_on.isoformat(), "kind": row.kind}
            for row in leaves_of(session, user_id=user_id)
        ],
        "own_targets": [
            {"metric": row.metric, "per_week": row.per_week, "from": row.valid_from.isoformat(), "ramp": list(row.ramp)}
            for row in all_targets(session)
            if row.user_id == user_id
        ],
        "own_goals": [
            {"measure": row.measure, "target": row.target, "set_at": row.set_at.isoformat()}
            for row in goals_of(session, user_id=user_id)
        ],
        "choices": _choices(preference) if preference else None,
        "weekly_digest": _digest_setting(setting_of(session, user_id=user_id)),
        "notices": [
            {"version": row.notice_version, "at": row.at.isoformat()}
            for row in queries.acknowledgements(session, user_id=user_id)
        ],
        "activities": [_activity(row) for row in queries.activities(session, user_id=user_id)],
        "measured_items": [
            {"item": row.activity_id, "at": row.measured_at.isoformat(), "measured": row.inputs}
            for row in inputs_of_person(session, user_id=user_id)
        ],
        "crm_users": [
            {"source": source, "id": row.owner_id, "name": row.name, "email": row.email}
            for source, row in owners_of_person(session, user_id=user_id, email=user.email)
        ],
        "records": [_record(row) for row in records_of(session, user_id=user_id)],
        "archive": _archive(session, own_import(session, user_id=user_id)),
        "history": [_history_item(row) for row in all_items(session, user_id=user_id)],
        "one_to_ones": [_one_to_one(session, row) for row in one_to_ones_of(session, user_id=user_id)],
        "one_to_ones_as_manager": [
            _one_to_one(session, row, is_author=True) for row in one_to_ones_by(session, manager_id=user_id)
        ],
        "credit": [_entry(row) for row in queries.ledger_entries(session, user_id=user_id)],
        "outcomes": _outcomes(session, user_id),
        "policy_previews": [
            {"weeks": row.weeks, "at": row.created_at.isoformat(), "effect": row.people[str(user_id)]}
            for row in all_previews(session)
            if str(user_id) in row.people
        ],
        "decisions": [
            {
                "item": row.activity_id,
                "kind": row.kind,
                "by": row.role,
                "at": row.at.isoformat(),
                "takes_back": row.reversal_id,
                "entry": row.entry_id,
                "reason": reason,
            }
            for row, reason in decisions_of_person(session, user_id=user_id)
        ],
        "trials": trials_of_person(session, user_id=user_id),
        "labels": own_labels(session, user_id=user_id),
        "team_may_read": own_examples(session, user_id=user_id),
        "appeals": [_appeal(one) for one in own_appeals(session, user_id=user_id)],
        "who_looked": [
            {"who": name, "page": page, "day": day.isoformat()}
            for name, page, day in queries.views_of(session, user_id=user_id)
        ],
        "looked_at": [
            {"whom": name, "page": page, "day": day.isoformat()}
            for name, page, day in queries.views_by(session, user_id=user_id)
        ],
        "sign_ins": [
            {
                "began": row.created_at.date().isoformat(),
                "ended": row.ended_at and row.ended_at.date().isoformat(),
                "browser": row.label,
            }
            for row in queries.all_sessions(session, user_id=user_id)
        ],
        "second_factor": _second_factor(second_factor.get_status(session, user_id=user_id)),
        "sign_in_service": [
            {"issuer": row.issuer, "subject": row.subject, "since": row.created_at.date().isoformat()}
            for row in queries.external_identities(session, user_id=user_id)
        ],
        "provisioning": _provisioning(queries.provisioned_user(session, user_id=user_id)),
        "groups": [
            {"name": row.name, "id": row.external_id, "from": row.source} for row in groups_of(session, user_id=user_id)
        ],
        "paired": [_family(row) for row in queries.all_families(session, user_id=user_id)],
        "personal_tokens": [_personal_token(row) for row in queries.all_personal_tokens(session, user_id=user_id)],
        "mail": [
            {
                "kind": row.kind,
                "week": row.week and row.week.isoformat(),
                "requested": row.created_at.isoformat(),
                "sent": row.sent_at and row.sent_at.isoformat(),
            }
            for row in of_person(session, user_id=user_id)
        ],
        "actions": [
            {"at": row.at.isoformat(), "action": row.action, "object": f"{row.object_type} {row.object_id}"}
            for row in queries.actions_by(session, user_id=user_id)
        ],
    }


def _provisioning(row: ProvisionedUser | None) -> dict[str, Any] | None:
    """What the identity provider said about the person."""
    if row is None:
        return None
    return {
        "user_name": row.user_name,
        "external_id": row.external_id,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "changed_at": row.changed_at.isoformat(),
        "deleted_at": row.deleted_at and row.deleted_at.isoformat(),
    }


def _person(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "started_on": user.started_on and user.started_on.isoformat(),
        "created_at": user.created_at.isoformat(),
    }


def _memberships(session: Session, user_id: int) -> list[dict[str, Any]]:
    names = {team.id: team.name for team in all_teams(session)}
    return [
        {
            "team": names[row.team_id],
            "role": row.role,
            "from": row.starts_on.isoformat(),
            "to": row.ends_on and row.ends_on.isoformat(),
        }
        for row in memberships_of(session, user_id=user_id)
    ]


def _one_to_one(session: Session, row: OneToOne, *, is_author: bool = False) -> dict[str, Any]:
    """Of one that the manager keeps alone, the person gets the date and the praise."""
    document: dict[str, Any] = {"on": row.held_on.isoformat(), "praise": row.praise}
    if not (row.is_shared or is_author):
        return document | {"kept_by": "the manager alone"}
    return document | {
        "notes": row.notes,
        "actions": [
            {
                "text": action.text,
                "by": action.owner,
                "until": action.due_on and action.due_on.isoformat(),
                "done": action.done_on and action.done_on.isoformat(),
            }
            for action in actions_of(session, one_to_one_ids=[row.id])
        ],
        "talking_points": [
            {"reason": point.reason, "title": point.title, "week": point.week.isoformat()}
            for point in points_of(session, one_to_one_ids=[row.id])
        ],
    }


def _choices(preference: CoachPreference) -> dict[str, Any]:
    return {
        "share_choice": preference.share_choice,
        "rules_off": list(preference.rules_off),
        "rules_ignored": list(preference.rules_ignored),
        "wording_help": preference.wording_help,
    }


def _digest_setting(row: DigestSetting | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "stopped": row.is_stopped,
        "time_zone": row.time_zone,
        "quiet_from": f"{row.quiet_from:%H:%M}",
        "quiet_until": f"{row.quiet_until:%H:%M}",
        "quiet_weekends": row.quiet_weekends,
    }


def _activity(row: Activity) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "source": row.source,
        "record": row.external_id,
        "state": row.state,
        "occurred_at": row.occurred_at.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "url": row.url,
        "text": row.text,
        "words": row.words,
        "score": row.score,
        "band": row.band,
        "dimensions": row.dimensions,
        "advice": row.advice,
        "scoring_version": row.scoring_version,
        "reason_code": row.reason_code,
        "reason": row.reason,
    }


def _record(row: Record) -> dict[str, Any]:
    return {
        "source": row.source,
        "record": row.source_id,
        "kind": row.kind,
        "count": row.count,
        "value": row.value,
        "occurred_at": row.occurred_at and row.occurred_at.isoformat(),
        "booked_for": row.booked_for and row.booked_for.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "subject": row.subject,
        "url": row.url,
        "social_source": row.social_source,
    }


def _archive(session: Session, row: ArchiveImport | None) -> dict[str, Any] | None:
    """``waiting``: what was found and is not scored yet."""
    if row is None:
        return None
    return {
        "state": row.state,
        "texts_kept": row.texts,
        "at": row.created_at.isoformat(),
        "found": row.summary,
        "waiting": [
            {"kind": entry.kind, "published_at": entry.published_at.isoformat(), "url": entry.url, "text": entry.text}
            for entry in next_entries(session, import_id=row.id, limit=row.total)
        ],
    }


def _history_item(row: HistoryItem) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "published_at": row.published_at.isoformat(),
        "url": row.url,
        "text": row.text,
        "text_kept_until": row.text_until and row.text_until.isoformat(),
        "score": row.score,
        "band": row.band,
        "dimensions": row.dimensions,
        "note": row.note,
        "scoring_version": row.scoring_version,
    }


def _entry(row: LedgerEntry) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.seq,
        "kind": row.kind,
        "points": row.amount,
        "balance_after": row.balance_after,
        "occurred_at": row.occurred_at.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "policy": row.policy_hash,
        "scoring_version": row.scoring_version,
        "item": row.activity_id,
        "takes_back": row.reverses_id,
        "reason": row.reason_code,
        "arithmetic": row.arithmetic,
        "sentence": entry_sentence(row),
    }


def _outcomes(session: Session, user_id: int) -> list[dict[str, Any]]:
    rows = all_of_person(session, user_id=user_id)
    events = events_of(session, outcome_ids=[row.id for row in rows])
    return [
        {
            "item": line.activity_id,
            "ledger": line.ledger,
            "kind": line.kind,
            "day": line.day.isoformat(),
            "how_it_is_known": line.grade,
            "said_by": line.origin,
            "state": line.state,
            "recorded_at": row.recorded_at.isoformat(),
            "url": line.url,
            "note": line.note,
            "reason": line.reason,
            "record": line.record_id,
            "corrects": row.replaces_id,
            "id": row.id,
            "events": [
                {"event": event.event, "at": event.recorded_at.isoformat(), "reason": event.reason_code}
                for event in sorted(events.get(row.id, {}).values(), key=lambda event: event.id)
            ],
        }
        for row, line in zip(rows, build_lines(session, rows), strict=True)
    ]


def _appeal(one: OwnAppeal) -> dict[str, Any]:
    return {
        "item": one.activity_id,
        "about": one.kind,
        "opened": one.opened.isoformat(),
        "answer_due": one.due_on.isoformat(),
        "question": one.question,
        "outcome": one.outcome,
        "by": one.role,
        "ended": one.answered and one.answered.isoformat(),
        "answer": one.answer,
    }


def _second_factor(status: second_factor.Status | None) -> dict[str, Any] | None:
    if status is None:
        return None
    return {
        "enrolled_on": status.enrolled_at.date().isoformat(),
        "recovery_codes_left": status.recovery_codes_left,
    }


def _family(row: TokenFamily) -> dict[str, Any]:
    return {
        "label": row.label,
        "kind": row.kind,
        "since": row.created_at.date().isoformat(),
        "last_used": row.last_used_on and row.last_used_on.isoformat(),
        "revoked": row.revoked_at and row.revoked_at.date().isoformat(),
    }


def _personal_token(row: PersonalToken) -> dict[str, Any]:
    return {
        "label": row.label,
        "since": row.created_at.date().isoformat(),
        "expires": row.expires_at.date().isoformat(),
        "last_used": row.last_used_on and row.last_used_on.isoformat(),
        "revoked": row.revoked_at and row.revoked_at.date().isoformat(),
    }

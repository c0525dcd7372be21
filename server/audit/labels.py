"""Plain words for the codes in the audit log."""

from __future__ import annotations

from collections.abc import Mapping

from server.audit.operations import Value
from server.core.labels import ROLE_LABELS, band_label, dimension_label, kind_label

ACTION_LABELS = {
    "access.ended": "Ended all sessions and pairings",
    "activities.imported": "Imported records from another system",
    "appeal.answered": "Answered an appeal",
    "appeal.opened": "Opened an appeal",
    "appeal.withdrawn": "Withdrew an appeal",
    "approvals.opened": "Opened the approvals",
    "audit.exported": "Exported the audit log",
    "browser.paired": "Paired a browser",
    "browser.unpaired": "Ended a browser's pairing",
    "connection.added": "Connected a CRM",
    "connection.changed": "Changed what is read from a CRM",
    "channel.removed": "Removed a channel of Slack or Teams",
    "channel.set": "Set a channel of Slack or Teams",
    "channel.tested": "Sent a test to a channel",
    "connection.credentials-replaced": "Replaced a CRM's credentials",
    "connection.key-rotated": "Replaced the key of CRMs' credentials",
    "connection.owners-matched": "Matched users of a CRM with people",
    "connection.paused": "Paused reading from a CRM",
    "connection.removal-started": "Started to remove a CRM and its records",
    "connection.removed": "Removed a CRM",
    "connection.resumed": "Started reading from a CRM",
    "credit-policy.announced": "Announced a credit policy",
    "credit-policy.discarded": "Discarded a draft of a credit policy",
    "credit-policy.drafted": "Drafted a credit policy",
    "credit-policy.previewed": "Saw whose credit a policy would change",
    "credit-policy.proposed": "Proposed a credit policy",
    "credit-policy.reopened": "Made a proposed credit policy a draft again",
    "credit-policy.withdrawn": "Withdrew a credit policy before it started",
    "credit.decided": "Decided about credit",
    "credit.reversed": "Reversed credit",
    "digest.changed": "Changed when they get the weekly digest",
    "digest.stopped": "Stopped their weekly digest",
    "draft.discarded": "Discarded the draft of words, rules and rubric",
    "export.requested": "Requested a copy of their data",
    "group-rules.changed": "Changed what groups of the identity provider give",
    "group.added": "Received a group from the identity provider",
    "group.changed": "Renamed a group of the identity provider",
    "group.deleted": "Removed a group of the identity provider",
    "group.members-changed": "Changed who is in a group of the identity provider",
    "holiday.changed": "Changed public holidays",
    "holidays.added": "Added the public holidays of a country or region",
    "integration.added": "Created a token for another system",
    "integration.revoked": "Ended another system's access",
    "integration.rotated": "Replaced another system's token",
    "integration.token-revoked": "Ended one token of another system",
    "item.opened": "Opened a person's shared item",
    "label.settled": "Settled a disagreement of labels",
    "labels.consent-given": "Let their shared items teach the coach",
    "labels.consent-withdrawn": "No longer lets their shared items teach the coach",
    "evidence.cancelled": "Cancelled a computation of evidence",
    "evidence.exported": "Downloaded the panel behind evidence",
    "evidence.started": "Started a computation of evidence",
    "labels.expert-named": "Named an expert who labels",
    "labels.expert-removed": "Removed an expert who labels",
    "labels.exported": "Exported labels",
    "labels.filled": "Filled the queue of labels",
    "labels.imported": "Imported labels",
    "leave.changed": "Changed a person's leave",
    "link.created": "Created a sign-in link",
    "mail.tested": "Sent a test message to themself",
    "membership.changed": "Changed a person's team or role",
    "membership.ended": "Ended a person's membership",
    "metric.added": "Added a metric",
    "metric.archived": "Archived a metric",
    "metric.changed": "Changed a metric",
    "metric.deleted": "Deleted a metric",
    "metric.restored": "Restored a metric",
    "notice.acknowledged": "Confirmed reading the notice",
    "notice.published": "Published a version of the notice to staff",
    "one-to-one.action-changed": "Changed an action of their one-to-ones",
    "one-to-one.deleted": "Deleted a one-to-one with a person",
    "one-to-one.saved": "Saved a one-to-one with a person",
    "organisation.changed": "Changed settings of the organisation",
    "organisation.made": "Set up the organisation",
    "outcome.added": "Added what came of an item",
    "outcome.approved": "Approved what came of an item",
    "outcome.corrected": "Corrected what came of an item",
    "outcome.declined": "Declined what was said to have come of an item",
    "outcomes.opened": "Opened what came of a person's items",
    "pairings.ended": "Disconnected a person's extensions",
    "password.set": "Set a password",
    "person.erased": "Erased a person's data",
    "personal-token.added": "Created a token for an editor",
    "personal-token.revoked": "Revoked a token for an editor",
    # The next two are no longer written; earlier entries have them.
    "quiet-mode.left-to-reps": "Let reps choose quiet mode",
    "quiet-mode.required": "Required quiet mode for everybody",
    "records.opened": "Opened the records behind a number",
    "person.invited": "Invited a person by mail",
    "preset.applied": "Put a preset into the draft of words and rules",
    "rep-page.opened": "Opened a rep's page",
    "rubric.changed": "Changed the rubric in the draft",
    "rule.changed": "Changed a rule in the draft",
    "rule.guard-changed": "Turned off a rule that guards people or disclosure, in the draft",
    "scorecard.exported": "Downloaded a team's scorecard",
    "scorecard.opened": "Opened a team's scorecard",
    "scoring.changed": "Drafted a change to the scoring",
    "scoring.compared": "Started to compare a scoring version on real use",
    "scoring.in-force": "Activated a scoring version",
    "scoring.not-compared": "Stopped comparing a scoring version on real use",
    "scoring.proposed": "Proposed a scoring version",
    "scoring.renewed": "Carried the scoring over to a new release",
    "second-factor.enrolled": "Turned on two-step sign-in",
    "second-factor.recovery-code-used": "Signed in with a recovery code",
    "second-factor.recovery-codes-renewed": "Created new recovery codes",
    "second-factor.removed": "Turned off two-step sign-in",
    "session.confirmed": "Confirmed their identity again",
    "session.ended": "Ended a session",
    "session.started": "Signed in",
    "sessions.ended": "Ended a person's sessions",
    "style.deleted": "Deleted a style package from the draft",
    "style.file-changed": "Changed a file of a style package in the draft",
    "style.imported": "Imported a style package into the draft",
    "target.set": "Changed a target",
    "team.added": "Added a team",
    "team.changed": "Changed a team",
    "team.deleted": "Deleted a team",
    "time-allowance.set": "Changed a team's time for social work",
    "trade-words.changed": "Changed the trade words",
    "training.cancelled": "Cancelled a training run",
    "training.overridden": "Made a scoring version of a training result that the limits refused",
    "training.started": "Started a training run",
    "user.added": "Added a person",
    "user.changed": "Changed a person's details",
    "user.deactivated": "Deactivated a person",
    "user.linked": "Linked a person to their account at the identity provider",
    "user.rehired": "Gave a person access again",
    "user.role-changed": "Changed a person's role",
    "user.role-kept": "Kept the last administrator, against the identity provider's groups",
    "weights.set": "Changed the weights of metrics",
    "word.added": "Added a word to the draft of the word list",
    "word.changed": "Changed a word in the draft of the word list",
    "word.deleted": "Deleted a word from the draft of the word list",
    "words.imported": "Imported words into the draft of the word list",
}
OBJECT_LABELS = {
    "appeal": "Appeal",
    "audit-log": "Audit log",
    "connection": "Connected CRM",
    "credit-policy": "Credit policy",
    "group": "Group of the identity provider",
    "import": "Import",
    "holiday": "Public holiday",
    "integration": "Integration",
    "integration-token": "Integration token",
    "label": "Label item",
    "labels": "Labels",
    "ledger-entry": "Ledger entry",
    "metric": "Metric",
    "organisation": "Organisation",
    "outcome": "Outcome",
    "personal-token": "Personal token",
    "policy-change": "Change of the credit policy",
    "preset": "Preset",
    "region": "Region",
    "rubric": "Rubric",
    "rule": "Rule",
    "scoring-version": "Scoring version",
    "session": "Session",
    "shared-item": "Shared item",
    "style-package": "Style package",
    "target": "Target",
    "team": "Team",
    "token-family": "Pairing or token",
    "user": "Person",
    "weights": "Weights from",
    "word": "Word",
}
#: Settings, as `changes` names them.
SETTING_LABELS = {
    "answers_added": "Answers added",
    "answer_days": "Time to answer an appeal (working days)",
    "access_retention_days": "Ended sessions kept (days)",
    "counts_records_of": "Computed from records of",
    "credit_mode": "How quality affects credit",
    "currency": "Currency",
    "decline_question": "Question after a fall",
    "default_share_choice": "Counting posts, until a person chooses",
    "editor_origins": "Web pages and apps that may ask for tips",
    "email": "E-mail address",
    "export_days": "Data exports available (days)",
    "external_id": "Id at the identity provider",
    "family_name": "Family name",
    "file": "File",
    "given_name": "Given name",
    "growth_question": "Question after a rise",
    "is_active": "Access",
    "items": "Items",
    "items_added": "Items added",
    "keep_subjects": "Subject lines of records kept",
    "last_day": "Last day",
    "leave": "Leave",
    "managers_set_time": "Managers set the time for social work",
    "members": "Members",
    "name": "Name",
    "notice_version": "Notice to staff",
    "note_readers": "Who reads notes of one-to-ones",
    "note_retention_months": "Notes of one-to-ones kept (months)",
    "on_team_page": "On the team's scorecard",
    "overseer": "Overseer",
    "overseer_id": "Overseer's account",
    "parent": "Team above",
    "plural": "Label, plural",
    "position": "Place in the order",
    "problems": "Parts that cannot be used",
    "quiet_required": "Quiet mode required",
    "reason": "Reason",
    "records_corrected": "Corrected records",
    "records_deleted": "Deleted records",
    "records_new": "New records",
    "records_reassigned": "Given to another person",
    "records_refused": "Refused rows",
    "region": "Country or region of public holidays",
    "reminder_days": "Days before a reminder",
    "reminders": "Reminders to people who were invited",
    "role": "Role",
    "rules_changed": "Rules changed",
    "rules_usable": "Rules that can be used",
    "rule_on": "Where it is on",
    "setup_dismissed": "Setup checklist hidden",
    "singular": "Label, singular",
    "started_on": "First day",
    "starts_on": "Starts on",
    "sums": "Records of a week are added up",
    "target_kind": "Target",
    "team": "Team",
    "team_only": "Team totals only",
    "team_only_basis": "Basis of individual data",
    "team_only_basis_on": "Date of that basis",
    "text_retention_months": "Texts kept (months)",
    "time_zone": "Time zone",
    "timing": "Leading or lagging",
    "trade_words": "Trade words",
    "two_person": "Second administrator confirms changes",
    "unit": "Unit",
    "user_name": "User name at the identity provider",
    "view_retention_months": "Page views kept (months)",
    "weekly_digest": "Weekly digest by mail",
    "word": "Word",
    "words_added": "Words added",
    "words_changed": "Words changed",
    "weights": "Weights in percent",
}
#: Values of settings that are codes.
VALUE_LABELS = {
    "credit_mode": {"blind": "not at all", "checks": "fixed checks only", "bands": "quality bands"},
    "default_share_choice": {"ask": "ask each time", "never": "do not ask"},
    "target_kind": {"none": "none", "workdays": "by workdays", "whole": "the same every week"},
    "role": {code: label.lower() for code, label in ROLE_LABELS.items()},
    "note_readers": {"both": "the manager and the person", "manager": "the manager alone"},
    "team_only_basis": {"notice": "notice to staff", "works-agreement": "works agreement"},
}
#: Long enough to find a hash or a key with, short enough for a table.
MAX_ID_LENGTH = 12


def action_label(action: str) -> str:
    """An action unknown to this release is shown as stored."""
    return ACTION_LABELS.get(action, action)


def setting_label(name: str, metrics: Mapping[str, str]) -> str:
    """A setting unknown to this release is shown as stored. What begins on a day has it in its name: ``team from 2026-11-23``;
    a target has its metric there, whose titles are ``metrics``."""
    if rubric := _rubric_label(name):
        return rubric
    setting, since, day = name.partition(" from ")
    return SETTING_LABELS.get(setting, metrics.get(setting, setting)) + since + day


def _rubric_label(name: str) -> str:
    """Of a number of the rubric, such as ``band.drafts.fair``; empty for other settings."""
    kind, _, rest = name.partition(".")
    about, _, last = rest.partition(".")
    if kind == "weight":
        return f"Weight of {dimension_label(about)}"
    if kind == "emphasis":
        return f"{kind_label(about)}: percent of {dimension_label(last)}"
    if kind == "band":
        return f"{about.capitalize()}: lowest score of {band_label(last)}"
    return f"Points of {rest}" if kind == "points" and rest else ""


def value_label(setting: str, value: Value) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    return VALUE_LABELS.get(setting.partition(" from ")[0], {}).get(str(value), str(value))


def object_label(object_type: str, object_id: str) -> str:
    return f"{OBJECT_LABELS.get(object_type, object_type)} {object_id[:MAX_ID_LENGTH]}"

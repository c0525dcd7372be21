"""Changing the organisation's settings. Every change writes an audit entry with the values before and after.

A change that makes the notice to staff say more than people have read publishes a new version of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.problems import Problem, field_problem
from server.people import notices, queries, time_zones
from server.people.models import BASES, CREDIT_MODES, NOTE_READERS, Organisation
from server.people.operations import MAX_NAME_LENGTH
from server.people.origins import validated_origins
from server.people.places import find_place

#: The lowest and the highest value of each retention period. Texts recognise copies of items up to 118 days old; views of a
#: page are kept for at least six months where scores have consequences (TRUST.md T85).
RETENTION_LIMITS = {
    "text_retention_months": (4, 36),
    "view_retention_months": (6, 36),
    "note_retention_months": (1, 36),
    "access_retention_days": (7, 366),
    "export_days": (1, 30),
}
#: Working days to answer an appeal.
ANSWER_DAYS = (1, 30)
#: Never more than two reminders: somebody who does not want to use Repute is left alone.
MAX_REMINDERS, MAX_REMINDER_DAYS = 2, 30
#: Not ``always``: only the person can decide that everything they publish counts.
DEFAULT_SHARE_CHOICES = ("ask", "never")


def change_general(session: Session, *, name: str, time_zone: str) -> None:
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise field_problem("name", f"must have 1 to {MAX_NAME_LENGTH} characters", limit=MAX_NAME_LENGTH)
    time_zone = time_zones.validated(time_zone)
    _change(session, queries.lock_organisation(session), name=name, time_zone=time_zone)


def change_region(session: Session, *, region: str) -> None:
    """Sets whose public holidays apply in teams without a region of their own; empty for none. 422 for an unknown place."""
    place = find_place(region)
    if place is None and region.strip():
        raise field_problem("region", "must be a country or region of the list, such as Germany, Bayern")
    _change(session, queries.lock_organisation(session), region=place.code if place else None)


def change_managers_set_time(session: Session, *, allowed: bool) -> None:
    """Sets whether managers may set the time allowance of the teams that they see."""
    _change(session, queries.lock_organisation(session), managers_set_time=allowed)


def change_credit_mode(session: Session, *, mode: str, overseer: str) -> None:
    """422 for bands without an overseer, the person accountable for them (TRUST.md T2)."""
    if mode not in CREDIT_MODES:
        raise field_problem("mode", f"must be one of {', '.join(CREDIT_MODES)}")
    overseer = " ".join(overseer.split())
    if len(overseer) > MAX_NAME_LENGTH:
        raise field_problem("overseer", f"must have at most {MAX_NAME_LENGTH} characters", limit=MAX_NAME_LENGTH)
    if mode == "bands" and not overseer:
        raise field_problem("overseer", "must name a person, because quality bands need somebody who answers for them")
    organisation = queries.lock_organisation(session)
    if _change(session, organisation, credit_mode=mode, overseer=overseer or None) & {"credit_mode"}:
        _publish_notice_again(session, organisation)


def change_appeals(session: Session, *, answer_days: int | None, overseer_email: str) -> None:
    """Within how many working days an appeal should be answered, and the account of the overseer, who then answers; empty for
    none. None stands for what is not a whole number. For how long credit can be contested is part of the credit policy."""
    lowest, highest = ANSWER_DAYS
    if answer_days is None or not lowest <= answer_days <= highest:
        raise field_problem("answer_days", f"must be a whole number from {lowest} to {highest}", limit=highest)
    overseer = queries.user_by_email(session, email=overseer_email) if overseer_email.strip() else None
    if overseer_email.strip() and (overseer is None or not overseer.is_active):
        raise field_problem("overseer_email", "must be the e-mail address of an active person")
    organisation = queries.lock_organisation(session)
    _change(session, organisation, answer_days=answer_days, overseer_id=overseer.id if overseer else None)


def change_team_only(session: Session, *, team_only: bool, basis: str = "", basis_on: date | None = None) -> None:
    """Sets whether managers see team totals only. 422 unless turning it off states what allows it, and since when."""
    organisation = queries.lock_organisation(session)
    if team_only:
        _change(session, organisation, team_only=True, team_only_basis=None, team_only_basis_on=None)
        return
    if basis not in BASES:
        raise field_problem("basis", "must be the works agreement or the notice to staff that allows data about individuals")
    if basis_on is None or basis_on > time_zones.today(organisation.time_zone):
        raise field_problem("basis_on", "must be a day that is not in the future")
    changed = _change(session, organisation, team_only=False, team_only_basis=basis, team_only_basis_on=basis_on)
    if "team_only" in changed:
        _publish_notice_again(session, organisation)


def change_note_readers(session: Session, *, readers: str) -> None:
    """Sets who reads the notes of one-to-ones that are written from now on."""
    if readers not in NOTE_READERS:
        raise field_problem("note_readers", f"must be one of {', '.join(NOTE_READERS)}")
    organisation = queries.lock_organisation(session)
    if _change(session, organisation, note_readers=readers):
        _publish_notice_again(session, organisation)


def change_two_person(session: Session, *, required: bool) -> None:
    """Sets whether a second administrator must confirm a new scoring version, credit policy or trial."""
    _change(session, queries.lock_organisation(session), two_person=required)


def require_second_person(organisation: Organisation, *, proposed_by: int | None, confirmed_by: int) -> None:
    """409 if two people are required and these are one."""
    if organisation.two_person and proposed_by == confirmed_by:
        raise Problem(409, "second-person", "Another administrator must confirm this", detail="You proposed it yourself.")


def change_editor_origins(session: Session, *, origins: Iterable[str]) -> None:
    """Sets the origins from which browsers may call LanguageTool's API. 422 for what is not an origin, or too many."""
    _change(session, queries.lock_organisation(session), editor_origins=validated_origins(origins))


def change_quiet_mode(session: Session, *, required: bool) -> None:
    """Sets whether quiet mode (the extension inserts nothing into web pages) is required, whatever a rep chose."""
    _change(session, queries.lock_organisation(session), quiet_required=required)


def change_records(session: Session, *, currency: str, keep_subjects: bool) -> bool:
    """What records of other systems keep, and the currency of their amounts. Returns whether subject lines are no longer kept,
    so that the caller deletes those that are stored."""
    currency = currency.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise field_problem("currency", "must be a currency's code of three letters, such as EUR")
    organisation = queries.lock_organisation(session)
    changed = _change(session, organisation, currency=currency, keep_subjects=keep_subjects)
    if "keep_subjects" in changed and keep_subjects:
        _publish_notice_again(session, organisation)
    return "keep_subjects" in changed and not keep_subjects


def change_retention(session: Session, *, periods: dict[str, int | None]) -> None:
    """``periods`` has a value for each of ``RETENTION_LIMITS``; None for what is not a whole number."""
    for name, (lowest, highest) in RETENTION_LIMITS.items():
        value = periods[name]
        if value is None or not lowest <= value <= highest:
            raise field_problem(name, f"must be a whole number from {lowest} to {highest}", limit=highest)
    organisation = queries.lock_organisation(session)
    before = organisation.text_retention_months, organisation.note_retention_months
    _change(session, organisation, **periods)
    if organisation.text_retention_months > before[0] or organisation.note_retention_months > before[1]:
        _publish_notice_again(session, organisation)


def change_default_share_choice(session: Session, *, choice: str) -> None:
    if choice not in DEFAULT_SHARE_CHOICES:
        raise field_problem("choice", f"must be one of {', '.join(DEFAULT_SHARE_CHOICES)}")
    _change(session, queries.lock_organisation(session), default_share_choice=choice)


def change_reminders(session: Session, *, reminders: int | None, days: int | None) -> None:
    """None stands for what is not a whole number."""
    for name, value, lowest, highest in (
        ("reminders", reminders, 0, MAX_REMINDERS),
        ("reminder_days", days, 1, MAX_REMINDER_DAYS),
    ):
        if value is None or not lowest <= value <= highest:
            raise field_problem(name, f"must be a whole number from {lowest} to {highest}", limit=highest)
    _change(session, queries.lock_organisation(session), reminders=reminders, reminder_days=days)


def change_weekly_digest(session: Session, *, is_sent: bool) -> None:
    """The caller checks that mail is configured."""
    _change(session, queries.lock_organisation(session), weekly_digest=is_sent)


def dismiss_setup(session: Session) -> None:
    """Hides the setup checklist. The caller checks that it is complete."""
    organisation = queries.lock_organisation(session)
    if organisation.setup_dismissed_at is None:
        organisation.setup_dismissed_at = now()
        _record(session, organisation, {"setup_dismissed": (False, True)})


def change_column(session: Session, organisation: Organisation, name: str, value: Any) -> None:
    """For settings with rules of their own. ``organisation`` is locked."""
    _change(session, organisation, **{name: value})


def _change(session: Session, organisation: Organisation, **values: Any) -> set[str]:
    """Sets the columns, records what changed, and returns the names of the columns that did."""
    changes = {name: (getattr(organisation, name), value) for name, value in values.items()}
    changes = {name: (before, after) for name, (before, after) in changes.items() if before != after}
    if changes:
        for name, (_, after) in changes.items():
            setattr(organisation, name, after)
        _record(session, organisation, {name: _as_recorded(name, *pair) for name, pair in changes.items()})
    return set(changes)


def _record(session: Session, organisation: Organisation, changes: dict[str, tuple[audit.Value, audit.Value]]) -> None:
    audit.record(session, action="organisation.changed", object_type="organisation", object_id=organisation.id, changes=changes)


def _as_recorded(name: str, before: Any, after: Any) -> tuple[audit.Value, audit.Value]:
    """Dates and lists as text. The log never contains a person's name, because it cannot be erased from it."""
    if name == "overseer":
        return ("a person" if before else None, ("another person" if before else "a person") if after else None)
    return _plain(before), _plain(after)


def _plain(value: Any) -> audit.Value:
    if isinstance(value, list):
        return ", ".join(one if isinstance(one, str) else f"{one['origin']} ({one['place']})" for one in value) or None
    plain: audit.Value = value.isoformat() if isinstance(value, date) else value
    return plain


def _publish_notice_again(session: Session, organisation: Organisation) -> None:
    notices.publish_version(session, organisation, addition=queries.notice_addition(session))
